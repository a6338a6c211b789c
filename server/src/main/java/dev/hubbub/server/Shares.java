package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.OwnerRecords;
import dev.hubbub.conversation.OwnerRecords.Owned;
import dev.hubbub.conversation.OwnerRecords.OwnerRecord;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.regex.Pattern;

/// What users let others read: the way to a message of a chat, under an id that cannot be guessed.
/// Messages do not change, so what is shared stays as it was. It ends with its chat.
final class Shares {

    static final Fault UNKNOWN =
            new Fault(404, "share_unknown", "There is no such shared chat, or it has ended.");

    private static final String KIND = "share";
    private static final int ID_BYTES = 16;

    private static final Fault FULL =
            new Fault(
                    409,
                    "too_many_shares",
                    "There are %,d shared chats, the most there may be; end one first."
                            .formatted(OwnerRecord.COUNT_MAX));

    private final Engine engine;
    private final Responses responses;
    private final SecureRandom random = new SecureRandom();

    /// Held while one is written, so that the same is not shared twice.
    private final ReentrantLock writing = new ReentrantLock();

    Shares(Engine engine, Responses responses) {
        this.engine = engine;
        this.responses = responses;
    }

    /// @param message the last that is shared
    /// @param images those of the messages, which are shared with them
    record Share(
            String id,
            ConversationId chat,
            MessageId message,
            String title,
            String createdAt,
            List<String> images) {

        static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{22}");

        Share {
            images = List.copyOf(images);
        }

        static Share of(OwnerRecord record) {
            Fields fields = Fields.parse(record.content());
            return new Share(
                    record.id(),
                    Fields.chatOf(fields.required("chat_id")),
                    Fields.messageOf(fields.required("message_id")),
                    fields.required("title"),
                    fields.required("created_at"),
                    fields.texts("images"));
        }

        OwnerRecord record() {
            return new OwnerRecord(
                    KIND,
                    id,
                    Json.bytes(json -> {
                        json.writeStringField("chat_id", chat.value());
                        json.writeStringField("message_id", message.toString());
                        json.writeStringField("title", title);
                        json.writeStringField("created_at", createdAt);
                        json.writeArrayFieldStart("images");
                        for (String image : images) {
                            json.writeString(image);
                        }
                        json.writeEndArray();
                    }));
        }

        /// What its owner sees.
        void write(JsonGenerator json) throws IOException {
            json.writeStringField("id", id);
            json.writeStringField("chat_id", chat.value());
            json.writeStringField("message_id", message.toString());
            json.writeStringField("title", title);
            json.writeStringField("created_at", createdAt);
            json.writeStringField("url", Page.SHARED + id);
        }
    }

    /// A share and whose it is.
    record Shared(UserId owner, Share share) {}

    /// Keeps a share. The same part of a chat is shared once: where it is already, under the id
    /// that it has.
    ///
    /// @param made with any id
    CompletionStage<Share> share(UserId user, Share made) {
        return writing(
                user,
                made.chat(),
                records -> {
                    Share share =
                            all(records, user).stream()
                                    .filter(known ->
                                            known.chat().equals(made.chat())
                                                    && known.message().equals(made.message()))
                                    .findFirst()
                                    .map(known -> renamed(made, known.id(), known.createdAt()))
                                    .orElseGet(() -> renamed(made, newId(), made.createdAt()));
                    if (!records.keepRecord(user, share.record())) {
                        throw FULL.exception();
                    }
                    return share;
                });
    }

    private static Share renamed(Share made, String id, String createdAt) {
        return new Share(id, made.chat(), made.message(), made.title(), createdAt, made.images());
    }

    /// The latest first.
    ///
    /// @param chat null for those of all
    CompletionStage<List<Share>> list(UserId user, @Nullable ConversationId chat) {
        return engine.records(records ->
                all(records, user).stream()
                        .filter(share -> chat == null || share.chat().equals(chat))
                        .sorted(
                                Comparator.comparing(Share::createdAt)
                                        .reversed()
                                        .thenComparing(Share::id))
                        .toList());
    }

    /// Ends one.
    CompletionStage<Share> end(UserId user, String id) {
        return engine.records(records -> find(records, user, id))
                .thenCompose(share ->
                        writing(
                                user,
                                share.chat(),
                                records -> {
                                    if (!records.dropRecord(user, KIND, id)) {
                                        throw UNKNOWN.exception();
                                    }
                                    return share;
                                }));
    }

    /// Ends those of a chat that is deleted. Nobody reads them any more in any case; what fails
    /// here leaves records behind that lead nowhere.
    CompletionStage<?> chatDeleted(UserId user, ConversationId chat) {
        return list(user, chat)
                .thenCompose(shares ->
                        engine.records(records -> {
                            for (Share share : shares) {
                                records.dropRecord(user, KIND, share.id());
                            }
                            return shares.isEmpty();
                        }))
                .handle((none, failure) -> {
                    if (failure == null && !none) {
                        tell(user, chat);
                    }
                    return null;
                });
    }

    /// The share that a link leads to, for whoever has it; a [Fault] where its chat is no more.
    CompletionStage<Shared> open(String id) {
        if (!Share.ID.matcher(id).matches()) {
            throw UNKNOWN.exception();
        }
        return engine.records(
                        records -> {
                            Owned found = records.recordOfAnyone(KIND, id);
                            if (found == null) {
                                throw UNKNOWN.exception();
                            }
                            return new Shared(found.owner(), Share.of(found.record()));
                        })
                .thenCompose(shared ->
                        engine.conversation(shared.owner(), shared.share().chat())
                                .thenApply(answer -> {
                                    if (answer instanceof Answer.Refused(var refusal)) {
                                        throw refusal == Refusal.CONVERSATION_UNKNOWN
                                                ? UNKNOWN.exception()
                                                : Fault.of(refusal).exception();
                                    }
                                    return shared;
                                }));
    }

    private <T> CompletionStage<T> writing(
            UserId user, ConversationId chat, Function<OwnerRecords, T> change) {
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
                    tell(user, chat);
                    return done;
                });
    }

    private void tell(UserId user, ConversationId chat) {
        responses.tell(
                user,
                Frame.of(json -> {
                    json.writeStringField("type", "shares_changed");
                    json.writeStringField("chat_id", chat.value());
                }));
    }

    private static Share find(OwnerRecords records, UserId user, String id) {
        OwnerRecord found = Share.ID.matcher(id).matches() ? records.record(user, KIND, id) : null;
        if (found == null) {
            throw UNKNOWN.exception();
        }
        return Share.of(found);
    }

    private static List<Share> all(OwnerRecords records, UserId user) {
        return records.records(user, KIND).stream().map(Share::of).toList();
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
