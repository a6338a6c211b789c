package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A message that was accepted while another reply was being made.
///
/// @param parent what it follows; null means whatever the head is when its turn comes
/// @param model null for the conversation's own
public record Waiting(
        TurnId turn,
        @Nullable ClientMessageId key,
        String text,
        List<Image> images,
        @Nullable MessageId parent,
        boolean reply,
        @Nullable ModelId model) {

    public Waiting {
        images = List.copyOf(images);
    }
}
