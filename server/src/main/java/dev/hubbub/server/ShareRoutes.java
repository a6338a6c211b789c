package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;
import dev.hubbub.server.Shares.Share;

import io.vertx.core.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Chats for others to read: `/api/shares` for who shares them, `/api/shared` for whoever has the
/// link. The link tells what was said and by which model, and nothing of the owner.
final class ShareRoutes {

    /// Messages of one share.
    static final int MESSAGES_MAX = 10_000;

    /// Different images in one share.
    static final int IMAGES_MAX = 500;

    private static final String NOT_FOR_SEARCH = "noindex";

    /// A link that has ended shows nothing any more, so little is kept anywhere.
    private static final Map<String, String> IMAGE_SHOWN_AS =
            Map.of(
                    "Cache-Control", "private, max-age=60",
                    "Content-Security-Policy", "default-src 'none'; sandbox",
                    "Content-Disposition", "inline",
                    "Cross-Origin-Resource-Policy", "same-origin",
                    "X-Robots-Tag", NOT_FOR_SEARCH);

    private static final Fault EMPTY =
            new Fault(409, "nothing_to_share", "Nothing has been said in this chat yet.");
    private static final Fault TOO_LONG =
            new Fault(
                    422,
                    "too_long_to_share",
                    "A shared chat has at most %,d messages and %,d images; share up to an earlier"
                                    .formatted(MESSAGES_MAX, IMAGES_MAX)
                            + " message.");

    private final Engine engine;
    private final Chats chats;
    private final Shares shares;
    private final History history;
    private final Clock clock;

    ShareRoutes(Engine engine, Chats chats, Shares shares, Clock clock) {
        this.engine = engine;
        this.chats = chats;
        this.shares = shares;
        this.clock = clock;
        history = new History(engine);
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.POST, "/api/chats/{id}/shares", this::share);
        routes.add(HttpMethod.GET, "/api/shares", this::list);
        routes.add(HttpMethod.DELETE, "/api/shares/{id}", this::end);
        routes.addOpen(HttpMethod.GET, "/api/shared/{id}", this::read);
        routes.addOpen(HttpMethod.GET, "/api/shared/{id}/images/{image}", this::image);
    }

    private CompletionStage<Response> share(Request request) {
        UserId user = request.user();
        MessageId upTo = request.body().message("message_id");
        return chats.find(user, request.chat())
                .thenCompose(chat ->
                        upTo == null
                                ? CompletableFuture.completedStage(share(chat, chat.head()))
                                : chats.message(user, upTo)
                                        .thenApply(found -> share(chat, found.id())))
                .thenCompose(share ->
                        images(user, share.message())
                                .thenCompose(images -> shares.share(user, with(share, images))))
                .thenApply(kept ->
                        Response.created(json -> {
                            json.writeObjectFieldStart("share");
                            kept.write(json);
                            json.writeEndObject();
                        }));
    }

    private Share share(Conversation chat, @Nullable MessageId upTo) {
        if (upTo == null) {
            throw EMPTY.exception();
        }
        return new Share("", chat.id(), upTo, chat.name(), Wire.time(clock.instant()), List.of());
    }

    private static Share with(Share share, Set<String> images) {
        return new Share(
                share.id(),
                share.chat(),
                share.message(),
                share.title(),
                share.createdAt(),
                List.copyOf(images));
    }

    /// The images on the way to a message.
    private CompletionStage<Set<String>> images(UserId user, MessageId upTo) {
        return history.plainPage(user, upTo, History.MESSAGES_MAX)
                .thenCompose(page -> images(user, page, 0, new LinkedHashSet<>()));
    }

    private CompletionStage<Set<String>> images(
            UserId user, History.Page page, int before, Set<String> found) {
        for (Message message : page.messages()) {
            for (Image image : message.images()) {
                found.add(image.id().value());
            }
        }
        int messages = before + page.messages().size();
        if (messages > MESSAGES_MAX || found.size() > IMAGES_MAX) {
            throw TOO_LONG.exception();
        }
        return page.hasMore()
                ? history.plainPageBefore(
                                user, page.messages().getFirst().id(), History.MESSAGES_MAX)
                        .thenCompose(earlier -> images(user, earlier, messages, found))
                : CompletableFuture.completedStage(found);
    }

    private CompletionStage<Response> list(Request request) {
        String of = request.parameter("chat_id");
        ConversationId chat = of == null ? null : Fields.chatOf(of);
        CompletionStage<List<Share>> found =
                chat == null
                        ? shares.list(request.user(), null)
                        : chats.find(request.user(), chat)
                                .thenCompose(_ -> shares.list(request.user(), chat));
        return found.thenApply(all ->
                Response.ok(json -> {
                    json.writeArrayFieldStart("shares");
                    for (Share share : all) {
                        json.writeStartObject();
                        share.write(json);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                }));
    }

    private CompletionStage<Response> end(Request request) {
        return shares.end(request.user(), request.id())
                .thenApply(_ -> Response.ok(json -> json.writeBooleanField("success", true)));
    }

    private CompletionStage<Response> read(Request request) {
        MessageId before = request.messageParameter("before");
        int limit = request.limit(History.MESSAGES_MAX);
        return shares.open(request.id())
                .thenCompose(shared -> {
                    MessageId last = shared.share().message();
                    CompletionStage<History.Page> page =
                            before == null
                                    ? history.plainPage(shared.owner(), last, limit)
                                    : engine.isOnPath(shared.owner(), before, last, MESSAGES_MAX)
                                            .thenCompose(isOn -> {
                                                if (!isOn) {
                                                    throw Fault.of(Refusal.MESSAGE_UNKNOWN)
                                                            .exception();
                                                }
                                                return history.plainPageBefore(
                                                        shared.owner(), before, limit);
                                            });
                    return page.thenApply(found -> response(shared.share(), found));
                });
    }

    private static Response response(Share share, History.Page page) {
        return Response.ok(
                        json -> {
                            json.writeObjectFieldStart("share");
                            json.writeStringField("id", share.id());
                            json.writeStringField("title", share.title());
                            json.writeStringField("created_at", share.createdAt());
                            json.writeEndObject();
                            json.writeArrayFieldStart("messages");
                            for (Message message : page.messages()) {
                                if (message.role() != Role.SYSTEM) {
                                    json.writeStartObject();
                                    write(json, message);
                                    json.writeEndObject();
                                }
                            }
                            json.writeEndArray();
                            json.writeBooleanField("has_more", page.hasMore());
                        })
                .with(Map.of("X-Robots-Tag", NOT_FOR_SEARCH));
    }

    /// Not what it cost, and not what went wrong on the way.
    private static void write(JsonGenerator json, Message message) throws IOException {
        json.writeStringField("id", message.id().toString());
        json.writeStringField("role", message.role().wire());
        json.writeStringField("content", message.text());
        Wire.optional(json, "model", message.model());
        json.writeStringField("created_at", Wire.time(message.createdAt()));
        Wire.images(json, message.images());
    }

    private CompletionStage<Response> image(Request request) {
        int slash = request.id().indexOf('/');
        String image = request.id().substring(slash + 1);
        return shares.open(request.id().substring(0, slash))
                .thenCompose(shared -> {
                    if (!shared.share().images().contains(image)) {
                        throw ImageRoutes.NO_IMAGE.exception();
                    }
                    return engine.image(shared.owner(), new ImageId(image));
                })
                .thenApply(picture -> ImageRoutes.response(picture, IMAGE_SHOWN_AS));
    }
}
