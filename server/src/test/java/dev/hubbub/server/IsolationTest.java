package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.server.IsolationMatrix.Command;
import dev.hubbub.server.IsolationMatrix.For;
import dev.hubbub.server.IsolationMatrix.Row;
import dev.hubbub.server.Running.Answered;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// Nobody sees or changes what is not theirs: every route and every command of the socket, asked by
/// its owner, by another user, by nobody, and with tokens that are none.
///
/// A new route or command wants a row in [IsolationMatrix]; without one this fails.
@TestInstance(Lifecycle.PER_CLASS)
final class IsolationTest {

    private static final String NAME = "Zebra of alice";
    private static final String PROMPT = "Speak of gnus to alice";

    /// What somebody asks who names nothing of anybody's.
    private static final Row UNASKED = new Row("GET /", "/", "", 200, For.USERS);

    private static final String SAID = "quagga said by alice";

    private final AtomicInteger images = new AtomicInteger();
    private final Running running =
            new Running(
                    Guarded.config()
                            .withClients(
                                    new Access.ByToken(
                                            Guarded.TOKENS, Secret.of(Guarded.ISSUER_KEY), false),
                                    Network.DIRECT,
                                    ClientLimits.NONE));

    /// What the owner has, and nobody else may learn of.
    private record Target(
            String chat, String message, String reply, String image, String prompt, String share) {

        /// The turn in which the reply was made, as OpenAI's clients name it.
        String response() {
            return new TurnRef(new ConversationId(chat), new TurnId(1), MessageId.parse(message), 0)
                    .text("resp_");
        }

        Set<String> secrets() {
            return Set.of(chat, message, reply, NAME, PROMPT, SAID);
        }
    }

    static List<Row> routes() {
        return IsolationMatrix.ROUTES;
    }

    static List<Command> commands() {
        return IsolationMatrix.COMMANDS;
    }

    /// Tokens that are none, and what they are.
    private static final Map<String, @Nullable String> FALSE_TOKENS = falseTokens();

    private static Map<String, @Nullable String> falseTokens() {
        var tokens = new HashMap<String, @Nullable String>();
        tokens.put("nobody", null);
        tokens.put("expired", Guarded.expired(Guarded.ALICE));
        tokens.put("unsigned", Guarded.unsigned(Guarded.ALICE));
        tokens.put("of another key", Guarded.ofAnotherKey(Guarded.ALICE));
        tokens.put("malformed", "not.a.token");
        return tokens;
    }

    @BeforeAll
    void otherUsersHaveChatsToo() {
        target(Guarded.MALLORY);
    }

    @AfterAll
    void close() {
        running.close();
    }

    @Test
    void everyRouteIsInTheMatrix() {
        Set<String> rows = routes().stream().map(Row::route).collect(Collectors.toSet());
        assertThat(rows).isEqualTo(Set.copyOf(running.server.routes()));
    }

    @Test
    void everyCommandIsInTheMatrix() {
        assertThat(commands().stream().map(Command::name).collect(Collectors.toSet()))
                .isEqualTo(SocketCommands.types());
    }

    @ParameterizedTest
    @MethodSource("routes")
    void itsOwnerMay(Row row) {
        Target target = target(Guarded.ALICE);
        Answered answered = ask(row, target, Guarded.ALICE, Guarded.token(Guarded.ALICE));

        assertThat(answered.status()).as(answered.response().body()).isEqualTo(row.status());
    }

