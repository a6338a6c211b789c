package dev.hubbub.cli;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.engine.ConversationStats;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.Lookup;
import dev.hubbub.engine.Supervision;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;

/// What became of conversations that were crashed on purpose.
///
/// @param crashed those that were in memory and not set aside already
/// @param recovered those that answer again with as many messages as before, or more
/// @param recoverNanos from the word to crash until all had answered
/// @param quarantined those that crashed too often by now
/// @param others in memory beside them
/// @param disturbed others that were begun again, or left memory, too
record Killing(
        int crashed, int recovered, long recoverNanos, int quarantined, int others, int disturbed) {

    /// Crashes these and waits until all of them answer.
    static Killing kill(Hubbub hubbub, List<ConversationId> victims) {
        var doomed = new HashSet<>(victims);
        List<ConversationId> others =
                hubbub.conversations().stream().filter(id -> !doomed.contains(id)).toList();
        List<Lookup<ConversationStats>> before = hubbub.stats(victims);
        int[] restarts = restarts(hubbub, others);

        long began = System.nanoTime();
        int crashed = hubbub.crash(victims);
        List<Lookup<ConversationStats>> after = hubbub.stats(victims);
        long nanos = System.nanoTime() - began;

        int recovered = 0;
        int quarantined = 0;
        List<@Nullable Supervision> fates = hubbub.supervision(victims);
        for (int i = 0; i < victims.size(); i++) {
            Supervision fate = fates.get(i);
            if (fate != null && fate.quarantined()) {
                quarantined++;
            } else if (messages(after.get(i)) >= Math.max(0, messages(before.get(i)))) {
                recovered++;
            }
        }
        int[] then = restarts(hubbub, others);
        int disturbed = 0;
        for (int i = 0; i < then.length; i++) {
            disturbed += then[i] == restarts[i] ? 0 : 1;
        }
        return new Killing(crashed, recovered, nanos, quarantined, others.size(), disturbed);
    }

    /// So many of those in memory, at random.
    static List<ConversationId> victims(Hubbub hubbub, int n, Random chance) {
        return Targets.random(hubbub.conversations(), n, chance);
    }

    private static long messages(Lookup<ConversationStats> of) {
        return of instanceof Lookup.Found<ConversationStats>(_, var stats)
                ? stats.messageCount()
                : -1;
    }

    /// How often each was begun again; -1 for one that is not in memory.
    private static int[] restarts(Hubbub hubbub, List<ConversationId> ids) {
        var restarts = new int[ids.size()];
        List<@Nullable Supervision> seen = new ArrayList<>(hubbub.supervision(ids));
        for (int i = 0; i < restarts.length; i++) {
            Supervision each = seen.get(i);
            restarts[i] = each == null ? -1 : each.restarts();
        }
        return restarts;
    }

    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("%s crashed".formatted(Amounts.of(crashed, "conversation")));
        lines.add(
                "%s of %s answer again with their history, all within %s"
                        .formatted(
                                Amounts.count(recovered),
                                Amounts.count(crashed),
                                Amounts.time(recoverNanos)));
        lines.add(
                "%s of %s others were disturbed"
                        .formatted(Amounts.count(disturbed), Amounts.count(others)));
        if (quarantined > 0) {
            lines.add(
                    "%s crashed too often and are set aside; `release all` lets them run again"
                            .formatted(Amounts.count(quarantined)));
        }
        return lines;
    }
}
