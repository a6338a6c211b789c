package dev.hubbub.engine;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ModelId;

import org.jspecify.annotations.Nullable;

/// How a message is sent. Immutable: begin with one of the constants and say what differs.
///
/// ```java
/// hubbub.sendMessage(id, "No, in Berlin.", SendOptions.INTERRUPT);
/// ```
///
/// @param whenBusy what to do while another reply is being made
/// @param model who is to answer this one message; null for the conversation's own model
/// @param clientMessageId the sender's own name for the message: sent again under the same one, it
///   is not taken twice, and the call gives the reply to the first. A conversation remembers its
///   latest 64. Null for none: then sending twice means saying it twice
public record SendOptions(
        WhenBusy whenBusy, @Nullable ModelId model, @Nullable ClientMessageId clientMessageId) {

    /// The message waits its turn behind the reply being made.
    public static final SendOptions ENQUEUE = new SendOptions(WhenBusy.ENQUEUE, null, null);

    /// The message is refused while a reply is being made: [ConversationBusy].
    public static final SendOptions REJECT = new SendOptions(WhenBusy.REJECT, null, null);

    /// The reply being made is stopped and keeps its text; the message goes next, before those that
    /// wait.
    public static final SendOptions INTERRUPT = new SendOptions(WhenBusy.INTERRUPT, null, null);

    /// [#ENQUEUE].
    public static final SendOptions DEFAULT = ENQUEUE;

    /// Answered by this model, this once.
    ///
    /// @param value as for [StartOptions#withModel]
    /// @throws IllegalArgumentException when no model could have that id
    public SendOptions withModel(String value) {
        return new SendOptions(whenBusy, new ModelId(value), clientMessageId);
    }

    /// Named by its sender, so that sending it again is not saying it again.
    ///
    /// @param value 1 to [ClientMessageId#CHARS_MAX] UTF-16 units
    /// @throws IllegalArgumentException when it is not that
    public SendOptions withClientMessageId(String value) {
        return new SendOptions(whenBusy, model, new ClientMessageId(value));
    }

    Post post(String text) {
        return new Post(clientMessageId, text, null, true, whenBusy, model);
    }
}
