package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What an owner keeps of a conversation to find it again. It is no part of what is said in it: a
/// change of it does not make the conversation active.
///
/// @param pinned whether it stands before the others
/// @param archived whether it is out of the way: in no list unless that is asked for
/// @param unread whether a reply ended that its owner has not seen
/// @param folder the one folder that it is in, or null; not blank
/// @param tags in the order in which they were given, each once; not blank, without line breaks
public record Marks(
        boolean pinned,
        boolean archived,
        boolean unread,
        @Nullable String folder,
        List<String> tags) {

    /// UTF-16 units of a folder's name.
    public static final int FOLDER_CHARS_MAX = 64;

    /// Tags of one conversation.
    public static final int TAGS_MAX = 8;

    /// UTF-16 units of a tag.
    public static final int TAG_CHARS_MAX = 32;

    /// No marks at all.
    public static final Marks NONE = new Marks(false, false, false, null, List.of());

    /// As after the first reply: most conversations share it.
    private static final Marks UNREAD = new Marks(false, false, true, null, List.of());

    public Marks {
        tags = List.copyOf(tags);
    }

    /// The same, unread or not.
    Marks unread(boolean value) {
        return value == unread ? this : of(pinned, archived, value, folder, tags);
    }

    /// Marks that many conversations have are one object.
    public static Marks of(
            boolean pinned,
            boolean archived,
            boolean unread,
            @Nullable String folder,
            List<String> tags) {
        if (pinned || archived || folder != null || !tags.isEmpty()) {
            return new Marks(pinned, archived, unread, folder, tags);
        }
        return unread ? UNREAD : NONE;
    }

    /// Whether they are within the limits.
    boolean isValid() {
        return (folder == null || isLabel(folder, FOLDER_CHARS_MAX))
                && tags.size() <= TAGS_MAX
                && tags.stream().allMatch(tag -> isLabel(tag, TAG_CHARS_MAX));
    }

    private static boolean isLabel(String text, int charsMax) {
        return !Texts.isBlank(text)
                && text.length() <= charsMax
                && text.chars().noneMatch(Character::isISOControl);
    }

    /// A change: what is null stays as it is.
    ///
    /// @param folder empty takes it out of its folder
    /// @param tags take the place of those there are
    public record Change(
            @Nullable Boolean pinned,
            @Nullable Boolean archived,
            @Nullable Boolean unread,
            @Nullable String folder,
            @Nullable List<String> tags) {

        /// Nothing but this.
        public static Change unread(boolean value) {
            return new Change(null, null, value, null, null);
        }

        Marks applyTo(Marks before) {
            String in = folder == null ? before.folder : Texts.clean(folder).strip();
            return of(
                    pinned == null ? before.pinned : pinned,
                    archived == null ? before.archived : archived,
                    unread == null ? before.unread : unread,
                    in == null || in.isEmpty() ? null : in,
                    tags == null
                            ? before.tags
                            : tags.stream()
                                    .map(tag -> Texts.clean(tag).strip())
                                    .distinct()
                                    .toList());
        }
    }
}
