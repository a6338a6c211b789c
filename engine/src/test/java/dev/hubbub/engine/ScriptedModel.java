package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A model whose replies the test speaks.
final class ScriptedModel implements ChatModel {

    private static final long SECONDS_MAX = 20;

    private final BlockingQueue<Saying> sayings = new LinkedBlockingQueue<>();

    /// The next call that was made.
    Saying next() {
        try {
            Saying next = sayings.poll(SECONDS_MAX, TimeUnit.SECONDS);
            assertThat(next).as("a model call").isNotNull();
            return next;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        var saying = new Saying(prompt, sink);
        sayings.add(saying);
        return saying;
    }

    /// One call.
    static final class Saying implements Call {

        final Prompt prompt;
        private final Sink sink;
        volatile boolean cancelled;

        private Saying(Prompt prompt, Sink sink) {
            this.prompt = prompt;
            this.sink = sink;
        }

        Saying says(String piece) {
            sink.text(piece);
            return this;
        }

        void ends() {
            sink.completed(StopReason.END, new Usage(3, 2));
        }

        void fails(String sentence) {
            sink.failed(new ModelFault(ModelFault.Kind.CUT_OFF, sentence));
        }

        /// What it was asked.
        String asked() {
            return prompt.messages().getLast().text();
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
