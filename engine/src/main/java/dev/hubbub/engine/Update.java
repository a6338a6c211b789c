package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.TurnId;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/// What a viewer is told: something durable that it had not seen. The same object goes to all
/// viewers of a node that are in step, so that it is encoded once.
public final class Update {

    private final Position position;
    private final Content content;
    private volatile @Nullable Object encoded;

    Update(Position position, Content content) {
        this.position = position;
        this.content = content;
    }

    /// How much a viewer has seen once it has seen this.
    public Position position() {
        return position;
    }

    public Content content() {
        return content;
    }

    /// What `encoder` makes of this update: asked once, or rarely more often, and kept for the
    /// other viewers. A node has one encoder.
    @SuppressWarnings("unchecked")
    public <T> T encoded(Function<Update, T> encoder) {
        Object known = encoded;
        if (known == null) {
            known = encoder.apply(this);
            encoded = known;
        }
        return (T) known;
    }

    @Override
    public String toString() {
        return position + " " + content;
    }

    /// The kinds of update.
    public sealed interface Content {}

    /// All there is: what the viewer knew before is void. History is read by its head.
    public record Snapshot(Conversation conversation) implements Content {}

    /// The next numbered event.
    ///
    /// @param after the conversation after it
    public record Happened(ConversationEvent event, Conversation after) implements Content {}

    /// More of the running reply, from where the viewer was.
    ///
    /// @param fromChar in UTF-16 units from the beginning of the reply
    public record Delta(TurnId turn, int fromChar, String text) implements Content {}
}
