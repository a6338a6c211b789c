package dev.hubbub.store;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Function;

/// Values by a key that is part of them, to which more are added and from which none is taken. One
/// thread at a time adds; any may look meanwhile, without a lock.
///
/// A hash table with open addressing and linear probing. It keeps the hashes, so that a look at the
/// wrong value, which is a cache miss or three, is rare, and growing looks at none. Some 12 bytes a
/// value, where a `HashMap` takes 40.
///
/// @param <K> with a hash that need not be good
final class Table<K, V> {

    private static final int SLOTS_MIN = 8;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

    private final Function<V, K> keyOf;
    private volatile Slots slots = new Slots(SLOTS_MIN);
    private int size;

    private static final class Slots {

        final @Nullable Object[] values;
        final int[] hashes;

        Slots(int length) {
            values = new @Nullable Object[length];
            hashes = new int[length];
        }

        /// Where a value with this hash is looked for first: the higher the hash, the further up.
        int home(int hash) {
            return (int) (((hash & 0xFFFF_FFFFL) * values.length) >>> 32);
        }

        int after(int slot) {
            return slot + 1 == values.length ? 0 : slot + 1;
        }

        void add(int hash, Object value) {
            int slot = home(hash);
            while (values[slot] != null) {
                slot = after(slot);
            }
            hashes[slot] = hash;
            // Whoever sees the value sees its hash and what is in it.
            SLOT.setRelease(values, slot, value);
        }
    }

    Table(Function<V, K> keyOf) {
        this.keyOf = keyOf;
    }

    @Nullable V find(K key) {
        int hash = hash(key);
        Slots all = slots;
        int slot = all.home(hash);
        Object value = SLOT.getAcquire(all.values, slot);
        while (value != null) {
            if (all.hashes[slot] == hash) {
                V found = cast(value);
                if (keyOf.apply(found).equals(key)) {
                    return found;
                }
            }
            slot = all.after(slot);
            value = SLOT.getAcquire(all.values, slot);
        }
        return null;
    }

    /// Brings what [#find] and [#add] of this key will look at first into the processor's caches: a
    /// program that does so for several keys in a row waits for memory once, not for each.
    ///
    /// @return nothing of use, but to be used, so that the look is not optimized away
    int touch(K key) {
        int hash = hash(key);
        Slots all = slots;
        int slot = all.home(hash);
        return all.hashes[slot] + (all.values[slot] == null ? 0 : 1);
    }

    /// Adds a value whose key nothing has yet.
    void add(V value) {
        Slots all = slots;
        if ((size + 1) * 3L > all.values.length * 2L) {
            all = grown(all);
            slots = all;
        }
        all.add(hash(keyOf.apply(value)), value);
        size++;
    }

    /// By half, and not to twice as many, so that less of it is empty.
    private static Slots grown(Slots before) {
        var after = new Slots(before.values.length + before.values.length / 2);
        for (int slot = 0; slot < before.values.length; slot++) {
            Object value = before.values[slot];
            if (value != null) {
                after.add(before.hashes[slot], value);
            }
        }
        return after;
    }

    /// The upper bits decide, so they depend on all others.
    private static int hash(Object key) {
        int hash = key.hashCode();
        hash = (hash ^ (hash >>> 16)) * 0x9E37_79B1;
        return hash ^ (hash >>> 15);
    }

    @SuppressWarnings("unchecked")
    private V cast(Object value) {
        return (V) value;
    }
}
