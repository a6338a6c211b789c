package dev.hubbub.server;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/// Answers what is not HTTP, or more of it than is taken. The connection is of no use after that.
final class Malformed {

    private Malformed() {}

    static void answer(HttpServerRequest request) {
        request.response().putHeader(HttpHeaders.CONNECTION, "close");
        Throwable cause = request.decoderResult().cause();
        Fault fault =
                switch (cause) {
                    case TooLongHttpLineException _ ->
                            new Fault(414, "address_too_long", "The address is too long.");
                    case TooLongHttpHeaderException _ ->
                            new Fault(431, "headers_too_long", "The headers are too long.");
                    case DecoderException _ -> INVALID;
                    case null, default -> INVALID;
                };
        Edge.refuse(request, fault);
        var _ = request.response().closed() ? null : request.connection().close();
    }

    private static final Fault INVALID =
            new Fault(400, "request_malformed", "This is not a request in HTTP/1.1.");
}
