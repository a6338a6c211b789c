package dev.hubbub.store;

import dev.hubbub.conversation.ConversationStore.Outcome;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The outcome of each batch, as far as it is known.
final class Outcomes {

    private final @Nullable Outcome[] outcomes;
    private int open;

    Outcomes(int size) {
        outcomes = new @Nullable Outcome[size];
        open = size;
    }

    void set(int i, Outcome outcome) {
        outcomes[i] = outcome;
        open--;
    }

    boolean isOpen(int i) {
        return outcomes[i] == null;
    }

    boolean areComplete() {
        return open == 0;
    }

    List<Outcome> all() {
        var all = new ArrayList<Outcome>(outcomes.length);
        for (Outcome outcome : outcomes) {
            if (outcome != null) {
                all.add(outcome);
            }
        }
        return all;
    }
}
