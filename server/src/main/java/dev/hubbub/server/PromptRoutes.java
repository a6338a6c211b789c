package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.OwnerRecords;
import dev.hubbub.conversation.OwnerRecords.OwnerRecord;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;

import io.vertx.core.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.regex.Pattern;

/// `/api/prompts`: the texts that a user keeps to say them again. What stands between `{{` and `}}`
/// in one is for the page to ask for.
final class PromptRoutes {

    static final int TITLE_CHARS_MAX = 100;
    static final int CONTENT_CHARS_MAX = 16_384;

    private static final String KIND = "prompt";
    private static final Pattern COMMAND = Pattern.compile("[a-z0-9-]{1,32}");
    private static final Fault UNKNOWN =
            new Fault(404, "prompt_unknown", "There is no such prompt.");
    private static final Fault FULL =
            new Fault(
                    409,
                    "too_many_prompts",
                    "There are %,d prompts, the most there may be; delete one first."
                            .formatted(OwnerRecord.COUNT_MAX));
    private static final Fault COMMAND_TAKEN =
            new Fault(409, "command_taken", "Another prompt has that command; choose another.");

    private final Engine engine;
    private final Responses responses;
    private final Clock clock;

    /// Held while one is written, so that two do not get the same command.
    private final ReentrantLock writing = new ReentrantLock();

    PromptRoutes(Engine engine, Responses responses, Clock clock) {
        this.engine = engine;
        this.responses = responses;
        this.clock = clock;
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.GET, "/api/prompts", this::list);
        routes.add(HttpMethod.POST, "/api/prompts", this::create);
        routes.add(HttpMethod.GET, "/api/prompts/{id}", this::read);
        routes.add(HttpMethod.PUT, "/api/prompts/{id}", this::change);
        routes.add(HttpMethod.DELETE, "/api/prompts/{id}", this::delete);
    }

    /// @param command what calls it in the page, or null
    private record Prompt(
            String id, String title, @Nullable String command, String content, String updatedAt) {

        static Prompt of(OwnerRecord record) {
            Fields fields = Fields.parse(record.content());
            return new Prompt(
                    record.id(),
                    fields.required("title"),
                    fields.text("command"),
                    fields.required("content"),
                    fields.required("updated_at"));
        }

        OwnerRecord record() {
            return new OwnerRecord(KIND, id, Json.bytes(this::write));
        }

        void write(JsonGenerator json) throws IOException {
            json.writeStringField("id", id);
            json.writeStringField("title", title);
            Wire.optional(json, "command", command);
            json.writeStringField("content", content);
            json.writeStringField("updated_at", updatedAt);
        }
    }

    private CompletionStage<Response> list(Request request) {
        return engine.records(records -> all(records, request.user()))
                .thenApply(prompts ->
                        Response.ok(json -> {
                            json.writeArrayFieldStart("prompts");
                            for (Prompt prompt : prompts) {
                                json.writeStartObject();
                                prompt.write(json);
                                json.writeEndObject();
                            }
                            json.writeEndArray();
                        }));
    }

    private CompletionStage<Response> read(Request request) {
        return engine.records(records -> find(records, request.user(), request.id()))
                .thenApply(prompt -> Response.ok(json -> write(json, prompt)));
    }

    private CompletionStage<Response> create(Request request) {
        Prompt prompt =
                new Prompt(
                        UUID.randomUUID().toString(),
                        title(request.body().required("title")),
                        command(request.body().text("command")),
                        content(request.body().required("content")),
                        Wire.time(clock.instant()));
        return writing(request.user(), records -> keep(records, request.user(), prompt))
                .thenApply(kept -> Response.created(json -> write(json, kept)));
    }

    private CompletionStage<Response> change(Request request) {
        String title = request.body().text("title");
        String command = request.body().text("command");
        String content = request.body().text("content");
        return writing(
                        request.user(),
                        records -> {
                            Prompt before = find(records, request.user(), request.id());
                            return keep(
                                    records,
                                    request.user(),
                                    new Prompt(
                                            before.id(),
                                            title == null ? before.title() : title(title),
                                            command == null ? before.command() : command(command),
                                            content == null ? before.content() : content(content),
                                            Wire.time(clock.instant())));
                        })
                .thenApply(kept -> Response.ok(json -> write(json, kept)));
    }

    private CompletionStage<Response> delete(Request request) {
        return writing(
                        request.user(),
                        records -> {
                            Prompt there = find(records, request.user(), request.id());
                            return records.dropRecord(request.user(), KIND, there.id());
                        })
                .thenApply(_ -> Response.ok(json -> json.writeBooleanField("success", true)));
    }

    /// Changes something, one at a time, and tells the user's sockets.
    private <T> CompletionStage<T> writing(UserId user, Function<OwnerRecords, T> change) {
        return engine.records(
                        records -> {
                            writing.lock();
                            try {
                                return change.apply(records);
                            } finally {
                                writing.unlock();
                            }
                        })
                .thenApply(done -> {
                    responses.tell(
                            user,
                            Frame.of(json -> json.writeStringField("type", "prompts_changed")));
                    return done;
                });
    }

    private static Prompt keep(OwnerRecords records, UserId user, Prompt prompt) {
        String command = prompt.command();
        if (command != null
                && all(records, user).stream()
                        .anyMatch(other ->
                                command.equals(other.command())
                                        && !other.id().equals(prompt.id()))) {
            throw COMMAND_TAKEN.exception();
        }
        if (!records.keepRecord(user, prompt.record())) {
            throw FULL.exception();
        }
        return prompt;
    }

    private static Prompt find(OwnerRecords records, UserId user, String id) {
        OwnerRecord found = OwnerRecord.isId(id) ? records.record(user, KIND, id) : null;
        if (found == null) {
            throw UNKNOWN.exception();
        }
        return Prompt.of(found);
    }

    private static List<Prompt> all(OwnerRecords records, UserId user) {
        return records.records(user, KIND).stream()
                .map(Prompt::of)
                .sorted(Comparator.comparing(Prompt::title).thenComparing(Prompt::id))
                .toList();
    }

    private static void write(JsonGenerator json, Prompt prompt) throws IOException {
        json.writeObjectFieldStart("prompt");
        prompt.write(json);
        json.writeEndObject();
    }

    private static String title(String text) {
        String title = text.strip();
        if (title.isEmpty()
                || title.length() > TITLE_CHARS_MAX
                || title.chars().anyMatch(Character::isISOControl)) {
            throw Fault.badField(
                            "`title` has 1 to %d characters on one line."
                                    .formatted(TITLE_CHARS_MAX))
                    .exception();
        }
        return title;
    }

    /// Empty takes it away.
    private static @Nullable String command(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (!COMMAND.matcher(text).matches()) {
            throw Fault.badField("`command` has 1 to 32 characters of a-z 0-9 -.").exception();
        }
        return text;
    }

    private static String content(String text) {
        if (text.isBlank() || text.length() > CONTENT_CHARS_MAX) {
            throw Fault.badField("`content` has 1 to %,d characters.".formatted(CONTENT_CHARS_MAX))
                    .exception();
        }
        return text;
    }
}
