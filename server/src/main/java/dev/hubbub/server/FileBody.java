package dev.hubbub.server;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.function.Consumer;

/// Takes the body of a request into a file, as fast as the disk takes it. Used on the connection's
/// event loop only. Whoever gets the file deletes it.
final class FileBody {

    private static final String PREFIX = "import-";
    private static final String SUFFIX = ".part";

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final long bytesMax;
    private final long quietMillisMax;
    private final Consumer<Path> then;
    private final Consumer<@Nullable Fault> refuse;
    private final Path path;
    private @Nullable AsyncFile file;
    private long timer;
    private long bytes;
    private long bytesSeen = -1;
    private boolean over;

    private FileBody(
            Vertx vertx,
            HttpServerRequest request,
            Path path,
            long bytesMax,
            long quietMillisMax,
            Consumer<Path> then,
            Consumer<@Nullable Fault> refuse) {
        this.vertx = vertx;
        this.request = request;
        this.path = path;
        this.bytesMax = bytesMax;
        this.quietMillisMax = quietMillisMax;
        this.then = then;
        this.refuse = refuse;
    }

    /// Whether a file was left by one that did not come to its end.
    static boolean isLeft(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
    }

    /// @param directory where the file is made; null for the system's
    /// @param quietMillisMax how long nothing may come
    /// @param then hears of the file when it is whole
    /// @param refuse ends the request instead, and its connection; with null when that is gone
    static void read(
            Vertx vertx,
            HttpServerRequest request,
            @Nullable Path directory,
            long bytesMax,
            long quietMillisMax,
            Consumer<Path> then,
            Consumer<@Nullable Fault> refuse) {
        String declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (declared != null && (declared.length() > 18 || Long.parseLong(declared) > bytesMax)) {
            refuse.accept(tooLong(bytesMax));
            return;
        }
        request.pause();
        if (request.getHeader(HttpHeaders.EXPECT) != null) {
            var _ = request.response().writeContinue();
        }
        var files = vertx.fileSystem();
        String in =
                (directory == null ? Path.of(System.getProperty("java.io.tmpdir")) : directory)
                        .toString();
        files.mkdirs(in)
                .compose(_ -> files.createTempFile(in, PREFIX, SUFFIX, "rw-------"))
                .onFailure(_ -> refuse.accept(notKept()))
                .onSuccess(name ->
                        new FileBody(
                                        vertx,
                                        request,
                                        Path.of(name),
                                        bytesMax,
                                        quietMillisMax,
                                        then,
                                        refuse)
                                .open());
    }

    private static Fault tooLong(long bytesMax) {
        return new Fault(413, "body_too_long", "A file has at most " + bytesMax + " bytes.");
    }

    private static Fault notKept() {
        return new Fault(503, "store_unavailable", "The file could not be kept; try again later.");
    }

    private void open() {
        vertx.fileSystem()
                .open(path.toString(), new OpenOptions().setWrite(true))
                .onFailure(_ -> broken(notKept()))
                .onSuccess(opened -> {
                    file = opened;
                    timer = vertx.setPeriodic(quietMillisMax, _ -> look());
                    opened.exceptionHandler(_ -> broken(notKept()));
                    opened.drainHandler(_ -> request.resume());
                    request.exceptionHandler(_ -> broken(null));
                    request.handler(part -> part(opened, part));
                    request.endHandler(_ -> whole(opened));
                    request.resume();
                });
    }

    private void part(AsyncFile out, Buffer part) {
        if (over) {
            return;
        }
        bytes += part.length();
        if (bytes > bytesMax) {
            broken(tooLong(bytesMax));
            return;
        }
        out.write(part).onFailure(_ -> broken(notKept()));
        if (out.writeQueueFull()) {
            request.pause();
        }
    }

    private void look() {
        if (bytes == bytesSeen) {
            broken(new Fault(408, "body_too_slow", "The body came too slowly; send it again."));
        }
        bytesSeen = bytes;
    }

    private void whole(AsyncFile out) {
        if (over) {
            return;
        }
        over = true;
        vertx.cancelTimer(timer);
        out.close()
                .onSuccess(_ -> then.accept(path))
                .onFailure(_ -> {
                    var _ = vertx.fileSystem().delete(path.toString());
                    refuse.accept(notKept());
                });
    }

    private void broken(@Nullable Fault why) {
        if (over) {
            return;
        }
        over = true;
        vertx.cancelTimer(timer);
        AsyncFile out = file;
        if (out != null) {
            var _ = out.close();
        }
        var _ = vertx.fileSystem().delete(path.toString());
        refuse.accept(request.response().ended() ? null : why);
    }
}
