package dev.hubbub.server;

import io.vertx.core.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/// Which address and method is answered by what. An address is literal but for segments such as
/// `{id}`; as the last one, `{id...}` stands for all that follows, slashes included.
final class Routes {

    /// Answers one kind of request. May throw a [FaultException] too.
    interface Handler extends Function<Request, CompletionStage<Response>> {}

    private static final String REST = "{id...}";

    /// Answers a request with a body that is not JSON.
    interface BytesHandler extends Handler {

        int bytesMax();

        /// Called before the body is read. Throws a [FaultException] when there is no room for it.
        ///
        /// @return called once, when the request is over
        Runnable begin();
    }

    /// Answers a request whose body is a file, which may be long.
    interface FileHandler extends Handler {

        TransferLimits limits();

        /// Called before the file is read. Throws a [FaultException] when there is no room for it.
        ///
        /// @return called once, when there will be no file or the answer is ready
        Runnable begin(Request request);

        /// Answers when the file is there.
        ///
        /// @param file whole; the handler deletes it
        /// @param over to be called when the answer is ready
        Response.Streaming take(Request request, Path file, Runnable over);

        @Override
        default CompletionStage<Response> apply(Request request) {
            throw new IllegalStateException("the file comes first");
        }
    }

    private final List<Address> addresses = new ArrayList<>();

    /// @param id the segment that stands for `{id}`, empty where there is none; of several such
    ///   segments all, with a slash between them
    /// @param open whether anybody may ask
    record Match(Map<HttpMethod, Handler> handlers, String id, boolean open) {}

    private record Address(List<String> segments, Map<HttpMethod, Handler> handlers, boolean open) {

        @Nullable String match(List<String> path) {
            boolean open = segments.getLast().equals(REST);
            if (path.size() < segments.size() || (path.size() > segments.size() && !open)) {
                return null;
            }
            String id = null;
            for (int i = 0; i < segments.size(); i++) {
                if (segments.get(i).equals(REST)) {
                    return String.join("/", path.subList(i, path.size()));
                }
                if (segments.get(i).startsWith("{")) {
                    id = id == null ? path.get(i) : id + "/" + path.get(i);
                } else if (!segments.get(i).equals(path.get(i))) {
                    return null;
                }
            }
            return id == null ? "" : id;
        }
    }

    void add(HttpMethod method, String pattern, Handler handler) {
        add(method, pattern, handler, false);
    }

    /// Something that anybody may ask, token or not. Its handler knows no user.
    void addOpen(HttpMethod method, String pattern, Handler handler) {
        add(method, pattern, handler, true);
    }

    /// All of them, such as `GET /api/chats/{id}`.
    List<String> listing() {
        return addresses.stream()
                .flatMap(address ->
                        address.handlers.keySet().stream()
                                .map(method -> method + " /" + String.join("/", address.segments)))
                .toList();
    }

    private void add(HttpMethod method, String pattern, Handler handler, boolean open) {
        List<String> segments = segments(pattern);
        for (Address address : addresses) {
            if (address.segments.equals(segments)) {
                address.handlers.put(method, handler);
                return;
            }
        }
        var handlers = new LinkedHashMap<HttpMethod, Handler>();
        handlers.put(method, handler);
        addresses.add(new Address(segments, handlers, open));
    }

    @Nullable Match find(List<String> path) {
        for (Address address : addresses) {
            String id = address.match(path);
            if (id != null) {
                return new Match(address.handlers, id, address.open);
            }
        }
        return null;
    }

    /// The segments of a path that begins with a slash; one that ends with it has an empty last
    /// segment.
    static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }
}
