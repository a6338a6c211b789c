package dev.hubbub.engine;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StopReason;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Models that say random things, break off, stall, go on after they were told to stop, and split
/// surrogate pairs; or answer at once.
final class SimulatedModels implements ModelCatalog, ChatModel {

    static final ModelId MODEL = new ModelId("model");

    private static final String[] PIECES = {
        "a", "bc ", "\n", "é", "\ud83d", "\ude00", "\ud83d\ude00", "long piece of text ", "\u0000"
    };

    private final Simulation simulation;
    private int calls;
    private boolean atOnce;

    SimulatedModels(Simulation simulation) {
        this.simulation = simulation;
    }

    /// Now and then; and then it does not always keep the promise.
    @Override
    public boolean isImmediate() {
        atOnce = simulation.random.nextInt(4) == 0;
        return atOnce;
    }

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        if (simulation.happens(20)) {
            throw new IllegalStateException("the model throws");
        }
        if (atOnce) {
            atOnce = false;
            return replyAtOnce(sink);
        }
        String channel = "model-" + calls++;
        int length = simulation.random.nextInt(20);
        for (int i = 0; i < length; i++) {
            String piece = PIECES[simulation.random.nextInt(PIECES.length)];
            simulation.send(channel, () -> sink.text(piece));
            if (simulation.random.nextInt(16) == 0) {
                var why =
                        simulation.random.nextBoolean()
                                ? new ModelFault(ModelFault.Kind.STALLED, "It stood still.")
                                : null;
                simulation.send(channel, () -> sink.attempt(MODEL, null, why));
            }
        }
        int dice = simulation.random.nextInt(10);
        if (dice < 7) {
            simulation.send(channel, () -> sink.completed(StopReason.END, null));
        } else if (dice < 9) {
            var fault = new ModelFault(ModelFault.Kind.CUT_OFF, "It was cut off.");
            simulation.send(channel, () -> sink.failed(fault));
        }
        // Otherwise it stalls. A cancelled call is not told to stop at once.
        return () -> {};
    }

    private Call replyAtOnce(Sink sink) {
        for (int i = simulation.random.nextInt(5); i > 0; i--) {
            sink.text(PIECES[simulation.random.nextInt(PIECES.length)]);
        }
        int dice = simulation.random.nextInt(10);
        if (dice < 7) {
            sink.completed(StopReason.END, null);
        } else if (dice < 9) {
            sink.failed(new ModelFault(ModelFault.Kind.CUT_OFF, "It was cut off."));
        }
        return () -> {};
    }

    @Override
    public @Nullable ChatModel find(ModelId id) {
        return this;
    }

    @Override
    public List<Entry> models() {
        return List.of(new Entry(MODEL, "Model", "test", 0));
    }

    @Override
    public ModelId defaultModel() {
        return MODEL;
    }
}
