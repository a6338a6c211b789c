package dev.hubbub.transfer;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/// All messages of one conversation, those of every branch: what it added or imported, and what
/// those and its head follow. Texts beyond a few megabytes are not held but read again when they
/// are wanted, so that a long conversation costs some hundred bytes a message.
final class ChatTree {

    private static final int PAGE = 1_000;
    private static final int CHARS_HELD_MAX = 4 << 20;

    /// By id, which is by nothing that people see, where times are the same.
    private static final Comparator<Node> OLDEST_FIRST =
            Comparator.comparing(Node::at)
                    .thenComparing(
                            Node::id,
                            Comparator.comparing(MessageId::a, Long::compareUnsigned)
                                    .thenComparing(MessageId::b, Long::compareUnsigned)
                                    .thenComparing(MessageId::c, Long::compareUnsigned)
                                    .thenComparing(MessageId::d, Long::compareUnsigned));

    private final Engine engine;
    private final UserId user;
    private final @Nullable MessageId head;
    private final Map<MessageId, Node> nodes = new LinkedHashMap<>();
    private final Map<MessageId, Message> held = new HashMap<>();
    private final TreeMap<String, Image> images = new TreeMap<>();
    private int charsHeld;

    private record Node(MessageId id, List<MessageId> parents, Instant at) {}

    /// Something done with each message.
    interface Each {
        void accept(Message message) throws IOException;
    }

    private ChatTree(Engine engine, UserId user, @Nullable MessageId head) {
        this.engine = engine;
        this.user = user;
        this.head = head;
    }

    static ChatTree read(Engine engine, Conversation chat) {
        var tree = new ChatTree(engine, chat.owner(), chat.head());
        MessageId after = null;
        List<Message> page;
        do {
            page = Waits.on(engine.messages(chat.owner(), chat.id(), after, PAGE));
            page.forEach(tree::add);
            after = page.isEmpty() ? null : page.getLast().id();
        } while (page.size() == PAGE);
        Waits.on(engine.children(chat.owner(), chat.id(), null)).forEach(tree::add);
        tree.addAncestors();
        return tree;
    }

    int size() {
        return nodes.size();
    }

    Set<MessageId> ids() {
        return nodes.keySet();
    }

    /// In the order of their ids.
    Collection<Image> images() {
        return images.values();
    }

    /// The same order wherever the same messages are: parents first, else the oldest.
    void forEach(Each each) throws IOException {
        for (MessageId id : order()) {
            each.accept(message(id));
        }
    }

    /// The way from a first message to the head.
    void forEachOnPath(Each each) throws IOException {
        var path = new ArrayList<MessageId>();
        for (MessageId next = head; next != null; ) {
            Node node = nodes.get(next);
            if (node == null) {
                break;
            }
            path.add(next);
            next = node.parents().isEmpty() ? null : node.parents().getFirst();
        }
        Collections.reverse(path);
        for (MessageId id : path) {
            each.accept(message(id));
        }
    }

    private void add(Message message) {
        if (nodes.containsKey(message.id())) {
            return;
        }
        nodes.put(message.id(), new Node(message.id(), message.parents(), message.createdAt()));
        for (Image image : message.images()) {
            images.put(image.id().value(), image);
        }
        if (charsHeld + message.text().length() <= CHARS_HELD_MAX) {
            charsHeld += message.text().length();
            held.put(message.id(), message);
        }
    }

    private void addAncestors() {
        var wanted = new ArrayDeque<MessageId>();
        if (head != null) {
            wanted.add(head);
        }
        for (Node node : nodes.values()) {
            wanted.addAll(node.parents());
        }
        while (!wanted.isEmpty()) {
            MessageId next = wanted.poll();
            if (nodes.containsKey(next)) {
                continue;
            }
            for (Message message : Waits.on(engine.path(user, next, PAGE))) {
                add(message);
                wanted.addAll(message.parents());
            }
        }
    }

    private List<MessageId> order() {
        var children = new HashMap<MessageId, List<Node>>();
        var missing = new HashMap<MessageId, Integer>();
        var ready = new PriorityQueue<>(OLDEST_FIRST);
        for (Node node : nodes.values()) {
            int parents = 0;
            for (MessageId parent : Set.copyOf(node.parents())) {
                if (nodes.containsKey(parent)) {
                    children.computeIfAbsent(parent, _ -> new ArrayList<>(1)).add(node);
                    parents++;
                }
            }
            if (parents == 0) {
                ready.add(node);
            } else {
                missing.put(node.id(), parents);
            }
        }
        var order = new ArrayList<MessageId>(nodes.size());
        for (Node next = ready.poll(); next != null; next = ready.poll()) {
            order.add(next.id());
            for (Node child : children.getOrDefault(next.id(), List.of())) {
                if (missing.merge(child.id(), -1, Integer::sum) == 0) {
                    ready.add(child);
                }
            }
        }
        return order;
    }

    private Message message(MessageId id) {
        @Nullable Message message = held.get(id);
        if (message == null) {
            message = Waits.<@Nullable Message>on(engine.message(user, id));
        }
        return Objects.requireNonNull(message, "a message is never taken away");
    }
}
