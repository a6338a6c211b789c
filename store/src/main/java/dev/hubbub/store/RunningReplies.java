package dev.hubbub.store;

import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.ConversationStore.Outcome;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// The conversations with a running reply, all of them: where each stands on disk, and the
/// [DraftLog] with the pieces that were appended to nothing else.
///
/// Any thread may look one up; all else is for one thread at a time.
final class RunningReplies implements AutoCloseable {

    private final Map<ConversationId, Running> all = new ConcurrentHashMap<>();
    private final DraftLog log;

    RunningReplies(DraftLog log) {
        this.log = log;
    }

    /// Where a conversation stands; null when no reply of it runs.
    @Nullable Kept kept(ConversationId id) {
        Running running = all.get(id);
        return running == null ? null : running.kept;
    }

    List<ConversationId> ids() {
        return List.copyOf(all.keySet());
    }

    /// Takes in where a conversation stands now, which must be on stable storage.
    void publish(ConversationId id, Kept kept) {
        if (kept.draft() == null) {
            all.remove(id);
        } else {
            all.put(id, new Running(kept));
        }
    }

    /// Takes in what a log of an earlier process has, with what the database has.
    void read(Recovery recovery) throws IOException {
        log.read(recovery::add);
        recovery.result().forEach(this::publish);
    }

    /// Writes the log anew if it wants that, which must be done before anything is appended.
    void tidy() throws IOException {
        if (log.wantsRewrite()) {
            var entries = new ArrayList<DraftLog.Entry>();
            for (Running running : all.values()) {
                Kept kept = running.kept;
                if (kept.draft() != null) {
                    entries.add(new DraftLog.Entry(kept.key(), kept.place().turn(), kept.draft()));
                }
            }
            log.rewrite(entries);
        }
    }

    /// Keeps the batches that are nothing but pieces of replies that run already. Leaves the
    /// outcomes of all others open.
    void append(List<Batch> batches, Outcomes outcomes, Predicate<Batch> isFenced)
            throws IOException {
        @Nullable Running[] found = find(batches);
        var changed = new ArrayList<Running>(found.length);
        Set<ConversationId> otherwise = new HashSet<>();
        boolean forced = false;
        try {
            for (int i = 0; i < found.length; i++) {
                Batch batch = batches.get(i);
                if (!isPieces(batch)) {
                    otherwise.add(batch.id());
                } else if (otherwise.isEmpty() || !otherwise.contains(batch.id())) {
                    outcomes.set(
                            i,
                            isFenced.test(batch) ? Outcome.FENCED : add(batch, found[i], changed));
                }
            }
            if (!changed.isEmpty()) {
                log.force();
            }
            forced = true;
        } finally {
            if (!forced) {
                log.abandon();
            }
            for (Running running : changed) {
                running.settle(forced);
            }
        }
    }

    @Override
    public void close() {
        log.close();
    }

    /// Looks all of them up before anything else is done: the processor then waits for the memory
    /// of many at once.
    private @Nullable Running[] find(List<Batch> batches) {
        var found = new @Nullable Running[batches.size()];
        for (int i = 0; i < found.length; i++) {
            Batch batch = batches.get(i);
            if (isPieces(batch)) {
                found[i] = all.get(batch.id());
            }
        }
        return found;
    }

    private Outcome add(Batch batch, @Nullable Running running, List<Running> changed)
            throws IOException {
        if (running == null) {
            return Outcome.CONFLICT;
        }
        Kept before = running.latest();
        Place place = before.place();
        if (!place.admits(batch)) {
            return Outcome.CONFLICT;
        }
        log.add(before.key(), place.turn(), place.chars(), text(batch));
        if (running.change(
                new Kept(
                        before.key(),
                        Place.of(batch.after()),
                        SqliteWriter.draft(batch.after()),
                        before.inPieces()))) {
            changed.add(running);
        }
        return Outcome.KEPT;
    }

    private static boolean isPieces(Batch batch) {
        for (ConversationEvent event : batch.events()) {
            if (event.isNumbered()) {
                return false;
            }
        }
        return true;
    }

    /// The pieces of one reply as one: a record, and so all or nothing.
    private static String text(Batch batch) {
        var text = new StringBuilder();
        for (ConversationEvent event : batch.events()) {
            if (event instanceof PieceAdded piece) {
                if (batch.events().size() == 1) {
                    return piece.text();
                }
                text.append(piece.text());
            }
        }
        return text.toString();
    }

    /// A conversation with a running reply.
    private static final class Running {

        /// Where it stands on disk.
        private volatile Kept kept;

        /// Where it stands when what was added to the log is forced; null when nothing was added.
        private @Nullable Kept next;

        Running(Kept kept) {
            this.kept = kept;
        }

        Kept latest() {
            return next == null ? kept : next;
        }

        /// @return whether it is the first change since the last time the log was forced
        boolean change(Kept to) {
            boolean first = next == null;
            next = to;
            return first;
        }

        void settle(boolean forced) {
            if (forced) {
                kept = latest();
            }
            next = null;
        }
    }
}
