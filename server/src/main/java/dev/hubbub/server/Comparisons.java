package dev.hubbub.server;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/// The forks in which models answer one message side by side. No list of them is kept: a fork's id
/// follows from the chat, the message and the model, so whoever knows a model can look.
///
/// Looked for are the models that the catalog lists and, because others can be asked too (an id may
/// carry parameters), those of the message's replies and those that answer in the chats of its
/// owner that were active last, where replies that are still being made are. A guess costs a look
/// and is never wrong: the id must be that of a chat that is there.
final class Comparisons {

    /// The chats that were active last that are looked at.
    static final int LATEST_MAX = 100;

    /// Models of replies that are looked for.
    static final int REPLIERS_MAX = 100;

    private final Engine engine;

    Comparisons(Engine engine) {
        this.engine = engine;
    }

    /// The models that were asked for a reply to a message of a chat, beside it, and whose fork is
    /// not deleted: those of the catalog in its order, and then others.
    CompletionStage<List<ModelId>> asked(UserId user, Conversation chat, MessageId message) {
        CompletionStage<List<Summary>> latest = engine.conversations(user, null, LATEST_MAX);
        return engine.children(user, chat.id(), message)
                .thenCombine(latest, (replies, chats) -> likely(chat, message, replies, chats))
                .thenCompose(models -> there(user, chat, message, models));
    }

    private List<ModelId> likely(
            Conversation chat, MessageId message, List<Message> replies, List<Summary> latest) {
        Set<ModelId> models = new LinkedHashSet<>();
        engine.models().models().stream().map(ModelCatalog.Entry::id).forEach(models::add);
        replies.stream()
                .filter(reply -> reply.role() == Role.ASSISTANT)
                .flatMap(reply -> Stream.ofNullable(firstAsked(reply)))
                .distinct()
                .limit(REPLIERS_MAX)
                .forEach(models::add);
        latest.stream()
                .filter(one -> one.id().equals(forkOf(chat, message, one.model())))
                .map(Summary::model)
                .forEach(models::add);
        return List.copyOf(models);
    }

    /// The model that a reply was asked of, though others may have gone on with it.
    private static @Nullable ModelId firstAsked(Message reply) {
        return reply.attempts().isEmpty() ? reply.model() : reply.attempts().getFirst().model();
    }

    private CompletionStage<List<ModelId>> there(
            UserId user, Conversation chat, MessageId message, List<ModelId> models) {
        List<ConversationId> forks =
                models.stream().map(model -> forkOf(chat, message, model)).toList();
        return engine.conversations(user, forks)
                .thenApply(answers -> {
                    var there = new ArrayList<ModelId>();
                    for (int i = 0; i < answers.size(); i++) {
                        if (hasReply(forks.get(i), answers.get(i))) {
                            there.add(models.get(i));
                        }
                    }
                    return there;
                });
    }

    private static boolean hasReply(ConversationId fork, Answer answer) {
        return !answer.equals(new Answer.Refused(Refusal.CONVERSATION_UNKNOWN))
                && Chats.done(fork, answer).conversation().turns() > 0;
    }

    static ConversationId forkOf(Conversation chat, MessageId message, ModelId model) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(
                                    (chat.owner()
                                                    + "\n"
                                                    + chat.id()
                                                    + "\n"
                                                    + message
                                                    + "\n"
                                                    + model)
                                            .getBytes(StandardCharsets.UTF_8));
            ByteBuffer bits = ByteBuffer.wrap(hash);
            // Marked as an id of its maker's own kind (version 8 of RFC 9562).
            long high = (bits.getLong() & ~0xf000L) | 0x8000L;
            long low = (bits.getLong() & ~(0xc0L << 56)) | (0x80L << 56);
            return new ConversationId(high, low);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
