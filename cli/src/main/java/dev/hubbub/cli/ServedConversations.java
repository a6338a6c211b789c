package dev.hubbub.cli;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ReplyStatus;
import dev.hubbub.conversation.Role;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/// The conversations of a server, over its HTTP API. See docs/reference/protocol.md.
final class ServedConversations implements Conversations {

    private final ServerApi api;

    ServedConversations(URI server) {
        this(server, null);
    }

    /// @param token that says who asks, or null where nobody wants to know
    ServedConversations(URI server, @Nullable String token) {
        api = new ServerApi(server, token);
    }

    @Override
    public String place() {
        return "by the server at " + api.server();
    }

    @Override
    public Chosen start(@Nullable String model, @Nullable String system) {
        JsonNode created = api.post("api/chats", fields("model", model, "system_prompt", system));
        return chosen(created.path("chat"));
    }

    @Override
    public Chosen resume(ConversationId id) {
        return chosen(api.get(chat(id)).path("chat"));
    }

    @Override
    public Chosen change(ConversationId id, @Nullable String model, @Nullable String system) {
        JsonNode changed = api.put(chat(id), fields("model", model, "system_prompt", system));
        return chosen(changed.path("chat"));
    }

    @Override
    public Ending say(ConversationId id, String text, Consumer<String> pieces) {
        try (var following = new Following(id, pieces)) {
            following.next();
            JsonNode accepted =
                    api.post(
                            chat(id) + "/messages",
                            Map.of(
                                    "content",
                                    text,
                                    "client_message_id",
                                    UUID.randomUUID().toString()));
            return following.toTheEndOf(accepted.path("reply_id").asText());
        }
    }

    @Override
    public @Nullable Ending follow(ConversationId id, Consumer<String> pieces) {
        try (var following = new Following(id, pieces)) {
            JsonNode reply = following.next().data().path("reply");
            if (reply.isMissingNode()) {
                return null;
            }
            following.begun(reply);
            return following.toTheEndOf(reply.path("id").asText());
        }
    }

    @Override
    public void stop(ConversationId id) {
        api.post(chat(id) + "/stop", Map.of());
    }

    @Override
    public List<Said> history(ConversationId id, int limit) {
        var history = new ArrayList<Said>();
        for (JsonNode message : api.get(chat(id) + "/messages?limit=" + limit).path("messages")) {
            history.add(
                    new Said(
                            role(message),
                            message.path("model").asText(null),
                            message.path("content").asText()));
        }
        return history;
    }

    @Override
    public List<Choice> models() {
        var models = new ArrayList<Choice>();
        for (JsonNode model : api.get("api/models").path("models")) {
            models.add(
                    new Choice(
                            model.path("id").asText(),
                            model.path("display_name").asText(),
                            model.path("provider").asText()));
        }
        return models;
    }

    @Override
    public void close() {
        api.close();
    }

    private static String chat(ConversationId id) {
        return "api/chats/" + id;
    }

    private static Map<String, String> fields(
            String first, @Nullable String value, String second, @Nullable String other) {
        var fields = new HashMap<String, String>();
        if (value != null) {
            fields.put(first, value);
        }
        if (other != null) {
            fields.put(second, other);
        }
        return fields;
    }

    private static Chosen chosen(JsonNode chat) {
        return new Chosen(
                new ConversationId(chat.path("id").asText()),
                chat.path("model").asText(),
                chat.path("status").asText().equals("replying"));
    }

    private static Role role(JsonNode message) {
        String wire = message.path("role").asText();
        for (Role role : Role.values()) {
            if (role.wire().equals(wire)) {
                return role;
            }
        }
        throw Failure.of("The server sent a message of '%s', which is no role.".formatted(wire));
    }

    /// The events of one chat, over as many connections as it takes.
    private final class Following implements AutoCloseable {

        private final String path;
        private final ReplyText text;
        private ServerSentEvents events;
        private String position = "";

        Following(ConversationId id, Consumer<String> pieces) {
            path = chat(id) + "/events";
            text = new ReplyText(pieces);
            events = api.events(path, position);
        }

        /// An event's type and object.
        record News(String type, JsonNode data) {}

        /// The next event. A connection that breaks is made again, from where it broke.
        News next() {
            while (true) {
                try {
                    ServerSentEvents.Event event = events.next();
                    if (event != null) {
                        position = event.id();
                        return new News(event.type(), ServerApi.json(event.data()));
                    }
                } catch (IOException broken) {
                    // The server has gone; it may come back.
                }
                close();
                events = api.eventsOnceItAnswers(path, position);
            }
        }

        Ending toTheEndOf(String reply) {
            while (true) {
                News news = next();
                JsonNode data = news.data();
                Ending ending =
                        switch (news.type()) {
                            case "snapshot" -> caughtUp(data, reply);
                            case "deleted" ->
                                    throw Failure.of("The conversation was deleted meanwhile.");
                            case "reply" -> {
                                if (isAbout(reply, data.path("reply").path("id"))) {
                                    begun(data.path("reply"));
                                }
                                yield null;
                            }
                            case "delta" -> {
                                if (isAbout(reply, data.path("reply_id"))) {
                                    text.told(
                                            data.path("offset").asInt(),
                                            data.path("text").asText());
                                }
                                yield null;
                            }
                            case "reply_ended" ->
                                    isAbout(reply, data.path("reply_id"))
                                            ? ended(data.path("message"))
                                            : null;
                            case "withdrawn" ->
                                    isAbout(reply, data.path("reply_id"))
                                            ? new Ending(ReplyStatus.STOPPED, null)
                                            : null;
                            default -> null;
                        };
                if (ending != null) {
                    return ending;
                }
            }
        }

        void begun(JsonNode reply) {
            text.told(0, reply.path("text").asText());
        }

        private @Nullable Ending caughtUp(JsonNode snapshot, String reply) {
            if (isAbout(reply, snapshot.path("reply").path("id"))) {
                begun(snapshot.path("reply"));
                return null;
            }
            for (JsonNode waiting : snapshot.path("waiting")) {
                if (isAbout(reply, waiting.path("reply_id"))) {
                    return null;
                }
            }
            // It ended while this viewer was away, so it is the last reply on the way to the head.
            JsonNode messages = snapshot.path("messages");
            for (int i = messages.size() - 1; i >= 0; i--) {
                if (role(messages.get(i)) == Role.ASSISTANT) {
                    return ended(messages.get(i));
                }
            }
            return new Ending(ReplyStatus.STOPPED, null);
        }

        private Ending ended(JsonNode message) {
            text.told(0, message.path("content").asText());
            String error = message.path("error").asText();
            return new Ending(
                    switch (message.path("stop_reason").asText()) {
                        case "stopped" -> ReplyStatus.STOPPED;
                        case "error" -> ReplyStatus.FAILED;
                        default -> ReplyStatus.COMPLETED;
                    },
                    error.isEmpty() ? null : error);
        }

        private static boolean isAbout(String reply, JsonNode id) {
            return id.asText().equals(reply);
        }

        @Override
        public void close() {
            try {
                events.close();
            } catch (IOException gone) {
                // Which is what was wanted.
            }
        }
    }
}
