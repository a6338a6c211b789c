package dev.hubbub.model;

import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UsageLedger;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.time.LocalDate;

/// What has been used of one budget in one window, replies that run included. Safe for use by many
/// threads.
final class Account {

    private final Key key;

    /// Replies that run on it; under the monitor of [Budgets]' accounts.
    int holders;

    /// Whether it is counted among those that nobody uses; under the same monitor.
    boolean wasIdle;

    private boolean loaded;
    private long tokens;
    private long costNanos;

    Account(Key key) {
        this.key = key;
    }

    /// @param owner null for one that all users share
    /// @param first the first day of the window
    record Key(BudgetConfig budget, @Nullable UserId owner, LocalDate first) {

        Key at(LocalDate otherFirst) {
            return new Key(budget, owner, otherFirst);
        }
    }

    Key key() {
        return key;
    }

    /// Reads what was used so far, once. May block.
    synchronized void load(UsageLedger ledger) {
        if (!loaded) {
            Usage used = ledger.total(key.owner(), key.budget().model(), key.first());
            loaded = true;
            add(used, 1);
        }
    }

    /// @param times 1 to add it, -1 to take it back
    synchronized void add(Usage usage, int times) {
        tokens = sum(tokens, times * usage.totalTokens());
        costNanos = sum(costNanos, times * usage.costNanos());
    }

    synchronized boolean isUsedUp() {
        return tokens >= key.budget().tokensMax() || costNanos >= key.budget().costNanosMax();
    }

    /// A sum beyond all reason stays at the ends of what there is.
    private static long sum(long a, long b) {
        long sum = a + b;
        boolean overflows = ((a ^ sum) & (b ^ sum)) < 0;
        return overflows ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }
}
