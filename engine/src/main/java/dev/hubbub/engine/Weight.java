package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.Taken;
import dev.hubbub.conversation.Waiting;

import org.jspecify.annotations.Nullable;

/// Roughly how much heap a resident conversation holds, in bytes: for a budget, not for a claim.
final class Weight {

    private static final int FIXED = 400;

    private Weight() {}

    static long of(@Nullable Conversation conversation) {
        if (conversation == null) {
            return FIXED;
        }
        long chars = conversation.name().length();
        String prompt = conversation.systemPrompt();
        if (prompt != null) {
            chars += prompt.length();
        }
        for (Waiting waiting : conversation.queue()) {
            chars += 64 + waiting.text().length();
        }
        for (Taken taken : conversation.taken()) {
            chars += 100 + taken.key().value().length();
        }
        return FIXED + chars;
    }
}
