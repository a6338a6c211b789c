package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a partition sends back to whoever asked.
sealed interface Response
        permits Answer, Response.All, Response.Count, Response.Ids, Response.Seen {

    /// The answers of many conversations, in the order of the question.
    record All(List<Answer> answers) implements Response {}

    /// How many conversations it was done to.
    record Count(int count) implements Response {}

    /// Conversations in memory.
    record Ids(List<ConversationId> ids) implements Response {}

    /// How conversations fare, in the order of the question; null for one that is not in memory.
    record Seen(List<@Nullable Supervision> supervisions) implements Response {}
}
