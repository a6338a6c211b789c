package dev.hubbub.model;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Asks a service something that costs nothing: which models it has, or OpenRouter, which tells
/// that to everybody, whose the key is.
final class ServiceProbe {

    private static final int BODY_BYTES_MAX = 1 << 20;

    private final Service service;
    private final Transport transport;

    /// @param body empty where it is not wanted or the status is not 200
    record Answer(int status, Buffer body) {}

    ServiceProbe(Service service, Transport transport) {
        this.service = service;
        this.transport = transport;
    }

    /// The answer within the limit. Nothing here blocks.
    Future<Answer> ask(Duration limit) {
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setAbsoluteURI(service.baseUrl() + path());
        String key = service.key();
        if (key != null) {
            switch (service.vendor()) {
                case OPENAI, OPENROUTER, OLLAMA ->
                        options.putHeader("Authorization", "Bearer " + key);
                case ANTHROPIC -> options.putHeader("x-api-key", key);
                case GEMINI -> options.putHeader("x-goog-api-key", key);
            }
        }
        if (service.vendor() == Vendor.ANTHROPIC) {
            options.putHeader("anthropic-version", "2023-06-01");
        }
        return transport
                .client()
                .request(options)
                .compose(request ->
                        request.send()
                                .compose(ServiceProbe::answer)
                                .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                                .onFailure(_ -> request.reset()))
                .timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private String path() {
        return switch (service.vendor()) {
            case OPENAI, ANTHROPIC, GEMINI -> "/models";
            case OPENROUTER -> "/key";
            case OLLAMA -> "/api/tags";
        };
    }

    private static Future<Answer> answer(HttpClientResponse response) {
        Buffer body = Buffer.buffer();
        if (response.statusCode() != 200) {
            response.request().reset();
            return Future.succeededFuture(new Answer(response.statusCode(), body));
        }
        response.handler(bytes -> {
            if (body.length() + bytes.length() > BODY_BYTES_MAX) {
                response.request().reset();
            } else {
                body.appendBuffer(bytes);
            }
        });
        return response.end().map(_ -> new Answer(200, body));
    }
}
