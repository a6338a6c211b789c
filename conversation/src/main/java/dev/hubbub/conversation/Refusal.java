package dev.hubbub.conversation;

/// Why a conversation does not do what it was asked. Nothing has changed when one is given.
public enum Refusal {
    /// There is no conversation with that id, or it is not the asker's.
    CONVERSATION_UNKNOWN("There is no such conversation."),
    /// The id is taken, or was and its conversation is deleted.
    CONVERSATION_EXISTS("That conversation id is already in use; choose another."),
    /// The message has nothing but white space and NULs.
    MESSAGE_BLANK("The message is empty; write something first."),
    /// See [Limits#imagesMax].
    TOO_MANY_IMAGES("The message has too many images; send them in several messages."),
    /// No such image, or not one of this owner's.
    IMAGE_UNKNOWN("There is no such image; upload it first."),
    /// See [Limits#messageCharsMax].
    MESSAGE_TOO_LONG("The message is too long; shorten it or send it in parts."),
    /// No such node, or not one of this owner's.
    MESSAGE_UNKNOWN("There is no such message in this conversation."),
    /// A reply is being made and the asker did not want to wait.
    BUSY("A reply is being made; wait for it or stop it first."),
    /// See [Limits#queueMax].
    QUEUE_FULL("Too many messages are waiting for a reply; wait for one to end."),
    /// The head is not something a model can answer.
    NOTHING_TO_ANSWER("There is no message to reply to; send one first."),
    /// Blank, longer than [Limits#nameCharsMax], or with control characters; an icon too.
    NAME_INVALID("That name is empty, too long or has control characters; choose another."),
    /// A folder or tag that is blank, too long or has control characters, or too many tags: see
    /// [Marks].
    MARKS_INVALID(
            "A folder has at most 64 characters, a chat at most 8 tags of 32; choose others."),
    /// See [Limits#systemPromptCharsMax].
    SYSTEM_PROMPT_TOO_LONG("The system prompt is too long; shorten it."),
    /// No provider offers it.
    MODEL_UNKNOWN("There is no such model; list the models to see what is configured."),
    /// The node cannot take more work now.
    OVERLOADED("The server is at its limit; try again in a moment."),
    /// The commit failed; what was asked has not happened.
    STORE_UNAVAILABLE("The store did not take the change; nothing was lost, try again."),
    /// The conversation crashed again and again; see the engine's configuration.
    QUARANTINED("The conversation crashed too often and is set aside; release it to go on."),
    /// A defect ended the conversation's run; it was reloaded from the store.
    CRASHED("The conversation crashed and was restarted; try again.");

    private final String sentence;

    Refusal(String sentence) {
        this.sentence = sentence;
    }

    /// What to tell a person: what is wrong and what to do.
    public String sentence() {
        return sentence;
    }
}
