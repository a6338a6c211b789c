package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The models that this program can call. Safe for use by many threads; never blocks.
public interface ModelCatalog {

    /// What answers under this id, or null when nothing does. Ids that carry parameters are found
    /// too, though [#models] does not list them.
    @Nullable ChatModel find(ModelId id);

    /// What there is to choose from, the most useful first.
    List<Entry> models();

    /// What answers in a conversation that was not told otherwise; [#find] finds it.
    ModelId defaultModel();

    /// One model to choose.
    ///
    /// @param provider who serves it, such as `built-in` or `openai`
    /// @param maxTokens the size of its context in tokens, 0 when not known
    record Entry(ModelId id, String displayName, String provider, int maxTokens) {}
}
