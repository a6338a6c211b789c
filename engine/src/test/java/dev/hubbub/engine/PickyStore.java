package dev.hubbub.engine;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.MessageSearch;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// A store in memory that takes no more new conversations than it was told, and remembers the
/// longest path it was asked for.
final class PickyStore implements ConversationStore {

    private final KeptInMemory kept = new KeptInMemory();
    volatile int startsMax = Integer.MAX_VALUE;
    volatile int longestPath;
    private int starts;

    @Override
    public Map<Integer, Long> activate(Collection<Integer> partitions) {
        return kept.activate(partitions);
    }

    @Override
    public synchronized List<Outcome> append(List<Batch> batches) {
        var outcomes = new ArrayList<Outcome>();
        for (Batch batch : batches) {
            boolean refused =
                    batch.events().getFirst() instanceof ConversationEvent.Started
                            && ++starts > startsMax;
            outcomes.add(refused ? Outcome.CONFLICT : kept.append(List.of(batch)).getFirst());
        }
        return outcomes;
    }

    @Override
    public @Nullable Conversation load(ConversationId id) {
        return kept.load(id);
    }

    @Override
    public List<ConversationId> unfinished() {
        return kept.unfinished();
    }

    @Override
    public @Nullable Message message(UserId owner, MessageId id) {
        return kept.message(owner, id);
    }

    @Override
    public synchronized List<Message> path(UserId owner, MessageId head, int limit) {
        longestPath = Math.max(longestPath, limit);
        return kept.path(owner, head, limit);
    }

    @Override
    public List<Message> messages(
            UserId owner, ConversationId conversation, @Nullable MessageId after, int limit) {
        return kept.messages(owner, conversation, after, limit);
    }

    @Override
    public List<Message> children(
            UserId owner, ConversationId conversation, @Nullable MessageId parent) {
        return kept.children(owner, conversation, parent);
    }

    @Override
    public Map<MessageId, List<MessageId>> siblings(
            UserId owner, ConversationId conversation, List<MessageId> nodes) {
        return kept.siblings(owner, conversation, nodes);
    }

    @Override
    public @Nullable MessageId latestLeaf(
            UserId owner, ConversationId conversation, MessageId node) {
        return kept.latestLeaf(owner, conversation, node);
    }

    @Override
    public List<Message> following(UserId owner, MessageId head, MessageId message, int limit) {
        return kept.following(owner, head, message, limit);
    }

    @Override
    public Found search(
            UserId owner,
            MessageSearch search,
            @Nullable ConversationId in,
            @Nullable Role role,
            @Nullable String after,
            int limit) {
        return kept.search(owner, search, in, role, after, limit);
    }

    @Override
    public void keepImage(UserId owner, Image image, byte[] content) {
        kept.keepImage(owner, image, content);
    }

    @Override
    public ChatModel.Prompt.@Nullable Picture image(UserId owner, ImageId id) {
        return kept.image(owner, id);
    }

    @Override
    public long imageBytes(UserId owner) {
        return kept.imageBytes(owner);
    }

    @Override
    public List<Summary> conversations(
            UserId owner, Filter filter, @Nullable Cursor after, int limit) {
        return kept.conversations(owner, filter, after, limit);
    }

    @Override
    public @Nullable OwnerRecord record(UserId owner, String kind, String id) {
        return kept.record(owner, kind, id);
    }

    @Override
    public List<OwnerRecord> records(UserId owner, String kind) {
        return kept.records(owner, kind);
    }

    @Override
    public boolean keepRecord(UserId owner, OwnerRecord record) {
        return kept.keepRecord(owner, record);
    }

    @Override
    public boolean dropRecord(UserId owner, String kind, String id) {
        return kept.dropRecord(owner, kind, id);
    }

    @Override
    public @Nullable Owned recordOfAnyone(String kind, String id) {
        return kept.recordOfAnyone(kind, id);
    }

    @Override
    public Labels labels(UserId owner) {
        return kept.labels(owner);
    }

    @Override
    public List<Spent> spent(UserId owner, LocalDate from, int limit) {
        return kept.spent(owner, from, limit);
    }

    @Override
    public Usage total(@Nullable UserId owner, @Nullable ModelId model, LocalDate from) {
        return kept.total(owner, model, from);
    }

    @Override
    public void charge(List<Charge> charges) {
        kept.charge(charges);
    }

    @Override
    public long count() {
        return kept.count();
    }

    @Override
    public void close() {}
}
