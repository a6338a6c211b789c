package dev.hubbub.store;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.Function;

/// Values by a key that is part of them, to which more are added and from which none is taken. One
/// thread at a time adds; any may look meanwhile, without a lock.
///
/// A hash table with open addressing and linear probing. It keeps the hashes, and looks at them
/// alone until one fits: a look at a wrong value would be a cache miss or three, and growing looks
/// at none. Some 15 bytes a value, where a `HashMap` takes 40.
///
/// @param <K> with a hash that need not be good
final class Table<K, V> {

    private static final int SLOTS_MIN = 8;
    private static final VarHandle HASH = MethodHandles.arrayElementVarHandle(int[].class);

    private final Function<V, K> keyOf;
    private volatile Slots slots = new Slots(SLOTS_MIN);
    private int size;

    private static final class Slots {

        final @Nullable Object[] values;

        /// 0 where nothing is.
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
            while (hashes[slot] != 0) {
                slot = after(slot);
            }
            values[slot] = value;
            // Last: whoever sees the hash sees the value and what is in it.
            HASH.setRelease(hashes, slot, hash);
        }
    }

    Table(Function<V, K> keyOf) {
        this.keyOf = keyOf;
    }

    @Nullable V find(K key) {
        int hash = hash(key);
        Slots all = slots;
        int slot = all.home(hash);
        int its = (int) HASH.getAcquire(all.hashes, slot);
        while (its != 0) {
            if (its == hash) {
                V found = cast(all.values[slot]);
                if (keyOf.apply(found).equals(key)) {
                    return found;
                }
            }
            slot = all.after(slot);
            its = (int) HASH.getAcquire(all.hashes, slot);
        }
        return null;
    }

    /// Brings what [#find] and [#add] of this key will look at first into the processor's caches: a
    /// program that does so for several keys in a row waits for memory once, not for each.
    ///
    /// @return nothing of use, but to be used, so that the look is not optimized away
    int touch(K key) {
        Slots all = slots;
        int home = all.home(hash(key));
        return all.hashes[home] + (all.values[home] == null ? 0 : 1);
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

    /// The upper bits decide, so they depend on all others. Never 0, which says that nothing is
    /// there.
    private static int hash(Object key) {
        int hash = key.hashCode();
        hash = (hash ^ (hash >>> 16)) * 0x9E37_79B1;
        hash ^= hash >>> 15;
        return hash == 0 ? 1 : hash;
    }

    @SuppressWarnings("unchecked")
    private V cast(@Nullable Object value) {
        return (V) Objects.requireNonNull(value);
    }
}
