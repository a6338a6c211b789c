package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The conversations that a partition has in memory, and who of them has to leave: those not used
/// for a time, and while there are too many bytes of them, the least recently used. Only quiet ones
/// leave; they come back at their next use.
///
/// Most conversations are quiet most of the time, and a million of them must fit: a quiet one is
/// its [Conversation] and nothing else. It gets its [Resident] when there is something to do. The
/// table is open addressing with linear probing, because a `HashMap` would add 40 bytes to each. It
/// holds the hashes too: a look at another conversation's id would be a wait for memory.
final class Residents {

    private static final int SLOTS_MIN = 8;

    /// Times are kept as 32 bits of milliseconds; differences are right for 24 days.
    private static final int IDLE_MILLIS_MAX = Integer.MAX_VALUE / 2;

    private final long bytesMax;
    private final int idleMillisMax;
    private final Partition.World world;

    /// Each a [Conversation], a [Resident], or null where nothing is.
    private @Nullable Object[] slots = new @Nullable Object[SLOTS_MIN];

    /// Of the id in the slot, mixed; 0 where nothing is.
    private int[] hashes = new int[SLOTS_MIN];

    /// When what is in the slot was last used.
    private int[] used = new int[SLOTS_MIN];

    /// All that have something to do or to wait for, linked in no order.
    private @Nullable Resident firstBusy;

    /// Whom [#find] did not find last, and where it would be; null when that is not known any more.
    private @Nullable ConversationId missed;

    private int missedSlot;

    private int size;
    private long bytes;

    Residents(long bytesMax, long idleMillisMax, Partition.World world) {
        this.bytesMax = bytesMax;
        this.idleMillisMax = (int) Math.min(IDLE_MILLIS_MAX, idleMillisMax);
        this.world = world;
    }

    /// Counts as a use when there is a time.
    @Nullable Resident find(ConversationId id, long nowMillis) {
        int slot = slotOf(id);
        Object held = slots[slot];
        if (held == null) {
            missed = id;
            missedSlot = slot;
            return null;
        }
        used[slot] = (int) nowMillis;
        if (held instanceof Resident resident) {
            return resident;
        }
        var resident = new Resident((Conversation) held);
        slots[slot] = resident;
        resident.slot = slot;
        link(resident);
        return resident;
    }

    /// Has the processor fetch what a look at each of these needs, together: what they are and who
    /// said their last message.
    ///
    /// @return nothing of use, but to be used, so that the look is not optimized away
    int lookAhead(List<ConversationId> ids) {
        @Nullable Conversation[] found = new @Nullable Conversation[ids.size()];
        // A step at a time for all: one whose next step waits for memory does not hold up the
        // others.
        int seen = 0;
        int[] homes = new int[found.length];
        for (int i = 0; i < found.length; i++) {
            homes[i] = homeOf(hashOf(ids.get(i)));
            seen += hashes[homes[i]];
        }
        for (int home : homes) {
            Conversation first = conversation(slots[home]);
            seen += first == null ? 0 : first.turns();
        }
        for (int i = 0; i < found.length; i++) {
            found[i] = conversation(slots[slotOf(ids.get(i))]);
        }
        for (Conversation one : found) {
            MessageId head = one == null ? null : one.head();
            seen += head == null ? 0 : (int) head.a();
        }
        return seen;
    }

    /// The same for some that are most likely new; makes room for them at once.
    int expect(List<ConversationId> ids) {
        if (isFullWith(size + ids.size())) {
            grow(size + ids.size());
        }
        int seen = 0;
        for (int i = 0; i < ids.size(); i++) {
            seen += hashes[homeOf(hashOf(ids.get(i)))];
        }
        return seen;
    }

    /// Only if it has something to do or to wait for.
    @Nullable Resident busy(ConversationId id) {
        return slots[slotOf(id)] instanceof Resident resident ? resident : null;
    }

    /// What is known of it, if it is here; counts as a use.
    @Nullable Conversation durable(ConversationId id, long nowMillis) {
        int slot = slotOf(id);
        used[slot] = (int) nowMillis;
        return conversation(slots[slot]);
    }

