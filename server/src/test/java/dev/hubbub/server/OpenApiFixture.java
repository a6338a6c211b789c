package dev.hubbub.server;

import org.jspecify.annotations.Nullable;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// Real things on a server, in the place of those that the examples of the document name.
final class OpenApiFixture {

    private static final String CHAT = "lunch";

    /// A chat in which a reply is being made.
    private static final String CHAT_REPLYING = "dinner";

    private static final String MESSAGE =
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private static final String IMAGE =
            "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
    private static final String PROMPT = "0b36e7c4-7f3a-4b7e-9d52-3a0f9b0c4f11";
    private static final String SHARE = "Vq3J9s0b1xZ2kT7yLmN4pA";
    private static final String RESPONSE =
            "resp_AQEAn4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCghsdW5jaA";

    /// A response that is being made.
    private static final String RESPONSE_RUNNING =
            "resp_AQIAn4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCghsdW5jaA";

    /// A model that answers when it is told to.
    private static final String MODEL = "eliza";

    private final Running running;
    private final String chat;
    private final Map<String, String> made = new HashMap<>();
    private volatile Puppet.@Nullable Saying saying;

    /// @param number no other fixture's of this server
    OpenApiFixture(Running running, int number) {
        this.running = running;
        chat = "chat-" + number;
    }

    /// The example with what there really is. Made is only what it names.
    String real(String example) {
        String real = example.replace(MODEL, Puppet.PUPPET.value());
        real = with(real, CHAT, this::chat);
        real = with(real, MESSAGE, this::message);
        real = with(real, CHAT_REPLYING, this::replying);
        real = with(real, IMAGE, this::image);
        real = with(real, PROMPT, this::prompt);
        real = with(real, SHARE, this::share);
        real = with(real, RESPONSE, () -> response("echo", false));
        return with(real, RESPONSE_RUNNING, this::responseRunning);
    }

    /// What this fixture alone says, for example as an `Idempotency-Key`.
    String own(String text) {
        return chat + text;
    }

    /// Ends the reply that is being made, if one is.
    void endReply() {
        Puppet.Saying begun = saying;
        if (begun != null) {
            saying = null;
            begun.say("eat soup.").end();
        }
    }

    private String with(String text, String name, Supplier<String> thing) {
        if (!text.contains(name)) {
            return text;
        }
        String there = made.get(name);
        if (there == null) {
            there = thing.get();
            made.put(name, there);
        }
        return text.replace(name, there);
    }

    private String chat() {
        message();
        return chat;
    }

    /// What is said in the chat, and has been answered.
    private String message() {
        String there = made.get(MESSAGE);
        if (there == null) {
            begin(chat, "echo");
            there = running.say(chat, "Hello").json().get("message_id").asText();
            running.awaitIdle(chat);
            made.put(MESSAGE, there);
        }
        return there;
    }

    private void begin(String id, String model) {
        running.post("/api/chats", "{\"id\":\"" + id + "\",\"model\":\"" + model + "\"}")
                .expecting(201);
    }

    private String replying() {
        String id = own("-replying");
        begin(id, "puppet");
        running.say(id, id);
        saying = saying(id).say("Let us ");
        return id;
    }

    private String image() {
        return running.send(
                        running.request("/api/images")
                                .POST(BodyPublishers.ofByteArray(Pictures.png(1))))
                .expecting(201)
                .json()
                .at("/image/id")
                .asText();
    }

    private String prompt() {
        return running.post("/api/prompts", "{\"title\":\"t\",\"content\":\"c\"}")
                .json()
                .at("/prompt/id")
                .asText();
    }

    /// The chat with what was said and an image in it.
    private String share() {
        String image = real(IMAGE);
        String messages = "/api/chats/" + chat() + "/messages";
        running.post(messages, "{\"images\":[\"" + image + "\"],\"generate\":false}")
                .expecting(202);
        return running.post("/api/chats/" + chat + "/shares", "")
                .expecting(201)
                .json()
                .at("/share/id")
                .asText();
    }

    private String responseRunning() {
        String id = response("puppet", true);
        saying = saying(own("-asked")).say("Let us ");
        return id;
    }

    private String response(String model, boolean background) {
        String body =
                "{\"model\":\"%s\",\"input\":\"%s\",\"background\":%s}"
                        .formatted(model, own("-asked"), background);
        return running.post("/v1/responses", body).expecting(200).json().get("id").asText();
    }

    /// The puppet's reply to this; others may be waiting that nobody ends.
    private Puppet.Saying saying(String text) {
        while (true) {
            Puppet.Saying next = running.puppet.next();
            if (next.prompt().messages().getLast().text().equals(text)) {
                return next;
            }
        }
    }
}
