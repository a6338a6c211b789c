package dev.hubbub.server;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.hubbub.conversation.OwnerRecords;
import dev.hubbub.conversation.OwnerRecords.OwnerRecord;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/// `/api/settings`: how a user wants their page, the same on every device. One object, of which the
/// page knows the fields and this does not.
final class SettingsRoutes {

    static final int BYTES_MAX = 16 << 10;

    private static final String KIND = "settings";
    private static final byte[] NOTHING = {'{', '}'};
    private static final Fault TOO_LARGE =
            new Fault(
                    413,
                    "settings_too_large",
                    "Settings have at most %,d bytes.".formatted(BYTES_MAX));

    private final Engine engine;
    private final Responses responses;

    /// Held while they are written, so that two changes are both in them.
    private final ReentrantLock writing = new ReentrantLock();

    SettingsRoutes(Engine engine, Responses responses) {
        this.engine = engine;
        this.responses = responses;
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.GET, "/api/settings", this::read);
        routes.add(HttpMethod.PUT, "/api/settings", this::change);
    }

    private CompletionStage<Response> read(Request request) {
        return engine.records(records -> find(records, request.user()))
                .thenApply(SettingsRoutes::response);
    }

    /// Fields that are sent take the place of those there are; null takes one away.
    private CompletionStage<Response> change(Request request) {
        UserId user = request.user();
        ObjectNode change = request.body().all();
        return engine.records(
                        records -> {
                            writing.lock();
                            try {
                                return merge(records, user, change);
                            } finally {
                                writing.unlock();
                            }
                        })
                .thenApply(settings -> {
                    responses.tell(
                            user,
                            Frame.of(json -> {
                                json.writeStringField("type", "settings");
                                json.writeFieldName("settings");
                                json.writeTree(settings);
                            }));
                    return response(settings);
                });
    }

    private static ObjectNode merge(OwnerRecords records, UserId user, ObjectNode change) {
        ObjectNode settings = find(records, user);
        change.properties()
                .forEach(field -> {
                    if (field.getValue().isNull()) {
                        settings.remove(field.getKey());
                    } else {
                        settings.set(field.getKey(), field.getValue());
                    }
                });
        byte[] bytes = Json.bytes(settings);
        if (bytes.length > BYTES_MAX) {
            throw TOO_LARGE.exception();
        }
        records.keepRecord(user, new OwnerRecord(KIND, KIND, bytes));
        return settings;
    }

    private static ObjectNode find(OwnerRecords records, UserId user) {
        OwnerRecord found = records.record(user, KIND, KIND);
        return Json.object(found == null ? NOTHING : found.content());
    }

    private static Response response(ObjectNode settings) {
        return new Response(200, Response.JSON, Buffer.buffer(Json.bytes(settings)));
    }
}