    /// One that this owner may know of; does not count as a use.
    @Nullable Resident of(UserId owner, ConversationId id) {
        int slot = slotOf(id);
        Conversation conversation = conversation(slots[slot]);
        if (conversation == null || !Work.isFor(owner, conversation)) {
            return null;
        }
        return find(id, used[slot]);
    }

    /// Best right after [#find] has not found it.
    void add(Resident resident, long nowMillis) {
        if (isFullWith(size + 1)) {
            grow(size + 1);
        }
        int slot = resident.id.equals(missed) ? missedSlot : slotOf(resident.id);
        missed = null;
        slots[slot] = resident;
        resident.slot = slot;
        hashes[slot] = hashOf(resident.id);
        used[slot] = (int) nowMillis;
        link(resident);
        size++;
        bytes += Weight.of(resident.durable);
        world.residents(1);
    }

    /// To be called when a resident may have nothing left to do.
    void settle(Resident resident) {
        if (!resident.isQuiet()) {
            return;
        }
        Conversation durable = resident.durable;
        if (durable == null || durable.deleted() || resident.leaving) {
            remove(resident);
        } else if (resident.crashes == null) {
            int slot = slotOf(resident);
            if (slots[slot] == resident) {
                slots[slot] = durable;
                unlink(resident);
            }
        }
    }

    void remove(Resident resident) {
        int slot = slotOf(resident);
        if (slots[slot] == resident) {
            bytes -= Weight.of(resident.durable);
            removeAt(slot);
        }
    }

    void clear() {
        world.residents(-size);
        while (firstBusy != null) {
            unlink(firstBusy);
        }
        slots = new @Nullable Object[SLOTS_MIN];
        hashes = new int[SLOTS_MIN];
        used = new int[SLOTS_MIN];
        missed = null;
        size = 0;
        bytes = 0;
    }

    /// All that have something to do or to wait for.
    List<Resident> busy() {
        var all = new ArrayList<Resident>();
        for (Resident next = firstBusy; next != null; next = next.nextBusy) {
            all.add(next);
        }
        return all;
    }

    private void link(Resident resident) {
        resident.isHere = true;
        resident.nextBusy = firstBusy;
        if (firstBusy != null) {
            firstBusy.previousBusy = resident;
        }
        firstBusy = resident;
    }

    private void unlink(Resident resident) {
        Resident before = resident.previousBusy;
        Resident after = resident.nextBusy;
        if (before == null) {
            firstBusy = after;
        } else {
            before.nextBusy = after;
        }
        if (after != null) {
            after.previousBusy = before;
        }
        resident.previousBusy = null;
        resident.nextBusy = null;
        resident.isHere = false;
    }

    /// Those of an owner that are there for everybody to see.
    List<ConversationId> of(UserId owner) {
        var ids = new ArrayList<ConversationId>();
        for (Object held : slots) {
            Conversation conversation = conversation(held);
            if (conversation != null && Work.isFor(owner, conversation)) {
                ids.add(conversation.id());
            }
        }
        return ids;
    }

    /// To be called with each change of what is held of a conversation.
    void weigh(@Nullable Conversation before, @Nullable Conversation after) {
        bytes += Weight.of(after) - Weight.of(before);
    }

    /// Lets go of what is idle or too much at this time.
    void letGo(long nowMillis) {
        int now = (int) nowMillis;
        int idle = idleMillisMax;
        if (bytes > bytesMax) {
            idle = Math.min(idle, idleThatFits(now));
        }
        // Removing moves others into the slot: it is looked at again.
        for (int slot = 0; slot < slots.length; slot++) {
            while (slots[slot] != null && now - used[slot] >= idle && isQuiet(slots[slot])) {
                bytes -= Weight.of(conversation(slots[slot]));
                removeAt(slot);
            }
        }
    }

