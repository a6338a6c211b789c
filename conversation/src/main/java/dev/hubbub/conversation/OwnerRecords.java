package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/// Small things that an owner keeps beside conversations, each by its kind and id: settings,
/// prompts, links. What is in one is its writer's affair. Safe for use by many threads; every call
/// may block and may throw [StoreException].
public interface OwnerRecords {

    /// The record of this kind and id of this owner, or null.
    @Nullable OwnerRecord record(UserId owner, String kind, String id);

    /// The owner's records of a kind, in the order of their ids, [OwnerRecord#COUNT_MAX] at most.
    List<OwnerRecord> records(UserId owner, String kind);

    /// Puts a record in the place of the one with its kind and id, if there is one; on return it is
    /// on stable storage.
    ///
    /// @return false when the owner has [OwnerRecord#COUNT_MAX] others of its kind; nothing is kept
    ///   then
    boolean keepRecord(UserId owner, OwnerRecord record);

    /// Forgets a record, on stable storage.
    ///
    /// @return false when there was none
    boolean dropRecord(UserId owner, String kind, String id);

    /// The record of this kind and id, whoever's it is; null when nobody has one. For ids that
    /// cannot be guessed. Should several have it, any of them.
    @Nullable Owned recordOfAnyone(String kind, String id);

    /// A record and whose it is.
    record Owned(UserId owner, OwnerRecord record) {}

    /// One record.
    ///
    /// @param kind 1 to 64 characters of `A-Z a-z 0-9 _ -`
    /// @param id likewise
    /// @param content not copied; nobody changes it
    @SuppressWarnings("ArrayRecordComponent")
    record OwnerRecord(String kind, String id, byte[] content) {

        /// Bytes of one record.
        public static final int BYTES_MAX = 64 << 10;

        /// Records of a kind that an owner has.
        public static final int COUNT_MAX = 1000;

        private static final int NAME_CHARS_MAX = 64;

        public OwnerRecord {
            Names.require("record's kind", kind, 1, NAME_CHARS_MAX);
            Names.require("record's id", id, 1, NAME_CHARS_MAX);
            if (content.length > BYTES_MAX) {
                throw new IllegalArgumentException("a record has at most 64 KiB");
            }
        }

        /// Whether something could be the id of a record.
        public static boolean isId(String id) {
            return Names.isValid(id, 1, NAME_CHARS_MAX);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof OwnerRecord that
                    && kind.equals(that.kind)
                    && id.equals(that.id)
                    && Arrays.equals(content, that.content);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }
    }
}
