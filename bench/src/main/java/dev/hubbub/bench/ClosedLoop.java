package dev.hubbub.bench;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.engine.Figures;
import dev.hubbub.engine.Update;
import dev.hubbub.engine.Viewer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// An engine that is as busy as it can be with tokens and nothing else: each of many conversations
/// says its next token when a viewer has seen the last one, which is when it was durable.
final class ClosedLoop implements ModelCatalog, AutoCloseable {

    private static final ModelId MODEL = new ModelId("loop");
    private static final long BEGIN_SECONDS_MAX = 60;

    private final String token;
    private final AtomicReferenceArray<ChatModel.Sink> sinks;
    private final CountDownLatch begun;
    private final Engine engine;
    private volatile boolean over;

    ClosedLoop(ConversationStore store, int conversations, String token) {
        this.token = token;
        sinks = new AtomicReferenceArray<>(conversations);
        begun = new CountDownLatch(conversations);
        engine = Engine.start(EngineConfig.DEFAULT, store, this);
        var asked = new ArrayList<CompletableFuture<?>>();
        for (int i = 0; i < conversations; i++) {
            asked.add(begin(i));
        }
        try {
            CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).join();
            if (!begun.await(BEGIN_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the engine did not begin all replies");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        }
        for (int i = 0; i < conversations; i++) {
            sinks.get(i).text(token);
        }
    }

    private CompletableFuture<?> begin(int i) {
        var id = new ConversationId("loop-" + i);
        var start =
                new ConversationCommand.Start(UserId.LOCAL, "loop " + i, MODEL, null, null, null);
        return engine.ask(UserId.LOCAL, id, start)
                .thenCompose(_ -> {
                    Viewer.Watch watch = engine.watch(UserId.LOCAL, id, null, new NextToken(i));
                    watch.request(Integer.MAX_VALUE);
                    return engine.ask(UserId.LOCAL, id, Post.text(Integer.toString(i)));
                })
                .toCompletableFuture();
    }

    Figures figures() {
        return engine.figures();
    }

    @Override
    public void close() {
        over = true;
        engine.close();
    }

    @Override
    public ChatModel find(ModelId id) {
        return (prompt, sink) -> {
            sinks.set(Integer.parseInt(prompt.messages().getLast().text()), sink);
            begun.countDown();
            return () -> {};
        };
    }

    @Override
    public List<Entry> models() {
        return List.of();
    }

    @Override
    public ModelId defaultModel() {
        return MODEL;
    }

    private final class NextToken implements Viewer {

        private final int conversation;

        NextToken(int conversation) {
            this.conversation = conversation;
        }

        @Override
        public void updates(List<Update> updates) {
            for (Update update : updates) {
                if (update.content() instanceof Update.Delta && !over) {
                    sinks.get(conversation).text(token);
                }
            }
        }

        @Override
        public void ended(Refusal reason) {}
    }
}