    /// How long the least recently used must have been idle to leave, for the others to fit.
    private int idleThatFits(int now) {
        long[] quiet = new long[size];
        int count = 0;
        for (int slot = 0; slot < slots.length; slot++) {
            Object held = slots[slot];
            if (held != null && isQuiet(held)) {
                long weight = Math.min(Integer.MAX_VALUE, Weight.of(conversation(held)));
                quiet[count++] = (long) (now - used[slot]) << 32 | weight;
            }
        }
        Arrays.sort(quiet, 0, count);
        long left = bytes;
        int idle = Integer.MAX_VALUE;
        for (int i = count - 1; i >= 0 && left > bytesMax; i--) {
            left -= quiet[i] & 0xFFFFFFFFL;
            idle = (int) (quiet[i] >> 32);
        }
        return idle;
    }

    private static boolean isQuiet(Object held) {
        return !(held instanceof Resident resident) || resident.isQuiet();
    }

    private static @Nullable Conversation conversation(@Nullable Object held) {
        return held instanceof Resident resident ? resident.durable : (Conversation) held;
    }

    private boolean isAt(int slot, ConversationId id) {
        Object held = slots[slot];
        return held instanceof Resident resident
                ? resident.id.equals(id)
                : held instanceof Conversation conversation && conversation.id().equals(id);
    }

    /// Where the id is, or where it would go.
    private int slotOf(ConversationId id) {
        int hash = hashOf(id);
        int slot = homeOf(hash);
        while (hashes[slot] != 0 && (hashes[slot] != hash || !isAt(slot, id))) {
            slot = slot + 1 == hashes.length ? 0 : slot + 1;
        }
        return slot;
    }

    /// Most often where it was put: others move it when they come or leave.
    private int slotOf(Resident resident) {
        int slot = resident.slot;
        return slot < slots.length && slots[slot] == resident ? slot : slotOf(resident.id);
    }

    /// The upper bits of the hash chose the partition, or some of them: these are mixed anew. Never
    /// 0.
    private static int hashOf(ConversationId id) {
        int hash = id.hashCode() * 0x9E3779B1;
        return hash == 0 ? 1 : hash;
    }

    private int homeOf(int hash) {
        return (int) ((Integer.toUnsignedLong(hash) * slots.length) >>> 32);
    }

    private void removeAt(int removed) {
        if (slots[removed] instanceof Resident resident) {
            unlink(resident);
        }
        world.residents(-1);
        missed = null;
        size--;
        int hole = removed;
        slots[hole] = null;
        hashes[hole] = 0;
        int slot = hole;
        while (true) {
            slot = slot + 1 == slots.length ? 0 : slot + 1;
            Object held = slots[slot];
            if (held == null) {
                return;
            }
            int home = homeOf(hashes[slot]);
            boolean homeIsBetween =
                    hole <= slot ? (hole < home && home <= slot) : (hole < home || home <= slot);
            if (!homeIsBetween) {
                slots[hole] = held;
                hashes[hole] = hashes[slot];
                used[hole] = used[slot];
                slots[slot] = null;
                hashes[slot] = 0;
                hole = slot;
            }
        }
    }

    /// Seven tenths full is full: whoever is not there is looked for in six slots then, in thirteen
    /// were it four fifths.
    private boolean isFullWith(int sizeThen) {
        return sizeThen * 10L > slots.length * 7L;
    }

    /// By half, not to twice as many, so that less of the table is empty; by more for `sizeThen`.
    private void grow(int sizeThen) {
        missed = null;
        @Nullable Object[] before = slots;
        int[] hashesBefore = hashes;
        int[] usedBefore = used;
        int length =
                Math.max(
                        before.length + Math.max(SLOTS_MIN, before.length / 2),
                        Math.toIntExact(sizeThen * 10L / 7 + 1));
        slots = new @Nullable Object[length];
        hashes = new int[length];
        used = new int[length];
        for (int i = 0; i < before.length; i++) {
            Object held = before[i];
            if (held != null) {
                int slot = homeOf(hashesBefore[i]);
                while (slots[slot] != null) {
                    slot = slot + 1 == length ? 0 : slot + 1;
                }
                slots[slot] = held;
                hashes[slot] = hashesBefore[i];
                used[slot] = usedBefore[i];
            }
        }
    }
}
