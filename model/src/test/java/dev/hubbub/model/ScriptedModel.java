package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A model whose replies the test speaks, on the test's thread.
final class ScriptedModel implements ChatModel {

    static final Usage USED = new Usage(30, 20, 500);

    final List<Saying> sayings = new ArrayList<>();

    static Prompt prompt(String user, String model) {
        return new Prompt(
                new UserId(user),
                new ModelId(model),
                null,
                List.of(new Prompt.Line(Role.USER, "Men are all alike.")),
                "");
    }

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        var saying = new Saying(prompt, sink);
        sayings.add(saying);
        return saying;
    }

    /// The latest call.
    Saying last() {
        return sayings.getLast();
    }

    /// One call.
    static final class Saying implements Call {

        final Prompt prompt;
        private final Sink sink;
        boolean cancelled;

        private Saying(Prompt prompt, Sink sink) {
            this.prompt = prompt;
            this.sink = sink;
        }

        Saying says(String piece) {
            sink.text(piece);
            return this;
        }

        void ends() {
            ends(USED);
        }

        void ends(@Nullable Usage usage) {
            sink.completed(StopReason.END, usage);
        }

        void fails(Kind kind) {
            fails(kind, null);
        }

        void fails(Kind kind, @Nullable Duration retryAfter) {
            sink.failed(fault(kind, retryAfter));
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    static ModelFault fault(Kind kind, @Nullable Duration retryAfter) {
        return new ModelFault(kind, "It is " + kind + ".", retryAfter);
    }
}
