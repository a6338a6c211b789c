package dev.hubbub.conversation;

import dev.hubbub.conversation.ConversationEvent.Changed;
import dev.hubbub.conversation.ConversationEvent.Deleted;
import dev.hubbub.conversation.ConversationEvent.HeadMoved;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.MessagesImported;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationEvent.ReplyStarted;
import dev.hubbub.conversation.ConversationEvent.Started;
import dev.hubbub.conversation.ConversationEvent.TurnQueued;
import dev.hubbub.conversation.ConversationEvent.TurnWithdrawn;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A conversation while events are applied to it: the value is made once, after the last.
///
/// Each thread has one, which is used again: it would be as much memory as the value.
final class ConversationBuilder {

    private static final ThreadLocal<@Nullable ConversationBuilder> LATEST = new ThreadLocal<>();

    private Conversation before;
    private String name;
    private @Nullable String icon;
    private ModelId model;
    private @Nullable String systemPrompt;
    private Instant lastActiveAt;
    private long number;
    private int turns;
    private int messageCount;
    private @Nullable MessageId head;
    private @Nullable Role headRole;
    private Usage usage;
    private @Nullable Reply reply;
    private List<Waiting> queue;
    private List<Taken> taken;
    private Marks marks;
    private boolean deleted;

    private ConversationBuilder(Conversation before) {
        begin(before);
    }

    /// One that has the conversation as it was; valid until the thread's next.
    static ConversationBuilder of(Conversation before) {
        ConversationBuilder builder = LATEST.get();
        if (builder == null) {
            builder = new ConversationBuilder(before);
            LATEST.set(builder);
        } else {
            builder.begin(before);
        }
        return builder;
    }

    private void begin(Conversation before) {
        this.before = before;
        name = before.name();
        icon = before.icon();
        model = before.model();
        systemPrompt = before.systemPrompt();
        lastActiveAt = before.lastActiveAt();
        number = before.number();
        turns = before.turns();
        messageCount = before.messageCount();
        head = before.head();
        headRole = before.headRole();
        usage = before.usage();
        reply = before.reply();
        queue = before.queue();
        taken = before.taken();
        marks = before.marks();
        deleted = before.deleted();
    }

    /// See [Conversation#apply].
    ConversationBuilder apply(ConversationEvent event) {
        switch (event) {
            case Started _ -> throw new IllegalStateException("a conversation starts once");
            case Changed changed -> {
                name = changed.name() == null ? name : changed.name();
                icon = orTakenAway(changed.icon(), icon);
                model = changed.model() == null ? model : changed.model();
                systemPrompt = orTakenAway(changed.systemPrompt(), systemPrompt);
                marks = changed.marks() == null ? marks : changed.marks();
                happened(changed.at());
            }
            case MessagePosted(var key, var turn, var message) -> {
                if (name.isEmpty()) {
                    name = Texts.title(message.text());
                }
                if (turn != null) {
                    count(turn);
                    withdraw(turn);
                }
                if (key != null) {
                    remember(new Taken(key, message.id(), turn));
                }
                add(message);
            }
            case MessagesImported(var messages, var at) -> {
                for (Message message : messages) {
                    usage = message.usage() == null ? usage : usage.plus(message.usage());
                }
                messageCount += messages.size();
                happened(at);
            }
            case TurnQueued(var waiting, var at) -> {
                count(waiting.turn());
                queue = plus(queue, waiting);
                if (waiting.key() != null) {
                    remember(new Taken(waiting.key(), null, waiting.turn()));
                }
                happened(at);
            }
            case TurnWithdrawn(var turn, var at) -> {
                withdraw(turn);
                happened(at);
            }
            case ReplyStarted started -> {
                count(started.turn());
                reply = reply(started);
                happened(started.at());
            }
            case PieceAdded(_, _, var text) -> reply = running().plus(text);
            case ReplyEnded(_, var message) -> {
                usage = message.usage() == null ? usage : usage.plus(message.usage());
                reply = null;
                marks = marks.unread(true);
                add(message);
            }
            case HeadMoved(var to, var role, var at) -> {
                head = to;
                headRole = role;
                happened(at);
            }
            case Deleted(var at) -> {
                reply = null;
                queue = List.of();
                deleted = true;
                happened(at);
            }
        }
        return this;
    }

    Conversation build() {
        return new Conversation(
                before.id(),
                before.owner(),
                name,
                icon,
                model,
                systemPrompt,
                before.createdAt(),
                lastActiveAt,
                number,
                turns,
                messageCount,
                head,
                headRole,
                usage,
                reply,
                queue,
                taken,
                marks,
                deleted);
    }

    /// A numbered event did.
    private void happened(Instant at) {
        number++;
        if (at.isAfter(lastActiveAt)) {
            lastActiveAt = at;
        }
    }

    private void count(TurnId turn) {
        turns = Math.max(turns, Math.toIntExact(turn.number()));
    }

    private void add(Message message) {
        head = message.id();
        headRole = message.role();
        messageCount++;
        happened(message.createdAt());
    }

    private Reply running() {
        if (reply == null) {
            throw new IllegalStateException("no reply is being made");
        }
        return reply;
    }

    private Reply reply(ReplyStarted started) {
        var attempt = new Attempt(started.model(), started.fromChar());
        Reply running = reply;
        return running == null
                ? new Reply(
                        started.turn(),
                        started.parent(),
                        List.of(attempt),
                        started.at(),
                        Draft.of(""))
                : new Reply(
                        started.turn(),
                        started.parent(),
                        plus(earlier(running, started), attempt),
                        running.startedAt(),
                        running.draft());
    }

    /// The attempts before the one that started.
    private static List<Attempt> earlier(Reply reply, ReplyStarted started) {
        List<Attempt> attempts = reply.attempts();
        return started.attempt() == attempts.size()
                ? attempts.subList(0, started.attempt() - 1)
                : Conversation.ended(attempts, started.used(), started.fault());
    }

    private void withdraw(TurnId turn) {
        if (!queue.isEmpty()) {
            queue = queue.stream().filter(waiting -> !waiting.turn().equals(turn)).toList();
        }
    }

    private void remember(Taken latest) {
        var all = new ArrayList<Taken>(taken.size() + 1);
        for (Taken earlier : taken) {
            if (!earlier.key().equals(latest.key())) {
                all.add(earlier);
            }
        }
        all.add(latest);
        int excess = all.size() - Limits.CLIENT_MESSAGE_IDS_MAX;
        taken = excess > 0 ? all.subList(excess, all.size()) : all;
    }

    private static @Nullable String orTakenAway(@Nullable String change, @Nullable String before) {
        if (change == null) {
            return before;
        }
        return change.isEmpty() ? null : change;
    }

    private static <T> List<T> plus(List<T> list, T last) {
        var longer = new ArrayList<T>(list.size() + 1);
        longer.addAll(list);
        longer.add(last);
        return longer;
    }
}
