package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

/// How a conversation begins. Immutable: begin with [#DEFAULT] and say what differs.
///
/// ```java
/// StartOptions.DEFAULT.withName("Translation").withSystemPrompt("Answer in French.")
/// ```
///
/// @param id null for a fresh one, which is a time-ordered UUID (version 7)
/// @param name empty to be named by the first message
/// @param model null for the default of the [Hubbub]
/// @param systemPrompt what every call of the model begins with, or null
/// @param owner whose conversation it is; null for the owner of the [Hubbub]. Another's is reached
///   by [Hubbub#as]
public record StartOptions(
        @Nullable ConversationId id,
        String name,
        @Nullable ModelId model,
        @Nullable String systemPrompt,
        @Nullable UserId owner) {

    /// A fresh id, no name yet, the default model, no system prompt.
    public static final StartOptions DEFAULT = new StartOptions(null, "", null, null, null);

    /// With an id of the caller's choice: one conversation only, and never one used before.
    public StartOptions withId(ConversationId value) {
        return new StartOptions(value, name, model, systemPrompt, owner);
    }

    /// Called this.
    ///
    /// @param value at most [dev.hubbub.conversation.Limits#nameCharsMax] UTF-16 units, no control
    ///   characters; empty to be named by the first message
    public StartOptions withName(String value) {
        return new StartOptions(id, value, model, systemPrompt, owner);
    }

    /// Answered by this model.
    ///
    /// @param value such as `eliza`, `simulated:rate=20,tokens=400`, or a name given to
    ///   [HubbubConfig#withModel]
    /// @throws IllegalArgumentException when no model could have that id
    public StartOptions withModel(String value) {
        return new StartOptions(id, name, new ModelId(value), systemPrompt, owner);
    }

    /// With what every call of the model begins with.
    ///
    /// @param value at most [dev.hubbub.conversation.Limits#systemPromptCharsMax] UTF-16 units
    public StartOptions withSystemPrompt(String value) {
        return new StartOptions(id, name, model, value, owner);
    }

    /// For another user than the [Hubbub]'s own.
    public StartOptions withOwner(UserId value) {
        return new StartOptions(id, name, model, systemPrompt, value);
    }
}
