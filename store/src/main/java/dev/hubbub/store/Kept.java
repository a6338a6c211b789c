package dev.hubbub.store;

import dev.hubbub.conversation.Draft;

import org.jspecify.annotations.Nullable;

/// Where a conversation stands on disk, as its next batch needs to know.
///
/// @param key of its row
/// @param draft the text of the running reply; null when none runs. It shares its buffer with the
///   conversation that the engine holds, so keeping it here costs a reference
/// @param inPieces whether some of that text is in the table `piece`
record Kept(long key, Place place, @Nullable Draft draft, boolean inPieces) {}
