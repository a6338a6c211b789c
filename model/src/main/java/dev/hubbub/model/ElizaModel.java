package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;

/// `eliza`: Weizenbaum's program of 1966 with its DOCTOR script, which needs no key and no network.
/// It speaks in capitals, as it did. `eliza:delay=0ms` says how long a word takes.
///
/// The model keeps nothing: it reads the user's lines of the prompt again, which brings back what
/// ELIZA had in mind. So the same prompt has the same answer.
final class ElizaModel implements ChatModel {

    static final String NAME = "eliza";

    private static final Duration DELAY = Duration.ofMillis(30);
    private static final Duration DELAY_MAX = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(ElizaModel.class);

    private final Wheel wheel;
    private final ElizaScript script = ElizaScript.doctor();

    ElizaModel(Wheel wheel) {
        this.wheel = wheel;
    }

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        wheel.requireOpen();
        var words = new Words(new Outlet(sink));
        Thread.startVirtualThread(() -> begin(words, prompt));
        return words;
    }

    /// Reads the history, which may be long, and lets the wheel say the answer.
    private void begin(Words words, Prompt prompt) {
        try {
            Parameters parameters = Parameters.of(prompt.model(), List.of("delay"));
            words.delayNanos = parameters.duration("delay", DELAY, DELAY_MAX).toNanos();
            words.text = Continuation.rest(answer(prompt), prompt.soFar());
            words.wordsRead = Continuation.wordsIn(prompt);
            wheel.add(words);
        } catch (IllegalArgumentException e) {
            words.outlet.failed(new ModelFault(ModelFault.Kind.REJECTED, e.getMessage() + "."));
        } catch (RuntimeException e) {
            LOG.error("ELIZA has a defect", e);
            words.outlet.failed(
                    new ModelFault(ModelFault.Kind.INTERNAL, "ELIZA has a defect; see the log."));
        }
    }

    private String answer(Prompt prompt) {
        var conversation = new ElizaConversation(script);
        String answer = script.greeting();
        for (Prompt.Line line : prompt.messages()) {
            if (line.role() == Role.USER) {
                answer = conversation.answer(line.text());
            }
        }
        return answer;
    }

    /// A reply being said, a word at a time.
    private static final class Words extends Wheel.Turn implements Call {

        private final Outlet outlet;
        private String text = "";
        private long delayNanos;
        private long wordsRead;
        private long wordsSaid;
        private int said;

        Words(Outlet outlet) {
            this.outlet = outlet;
        }

        @Override
        public void cancel() {
            outlet.cancel();
        }

        @Override
        long run(long nowNanos) {
            while (said < text.length() && !outlet.isOver()) {
                int space = text.indexOf(' ', said + 1);
                int end = space < 0 ? text.length() : space;
                outlet.text(text.substring(said, end));
                said = end;
                wordsSaid++;
                if (delayNanos > 0 && said < text.length()) {
                    return nowNanos + delayNanos;
                }
            }
            outlet.completed(StopReason.END, new Usage(wordsRead, wordsSaid));
            return Wheel.NEVER;
        }
    }
}
