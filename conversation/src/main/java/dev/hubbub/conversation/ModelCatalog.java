package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/// The models that this program can call. Safe for use by many threads; never blocks.
public interface ModelCatalog extends AutoCloseable {

    /// What answers under this id, or null when nothing does. Ids that carry parameters are found
    /// too, though [#models] does not list them.
    @Nullable ChatModel find(ModelId id);

    /// What there is to choose from, the most useful first.
    List<Entry> models();

    /// What is known of a model that [#find] finds, listed or not; null for another. What [#models]
    /// says of it unless overridden.
    default @Nullable Entry entry(ModelId id) {
        for (Entry entry : models()) {
            if (entry.id().equals(id)) {
                return entry;
            }
        }
        return null;
    }

    /// What answers in a conversation that was not told otherwise; [#find] finds it.
    ModelId defaultModel();

    /// One model to choose.
    ///
    /// @param provider who serves it, such as `built-in` or `openai`
    /// @param maxTokens the size of its context in tokens, 0 when not known
    /// @param images whether it looks at the images of a message
    /// @param price null when not known; free models have one of zeros
    record Entry(
            ModelId id,
            String displayName,
            String provider,
            int maxTokens,
            boolean images,
            @Nullable Price price) {

        /// One that reads text only and of whose price nothing is known.
        public Entry(ModelId id, String displayName, String provider, int maxTokens) {
            this(id, displayName, provider, maxTokens, false, null);
        }
    }

    /// Lets go of connections and threads. Replies that are still being made may end without a
    /// word.
    @Override
    default void close() {}

    /// Opens the models for a program that does not bring its own. A module with models offers one
    /// to [java.util.ServiceLoader], under this interface's name. Safe for use by many threads.
    interface Provider {

        /// The models that these variables, such as the process's environment, make available.
        ///
        /// @throws IllegalArgumentException with a sentence for the user when a variable is wrong
        ModelCatalog open(Map<String, String> environment);
    }
}
