package dev.hubbub.server;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/// The page: files that the module `web` has put on the class path, in the folder `web`. Without it
/// there are none. They are kept in memory, compressed where that helps.
final class Page {

    private static final String FOLDER = "web/";
    private static final String INDEX = "index.html";

    private static final String SHARE = "share.html";

    /// Where shared chats are, each under its id.
    static final String SHARED = "/s/";

    private static final Pattern CHAT = Pattern.compile("/c/[A-Za-z0-9_-]{1,64}");

    /// No folder above, no hidden file, and a suffix, so that no directory can be read.
    private static final Pattern FILE =
            Pattern.compile("/(?:[A-Za-z0-9_-]+/){0,4}[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)+");

    /// A name with a hash of its content, as the bundler gives to fonts and images.
    private static final Pattern HASHED = Pattern.compile(".*-[A-Z0-9]{8}\\.[a-z0-9]+");

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("html", "text/html; charset=utf-8"),
                    Map.entry("js", "text/javascript; charset=utf-8"),
                    Map.entry("css", "text/css; charset=utf-8"),
                    Map.entry("json", "application/json"),
                    Map.entry("map", "application/json"),
                    Map.entry("webmanifest", "application/manifest+json"),
                    Map.entry("txt", "text/plain; charset=utf-8"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("png", "image/png"),
                    Map.entry("ico", "image/x-icon"),
                    Map.entry("woff2", "font/woff2"),
                    Map.entry("woff", "font/woff"),
                    Map.entry("ttf", "font/ttf"));

    /// All from here, nothing inline, nobody's frame.
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self'; font-src 'self';"
                    + " img-src 'self' blob: data:; connect-src 'self'; object-src 'none';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// With it a reader says that images from other hosts may be loaded: 1.
    static final String REMOTE_IMAGES = "hubbub_remote_images";

    private static final String WITH_REMOTE_IMAGES =
            CONTENT_SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' https:");

    private final ClassLoader resources;
    private final Map<String, File> files = new ConcurrentHashMap<>();

    Page(ClassLoader resources) {
        this.resources = resources;
    }

    private record File(String type, Buffer content, @Nullable Buffer zipped, String tag) {}

    void answer(Vertx vertx, HttpServerRequest request, String path) {
        String name = nameOf(path);
        if (name == null) {
            Edge.refuse(request, Fault.NOT_FOUND);
            return;
        }
        File known = files.get(name);
        if (known != null) {
            send(request, name, known);
            return;
        }
        vertx.executeBlocking(() -> read(name), false)
                .onComplete(read -> {
                    if (read.failed()) {
                        Edge.refuse(request, Fault.of(read.cause()));
                    } else if (read.result() == null) {
                        Edge.refuse(request, Fault.NOT_FOUND);
                    } else {
                        send(request, name, read.result());
                    }
                });
    }

    /// Whether there is a page at this address, whatever files there are besides.
    static boolean isPage(String path) {
        String name = nameOf(path);
        return name != null
                && (name.equals(INDEX) || name.equals(SHARE) || name.equals(Docs.INDEX));
    }

    private static @Nullable String nameOf(String path) {
        if (path.equals("/") || CHAT.matcher(path).matches()) {
            return INDEX;
        }
        if (path.startsWith(SHARED)
                && Shares.Share.ID.matcher(path.substring(SHARED.length())).matches()) {
            return SHARE;
        }
        if (path.equals(Docs.ADDRESS)) {
            return Docs.INDEX;
        }
        return FILE.matcher(path).matches() ? path.substring(1) : null;
    }

    private String resourceOf(String name) {
        String docs = Docs.resourceOf(name);
        return docs == null ? FOLDER + name : docs;
    }

    private static String policyFor(HttpServerRequest request) {
        Cookie cookie = request.getCookie(REMOTE_IMAGES);
        return cookie != null && cookie.getValue().equals("1")
                ? WITH_REMOTE_IMAGES
                : CONTENT_SECURITY_POLICY;
    }

    private @Nullable File read(String name) throws IOException {
        byte[] content;
        try (InputStream stream = resources.getResourceAsStream(resourceOf(name))) {
            if (stream == null) {
                return null;
            }
            content = stream.readAllBytes();
        }
        String suffix = name.substring(name.lastIndexOf('.') + 1);
        String type = TYPES.getOrDefault(suffix, "application/octet-stream");
        byte[] zipped = zipped(content);
        boolean helps = zipped.length < content.length - content.length / 8;
        var file =
                new File(
                        type,
                        Buffer.buffer(content),
                        helps ? Buffer.buffer(zipped) : null,
                        '"' + hash(content) + '"');
        files.put(name, file);
        return file;
    }

    private static void send(HttpServerRequest request, String name, File file) {
        HttpServerResponse response = request.response();
        String kept = HASHED.matcher(name).matches() ? "max-age=31536000, immutable" : "no-cache";
        response.putHeader(HttpHeaders.ETAG, file.tag())
                .putHeader(HttpHeaders.CACHE_CONTROL, kept)
                .putHeader(HttpHeaders.VARY, "Accept-Encoding")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Content-Security-Policy", policyFor(request));
        if (name.equals(SHARE)) {
            response.putHeader("X-Robots-Tag", "noindex");
        }
        String held = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        if (held != null && held.contains(file.tag())) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.type());
        String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        if (file.zipped() != null && accepted != null && accepted.contains("gzip")) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip").end(file.zipped());
        } else {
            response.end(file.content());
        }
    }

    private static byte[] zipped(byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            zip.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static String hash(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