    @ParameterizedTest
    @MethodSource("routes")
    void toAnotherUserItIsUnknown(Row row) {
        Target target = target(Guarded.ALICE);
        String before = seenByOwner(target);

        Answered answered = ask(row, target, Guarded.MALLORY, Guarded.token(Guarded.MALLORY));

        int expected =
                switch (row.whom()) {
                    case OWNER -> 404;
                    case OWNER_OF_PART -> 422;
                    case USERS, ALL, LINK, ISSUER -> row.status();
                };
        assertThat(answered.status()).as(answered.response().body()).isEqualTo(expected);
        assertTellsNothing(answered.response().body(), row, target);
        assertThat(seenByOwner(target)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("routes")
    void withoutATokenThatIsOneThereIsNothing(Row row) {
        Target target = target(Guarded.ALICE);
        String before = seenByOwner(target);
        FALSE_TOKENS.forEach((kind, token) -> {
            Answered answered = ask(row, target, Guarded.ALICE, token);

            assertThat(answered.status())
                    .as("%s: %s", kind, answered.response().body())
                    .isEqualTo(row.isOpen() ? row.status() : 401);
            assertTellsNothing(answered.response().body(), row.isOpen() ? row : UNASKED, target);
            if (!row.isOpen()) {
                assertThat(answered.header("WWW-Authenticate")).startsWith("Bearer");
            }
        });
        if (row.method().equals("GET") && !row.isOpen()) {
            HttpRequest.Builder head =
                    HttpRequest.newBuilder(running.uri(filled(row.path(), target, "x", ""))).HEAD();
            assertThat(running.send(head).status()).isEqualTo(401);
        }
        assertThat(seenByOwner(target)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void itsOwnerMayCommand(Command command) {
        Target target = target(Guarded.ALICE);

        JsonNode answer = command(command, target, Guarded.ALICE);

        assertThat(answer.get("type").asText()).as(answer.toString()).isEqualTo(command.type());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void toAnotherUsersCommandItIsUnknown(Command command) {
        Target target = target(Guarded.ALICE);
        String before = seenByOwner(target);

        JsonNode answer = command(command, target, Guarded.MALLORY);

        if (command.whom() == For.OWNER) {
            assertThat(answer.get("type").asText()).as(answer.toString()).isEqualTo("error");
            assertThat(answer.get("code").asText())
                    .isIn("conversation_unknown", "message_unknown", "another_user");
        } else {
            assertThat(answer.get("type").asText()).as(answer.toString()).isEqualTo(command.type());
        }
        assertTellsNothing(answer.toString(), command.json(), target);
        assertThat(seenByOwner(target)).isEqualTo(before);
    }

    @Test
    void thereIsNoSocketWithoutATokenThatIsOne() {
        FALSE_TOKENS.forEach((kind, token) -> {
            assertThat(handshake(builder -> builder, token == null ? "" : "?token=" + token))
                    .as(kind)
                    .isEqualTo(401);
            if (token != null) {
                assertThat(
                                handshake(
                                        builder ->
                                                builder.subprotocols("hubbub", "bearer." + token),
                                        ""))
                        .as(kind)
                        .isEqualTo(401);
                assertThat(
                                handshake(
                                        builder ->
                                                builder.header("Authorization", "Bearer " + token),
                                        ""))
                        .as(kind)
                        .isEqualTo(401);
            }
        });
        String mallory = Guarded.token(Guarded.MALLORY);
        assertThat(handshake(builder -> builder, "?userid=alice&token=" + mallory)).isEqualTo(403);
    }

    /// What the owner does comes to none of the others' sockets.
    @Test
    void anotherUsersSocketsHearNothing() {
        try (var hers = socket(Guarded.ALICE);
                var others = socket(Guarded.MALLORY)) {
            others.next("chats_update");
            Target target = target(Guarded.ALICE);
            hers.next(frame -> frame.toString().contains(target.chat()), "her own chat");
            others.send("{\"type\":\"get_head\",\"request_id\":\"now\"}");
            List<JsonNode> heard =
                    others.until(frame -> frame.path("request_id").asText().equals("now"));
            assertTellsNothing(heard.toString(), "", target);
        }
    }

    /// Below the routes, for all that will use it: the bytes are the same, and not there.
    @Test
    void anImageIsItsOwnersAlone() {
        byte[] bytes = "GIF89a of the owner".getBytes(StandardCharsets.ISO_8859_1);
        Image image = Objects.requireNonNull(Image.of(bytes));
        done(running.engine.keepImage(Guarded.ALICE, image, bytes));

        assertThat(done(running.engine.image(Guarded.ALICE, image.id()))).isNotNull();
        assertThat(done(running.engine.image(Guarded.MALLORY, image.id()))).isNull();
        var chat = new ConversationId(mine(Guarded.MALLORY));
        var post = new Post(null, "Mine?", List.of(image), null, false, WhenBusy.REJECT, null);
        assertThat(done(running.engine.ask(Guarded.MALLORY, chat, post)))
                .isEqualTo(new Answer.Refused(Refusal.IMAGE_UNKNOWN));
    }

    // The parts.

    private static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /// A chat of a user in which something was said and answered.
    private Target target(UserId user) {
        running.token = Guarded.token(user);
        try {
            String body =
                    "{\"name\":\"%s\",\"model\":\"echo\",\"system_prompt\":\"%s\"}"
                            .formatted(of(user, NAME), of(user, PROMPT));
            String chat = running.post("/api/chats", body).json().at("/chat/id").textValue();
            byte[] bytes =
                    ("GIF89a " + images.incrementAndGet()).getBytes(StandardCharsets.US_ASCII);
            Image image = Objects.requireNonNull(Image.of(bytes));
            done(running.engine.keepImage(user, image, bytes));
            String message =
                    running.post(
                                    "/api/chats/" + chat + "/messages",
                                    "{\"content\":\"%s\",\"images\":[\"%s\"]}"
                                            .formatted(of(user, SAID), image.id().value()))
                            .expecting(202)
                            .json()
                            .get("message_id")
                            .textValue();
            running.awaitIdle(chat);
            String reply =
                    running.get("/api/messages?chat_id=" + chat)
                            .json()
                            .at("/messages/1/id")
                            .textValue();
            String share =
                    running.post("/api/chats/" + chat + "/shares", "")
                            .expecting(201)
                            .json()
                            .at("/share/id")
                            .textValue();
            String prompt =
                    running.post("/api/prompts", "{\"title\":\"t\",\"content\":\"c\"}")
                            .json()
                            .at("/prompt/id")
                            .textValue();
            return new Target(chat, message, reply, image.id().value(), prompt, share);
        } finally {
            running.token = null;
        }
    }

    private static String of(UserId user, String text) {
        return text.replace(Guarded.ALICE.value(), user.value());
    }

    private String mine(UserId user) {
        running.token = Guarded.token(user);
        try {
            return running.chat("echo");
        } finally {
            running.token = null;
        }
    }

    private String seenByOwner(Target target) {
        running.token = Guarded.token(Guarded.ALICE);
        try {
            return running.get("/api/chats/" + target.chat()).expecting(200).response().body()
                    + running.get("/api/messages?chat_id=" + target.chat()).response().body();
        } finally {
            running.token = null;
        }
    }

    private Answered ask(Row row, Target target, UserId user, @Nullable String token) {
        String mine = row.toString().contains("{mine}") ? mine(user) : "";
        HttpRequest.Builder request =
                HttpRequest.newBuilder(running.uri(filled(row.path(), target, mine, "")));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        String body = filled(row.body(), target, mine, "");
        if (!body.isEmpty()) {
            boolean json = body.startsWith("{");
            request.header("Content-Type", json ? "application/json" : "image/gif");
        }
        request.method(row.method(), BodyPublishers.ofString(body));
        return row.path().endsWith("/events") ? opened(request) : running.send(request);
    }

    /// A stream does not end by itself: its first line will do.
    private Answered opened(HttpRequest.Builder request) {
        try {
            HttpResponse<java.util.stream.Stream<String>> response =
                    running.http.send(request.build(), BodyHandlers.ofLines());
            if (response.statusCode() != 200) {
                return running.send(request);
            }
            try (var lines = response.body()) {
                assertThat(lines.findFirst()).isPresent();
            }
            return running.get("/health").expecting(200);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private JsonNode command(Command command, Target target, UserId user) {
        String mine = command.json().contains("{mine}") ? mine(user) : "";
        String json =
                filled(
                        command.json().replace('\'', '"'),
                        target,
                        mine,
                        Guarded.token(Guarded.ALICE));
        try (var socket = socket(user)) {
            socket.send(json.substring(0, json.length() - 1) + ",\"request_id\":\"asked\"}");
            return socket.answer("asked");
        }
    }

    private SocketClient socket(UserId user) {
        return SocketClient.connect(running, "/ws?quiet=false&token=" + Guarded.token(user));
    }

    private int handshake(
            java.util.function.UnaryOperator<WebSocket.Builder> change, String query) {
        return SocketClient.handshake(
                change.apply(running.http.newWebSocketBuilder()), running, "/ws" + query);
    }

    private static String filled(String text, Target target, String mine, String token) {
        return text.replace("{chat}", target.chat())
                .replace("{message}", target.message())
                .replace("{image}", target.image())
                .replace("{prompt}", target.prompt())
                .replace("{share}", target.share())
                .replace("{response}", target.response())
                .replace("{mine}", mine)
                .replace("{token}", token);
    }

    /// A link tells what was said under which name, and nothing else.
    private static void assertTellsNothing(String answer, Row asked, Target target) {
        if (asked.whom() == For.LINK) {
            assertThat(answer).doesNotContain(target.chat(), PROMPT, "\"alice\"");
        } else {
            assertTellsNothing(answer, asked.equals(UNASKED) ? "" : asked.toString(), target);
        }
    }

    /// Nothing of the target is in an answer, but for the ids that whoever asked had sent.
    private static void assertTellsNothing(String answer, String asked, Target target) {
        for (String secret : target.secrets()) {
            boolean sent =
                    (secret.equals(target.chat()) && asked.contains("{chat}"))
                            || (secret.equals(target.message()) && asked.contains("{message}"))
                            || (secret.equals(target.chat()) && asked.contains("{response}"));
            if (!sent) {
                assertThat(answer).doesNotContain(secret);
            }
        }
    }
}
