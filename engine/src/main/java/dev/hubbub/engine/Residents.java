package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The conversations that a partition has in memory, and who of them has to leave: those not used
/// for a time, and while there are too many bytes of them, the least recently used. Only quiet ones
/// leave; they come back at their next use.
final class Residents {

    private final Map<ConversationId, Resident> all = new LinkedHashMap<>(16, 0.75f, true);
    private final long bytesMax;
    private final long idleMillisMax;
    private final Partition.World world;
    private long bytes;

    Residents(long bytesMax, long idleMillisMax, Partition.World world) {
        this.bytesMax = bytesMax;
        this.idleMillisMax = idleMillisMax;
        this.world = world;
    }

    /// Counts as a use.
    @Nullable Resident find(ConversationId id) {
        return all.get(id);
    }

    void add(Resident resident) {
        all.put(resident.id, resident);
        world.residents(1);
    }

    void remove(Resident resident) {
        if (all.remove(resident.id) != null) {
            left(resident);
        }
    }

    void clear() {
        world.residents(-all.size());
        all.clear();
        bytes = 0;
    }

    List<Resident> all() {
        return List.copyOf(all.values());
    }

    /// To be called when what is held of a conversation may have another size.
    void weigh(Resident resident) {
        bytes -= resident.bytes;
        resident.bytes = Weight.of(resident.durable);
        bytes += resident.bytes;
    }

    /// Lets go of what is idle or too much at this time.
    void letGo(long nowMillis) {
        Iterator<Resident> leastRecentFirst = all.values().iterator();
        while (leastRecentFirst.hasNext()) {
            Resident resident = leastRecentFirst.next();
            boolean idle = nowMillis - resident.usedAtMillis >= idleMillisMax;
            if (!idle && bytes <= bytesMax) {
                break;
            }
            if (resident.isQuiet()) {
                leastRecentFirst.remove();
                left(resident);
            }
        }
    }

    private void left(Resident resident) {
        bytes -= resident.bytes;
        world.residents(-1);
    }
}
