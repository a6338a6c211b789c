package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.Decision;
import dev.hubbub.conversation.Limits;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// The latest decision to start a conversation: many that are started together get the same one.
final class Starts {

    private final Limits limits;
    private @Nullable Start command;
    private @Nullable Instant now;
    private @Nullable Decision decision;

    Starts(Limits limits) {
        this.limits = limits;
    }

    @SuppressWarnings("ReferenceEquality") // others are decided on anew
    Decision decide(@Nullable Conversation existing, Start asked, Instant at) {
        if (existing != null) {
            return Conversation.start(existing, asked, limits, at);
        }
        Decision known = decision;
        if (known == null || asked != command || at != now) {
            known = Conversation.start(null, asked, limits, at);
            command = asked;
            now = at;
            decision = known;
        }
        return known;
    }
}
