package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/// A conversation with some of its fields changed by one numbered event.
final class ConversationBuilder {

    private final Conversation before;
    private final Instant at;
    private String name;
    private @Nullable String icon;
    private ModelId model;
    private @Nullable String systemPrompt;
    private long turns;
    private long messageCount;
    private @Nullable MessageId head;
    private @Nullable Role headRole;
    private Usage usage;
    private @Nullable Reply reply;
    private List<Waiting> queue;
    private List<Taken> taken;
    private boolean deleted;

    ConversationBuilder(Conversation before, Instant at) {
        this.before = before;
        this.at = at;
        name = before.name();
        icon = before.icon();
        model = before.model();
        systemPrompt = before.systemPrompt();
        turns = before.turns();
        messageCount = before.messageCount();
        head = before.head();
        headRole = before.headRole();
        usage = before.usage();
        reply = before.reply();
        queue = before.queue();
        taken = before.taken();
        deleted = before.deleted();
    }

    ConversationBuilder name(String value) {
        name = value;
        return this;
    }

    ConversationBuilder icon(@Nullable String value) {
        icon = value;
        return this;
    }

    ConversationBuilder model(ModelId value) {
        model = value;
        return this;
    }

    ConversationBuilder systemPrompt(@Nullable String value) {
        systemPrompt = value;
        return this;
    }

    ConversationBuilder turns(long value) {
        turns = value;
        return this;
    }

    ConversationBuilder messageCount(long value) {
        messageCount = value;
        return this;
    }

    ConversationBuilder head(MessageId value, @Nullable Role role) {
        head = value;
        headRole = role;
        return this;
    }

    ConversationBuilder usage(Usage value) {
        usage = value;
        return this;
    }

    ConversationBuilder reply(@Nullable Reply value) {
        reply = value;
        return this;
    }

    ConversationBuilder queue(List<Waiting> value) {
        queue = value;
        return this;
    }

    ConversationBuilder taken(List<Taken> value) {
        taken = value;
        return this;
    }

    ConversationBuilder deleted() {
        deleted = true;
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
                at.isBefore(before.lastActiveAt()) ? before.lastActiveAt() : at,
                before.number() + 1,
                turns,
                messageCount,
                head,
                headRole,
                usage,
                reply,
                queue,
                taken,
                deleted);
    }
}
