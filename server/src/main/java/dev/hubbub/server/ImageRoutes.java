package dev.hubbub.server;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Images, which messages name by the hash of their bytes. Nothing in one is decoded here: by its
/// first bytes it is one of the types that browsers show without running anything, and they are
/// told to treat it as nothing else.
final class ImageRoutes {

    private static final Map<String, String> SHOWN_AS =
            Map.of(
                    "Cache-Control", "private, max-age=31536000, immutable",
                    "Content-Security-Policy", "default-src 'none'; sandbox",
                    "Content-Disposition", "inline",
                    "Cross-Origin-Resource-Policy", "same-origin");

    static final Fault NO_IMAGE = new Fault(404, "image_unknown", Refusal.IMAGE_UNKNOWN.sentence());

    private final Engine engine;
    private final ImageLimits limits;
    private final AtomicInteger uploads = new AtomicInteger();

    /// Bytes that are about to be kept; with those that are, what a user's quota is held against.
    private final Map<UserId, Long> underWay = new ConcurrentHashMap<>();

    ImageRoutes(Engine engine, ImageLimits limits) {
        this.engine = engine;
        this.limits = limits;
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.POST, "/api/images", new Upload());
        routes.add(HttpMethod.GET, "/api/images/{id}", this::show);
    }

    private final class Upload implements Routes.BytesHandler {

        @Override
        public int bytesMax() {
            return limits.bytesMax();
        }

        @Override
        public Runnable begin() {
            if (uploads.incrementAndGet() > limits.uploadsMax()) {
                uploads.decrementAndGet();
                throw new Fault(
                                429,
                                "too_many_uploads",
                                "Too many images are on their way; try again in a moment.")
                        .exception();
            }
            return uploads::decrementAndGet;
        }

        @Override
        public CompletionStage<Response> apply(Request request) {
            byte[] content = request.bytes().getBytes();
            return CompletableFuture.supplyAsync(() -> requireImage(content))
                    .thenCompose(image -> keep(request.user(), image, content))
                    .thenApply(image ->
                            Response.created(json -> {
                                json.writeObjectFieldStart("image");
                                json.writeStringField("id", image.id().value());
                                json.writeStringField("media_type", image.mediaType());
                                json.writeNumberField("bytes", content.length);
                                json.writeEndObject();
                            }));
        }
    }

    private static Image requireImage(byte[] content) {
        Image image = Image.of(content);
        if (image == null) {
            throw new Fault(
                            415,
                            "not_an_image",
                            "Send the bytes of a PNG, JPEG, GIF or WebP image as the body.")
                    .exception();
        }
        return image;
    }

    private CompletionStage<Image> keep(UserId user, Image image, byte[] content) {
        return engine.image(user, image.id())
                .thenCompose(there ->
                        there == null
                                ? keepNew(user, image, content)
                                : CompletableFuture.completedStage(image));
    }

    private CompletionStage<Image> keepNew(UserId user, Image image, byte[] content) {
        long bytes = content.length;
        underWay.merge(user, bytes, Long::sum);
        return engine.imageBytes(user)
                .thenCompose(kept -> {
                    if (kept + underWay.getOrDefault(user, bytes) > limits.userBytesMax()) {
                        throw full().exception();
                    }
                    return engine.keepImage(user, image, content);
                })
                .whenComplete((_, _) ->
                        underWay.computeIfPresent(
                                user, (_, sum) -> sum == bytes ? null : (Long) (sum - bytes)));
    }

    private Fault full() {
        return new Fault(
                413,
                "image_quota_full",
                "Your images may have "
                        + limits.userBytesMax()
                        + " bytes together, and there is no room for this one; use one that is"
                        + " there, or a smaller one.");
    }

    private CompletionStage<Response> show(Request request) {
        if (!ImageId.isValid(request.id())) {
            throw NO_IMAGE.exception();
        }
        return engine.image(request.user(), new ImageId(request.id()))
                .thenApply(picture -> response(picture, SHOWN_AS));
    }

    /// @param picture null is refused
    static Response response(@Nullable Picture picture, Map<String, String> headers) {
        if (picture == null) {
            throw NO_IMAGE.exception();
        }
        return new Response(
                200, picture.image().mediaType(), Buffer.buffer(picture.content()), headers);
    }
}
