package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;

import org.jspecify.annotations.Nullable;

/// A model and the pool of its provider.
///
/// @param pool null for what needs none: models of this program itself, which hold no connection
record Pooled(ChatModel model, @Nullable Pool pool) implements ChatModel {

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        return reply(prompt, sink, Integer.MAX_VALUE);
    }

    /// @param triesMax how often the provider is asked at most, where the pool allows as much
    Call reply(Prompt prompt, Sink sink, int triesMax) {
        return pool == null ? model.reply(prompt, sink) : pool.reply(model, prompt, sink, triesMax);
    }

    double load() {
        return pool == null ? 0 : pool.load();
    }
}
