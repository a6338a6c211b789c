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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a disk would keep, for the simulator: it outlives every crash of the node above it. Every
/// conversation's events are kept too, so that a check can replay them.
final class KeptInMemory implements ConversationStore {

    final Map<ConversationId, Conversation> conversations = new LinkedHashMap<>();
    final Map<ConversationId, List<ConversationEvent>> events = new HashMap<>();
    final Map<MessageId, Message> messages = new LinkedHashMap<>();
    private final Map<ImageId, ChatModel.Prompt.Picture> images = new HashMap<>();
    private final Map<Integer, Long> epochs = new HashMap<>();

    /// Whether it can, without a wait. How many batches of an append at once it takes.
    volatile int appendedAtOnceMax;

    /// What the next append throws instead; null for nothing.
    volatile @Nullable Error failure;

    @Override
    public synchronized Map<Integer, Long> activate(Collection<Integer> partitions) {
        var fresh = new HashMap<Integer, Long>();
        for (Integer partition : partitions) {
            fresh.put(partition, epochs.merge(partition, 1L, Long::sum));
        }
        return fresh;
    }

    @Override
    public synchronized List<Outcome> append(List<Batch> batches) {
        Error thrown = failure;
        if (thrown != null) {
            failure = null;
            throw thrown;
        }
        var outcomes = new ArrayList<Outcome>();
        for (Batch batch : batches) {
            outcomes.add(append(batch));
        }
        return outcomes;
    }

    @Override
    public List<Outcome> appendAtOnce(List<Batch> batches) {
        return append(batches.subList(0, Math.min(appendedAtOnceMax, batches.size())));
    }

    private Outcome append(Batch batch) {
        if (epochs.getOrDefault(batch.partition(), 0L) != batch.epoch()) {
            return Outcome.FENCED;
        }
        Conversation before = conversations.get(batch.id());
        if ((before == null ? 0 : before.number()) != batch.number()) {
            return Outcome.CONFLICT;
        }
        Conversation after = before;
        for (ConversationEvent event : batch.events()) {
            after =
                    event instanceof ConversationEvent.Started started
                            ? Conversation.started(batch.id(), started)
                            : present(after).apply(event);
            if (event instanceof ConversationEvent.MessagePosted(_, _, var message)) {
                messages.put(message.id(), message);
            } else if (event instanceof ConversationEvent.ReplyEnded(_, var message)) {
                messages.put(message.id(), message);
            } else if (event instanceof ConversationEvent.MessagesImported(var more, _)) {
                more.forEach(message -> messages.put(message.id(), message));
            }
            events.computeIfAbsent(batch.id(), _ -> new ArrayList<>()).add(event);
        }
        conversations.put(batch.id(), present(after));
        return Outcome.KEPT;
    }

    private static Conversation present(@Nullable Conversation conversation) {
        if (conversation == null) {
            throw new IllegalStateException("the first event is the start");
        }
        return conversation;
    }

    @Override
    public synchronized @Nullable Conversation load(ConversationId id) {
        return conversations.get(id);
    }

    @Override
    public synchronized List<ConversationId> unfinished() {
        return conversations.values().stream()
                .filter(conversation -> conversation.reply() != null)
                .map(Conversation::id)
                .toList();
    }

    @Override
    public synchronized @Nullable Message message(UserId owner, MessageId id) {
        return messages.get(id);
    }

    @Override
    public synchronized List<Message> path(UserId owner, MessageId head, int limit) {
        var path = new ArrayDeque<Message>();
        for (MessageId next = head; next != null && path.size() < limit; ) {
            Message message = messages.get(next);
            if (message == null) {
                break;
            }
            path.addFirst(message);
            next = message.parent();
        }
        return List.copyOf(path);
    }

    @Override
    public synchronized List<Message> messages(
            UserId owner, ConversationId conversation, @Nullable MessageId after, int limit) {
        var all = new ArrayList<Message>();
        for (ConversationEvent event : events.getOrDefault(conversation, List.of())) {
            switch (event) {
                case ConversationEvent.MessagePosted posted -> all.add(posted.message());
                case ConversationEvent.ReplyEnded ended -> all.add(ended.message());
                case ConversationEvent.MessagesImported imported -> all.addAll(imported.messages());
                case ConversationEvent _ -> {}
            }
        }
        List<MessageId> ids = all.stream().map(Message::id).toList();
        int from = after == null ? 0 : ids.indexOf(after) + 1;
        return List.copyOf(all.subList(from, Math.min(all.size(), from + limit)));
    }

    @Override
    public synchronized List<Message> children(
            UserId owner, ConversationId conversation, @Nullable MessageId parent) {
        return messages.values().stream()
                .filter(message -> message.parents().contains(parent))
                .toList();
    }

    @Override
    public synchronized Map<MessageId, List<MessageId>> siblings(
            UserId owner, ConversationId conversation, List<MessageId> nodes) {
        return Map.of();
    }

    @Override
    public synchronized @Nullable MessageId latestLeaf(
            UserId owner, ConversationId conversation, MessageId node) {
        return messages.containsKey(node) ? node : null;
    }

    @Override
    public synchronized List<Message> following(
            UserId owner, MessageId head, MessageId message, int limit) {
        return List.of();
    }

    @Override
    public synchronized Found search(
            UserId owner,
            MessageSearch search,
            @Nullable ConversationId in,
            @Nullable Role role,
            @Nullable String after,
            int limit) {
        return new Found(List.of(), true);
    }

    @Override
    public synchronized void keepImage(UserId owner, Image image, byte[] content) {
        images.put(image.id(), new ChatModel.Prompt.Picture(image, content));
    }

    @Override
    public synchronized ChatModel.Prompt.@Nullable Picture image(UserId owner, ImageId id) {
        return images.get(id);
    }

    @Override
    public synchronized long imageBytes(UserId owner) {
        return images.values().stream().mapToLong(picture -> picture.content().length).sum();
    }

    @Override
    public synchronized List<Summary> conversations(
            UserId owner, Filter filter, @Nullable Cursor after, int limit) {
        return conversations.values().stream()
                .filter(conversation -> !conversation.deleted())
                .filter(conversation -> filter.lets(conversation.marks()))
                .map(Summary::of)
                .sorted(Comparator.comparing(Summary::lastActiveAt).reversed())
                .limit(limit)
                .toList();
    }

    /// Nobody asks the simulated node for folders.
    @Override
    public Labels labels(UserId owner) {
        throw new UnsupportedOperationException();
    }

    /// Nobody asks the simulated node for records.
    @Override
    public @Nullable OwnerRecord record(UserId owner, String kind, String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<OwnerRecord> records(UserId owner, String kind) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean keepRecord(UserId owner, OwnerRecord record) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean dropRecord(UserId owner, String kind, String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable Owned recordOfAnyone(String kind, String id) {
        throw new UnsupportedOperationException();
    }

    /// Nobody asks the simulated node what was used.
    @Override
    public List<Spent> spent(UserId owner, LocalDate from, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Usage total(@Nullable UserId owner, @Nullable ModelId model, LocalDate from) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void charge(List<Charge> charges) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized long count() {
        return conversations.size();
    }

    @Override
    public void close() {}
}
