package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.Taken;
import dev.hubbub.conversation.Waiting;

import org.jspecify.annotations.Nullable;

import java.util.List;

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
        List<Waiting> queue = conversation.queue();
        for (int i = 0; i < queue.size(); i++) {
            chars += 64 + queue.get(i).text().length();
        }
        List<Taken> taken = conversation.taken();
        for (int i = 0; i < taken.size(); i++) {
            chars += 100 + taken.get(i).key().value().length();
        }
        return FIXED + chars;
    }
}
