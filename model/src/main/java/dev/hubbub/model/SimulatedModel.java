package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.model.SimulatedSettings.Mishap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;

/// `simulated`: a model for load tests and demonstrations, which says nothing in as many words as
/// asked. [SimulatedSettings] has the parameters that ride in its id.
///
/// Each token is a piece. All replies share the thread of a [Wheel]; a reply holds some hundred
/// bytes and costs nothing between its tokens. Tokens that are late, because the thread was, come
/// at once: the rate holds.
final class SimulatedModel implements ChatModel {

    static final String NAME = "simulated";

    /// Tokens said before the others have their turn.
    private static final int BURST_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger(SimulatedModel.class);

    private final Wheel wheel;

    SimulatedModel(Wheel wheel) {
        this.wheel = wheel;
    }

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        wheel.requireOpen();
        var reply = new Reply(prompt, new Outlet(sink));
        wheel.add(reply);
        return reply;
    }

    /// Two prompts with one text have one seed: a reply that is asked for again goes on as it was.
    private static long seed(Prompt prompt) {
        long hash = prompt.system() == null ? 0 : prompt.system().hashCode();
        for (Prompt.Line line : prompt.messages()) {
            hash = hash * 1_000_003 + line.text().hashCode() + line.role().wire().hashCode();
        }
        return hash;
    }

    private static final class Reply extends Wheel.Turn implements Call {

        private final Outlet outlet;
        private @Nullable Prompt prompt;
        private Babble babble = new Babble(0, 0);
        private boolean stamp;
        private SplittableRandom chance = new SplittableRandom(0);

        /// What comes before the next token: the rest of one that was cut, say.
        private String pending = "";

        private int said;
        private int saidBefore;
        private int tokens;
        private int failAt;
        private int stallAt;
        private long gapNanos;
        private long jitterNanos;
        private long dueNanos;
        private long wordsRead;

        Reply(Prompt prompt, Outlet outlet) {
            this.prompt = prompt;
            this.outlet = outlet;
        }

        @Override
        public void cancel() {
            outlet.cancel();
        }

        @Override
        long run(long nowNanos) {
            try {
                Prompt unread = prompt;
                if (unread == null) {
                    return say(nowNanos);
                }
                prompt = null;
                return begin(unread, nowNanos);
            } catch (IllegalArgumentException e) {
                outlet.failed(new ModelFault(ModelFault.Kind.REJECTED, e.getMessage() + "."));
            } catch (RuntimeException e) {
                LOG.error("The simulated model has a defect", e);
                outlet.failed(
                        new ModelFault(
                                ModelFault.Kind.INTERNAL,
                                "The simulated model has a defect; see the log."));
            }
            return Wheel.NEVER;
        }

        private long begin(Prompt unread, long nowNanos) {
            SimulatedSettings settings = SimulatedSettings.of(unread.model());
            long seed = settings.seed().orElseGet(() -> seed(unread));
            tokens = settings.tokens();
            wordsRead = Continuation.wordsIn(unread);
            stamp = settings.stamp();
            if (stamp) {
                goOnAfterStamps(unread.soFar());
            } else {
                goOnAfter(unread.soFar(), seed);
            }
            saidBefore = said;
            chance =
                    settings.seed().isPresent()
                            ? new SplittableRandom(seed + said)
                            : new SplittableRandom();
            failAt = at(settings.fail());
            stallAt = at(settings.stall());
            if (settings.ratePerSecond() > 0) {
                gapNanos = Math.max(1, Math.round(1e9 / settings.ratePerSecond()));
                jitterNanos = Math.round(gapNanos * settings.jitter());
            }
            dueNanos = nowNanos + settings.ttft().toNanos();
            return settings.ttft().isZero() ? Wheel.AT_ONCE : dueNanos;
        }

        private int at(Mishap mishap) {
            return mishap.at(said, tokens, chance::nextInt);
        }

        /// Skips what has been said.
        private void goOnAfter(String soFar, long seed) {
            babble = new Babble(seed, tokens);
            int at = 0;
            while (at < soFar.length()) {
                String token = said < tokens ? babble.next() : "";
                int shared = Math.min(token.length(), soFar.length() - at);
                if (shared == 0 || !soFar.startsWith(token.substring(0, shared), at)) {
                    babble = new Babble(seed, tokens);
                    said = 0;
                    pending = "\n\n";
                    return;
                }
                said++;
                at += shared;
                pending = token.substring(shared);
            }
        }

        private void goOnAfterStamps(String soFar) {
            boolean cut = !soFar.isEmpty() && !soFar.endsWith(" ");
            pending = cut ? " " : "";
            said = (int) soFar.chars().filter(c -> c == ' ').count() + (cut ? 1 : 0);
        }

        private long say(long nowNanos) {
            for (int burst = 0; burst < BURST_MAX; burst++) {
                if (outlet.isOver()) {
                    return Wheel.NEVER;
                }
                if (gapNanos > 0 && dueNanos - nowNanos > 0) {
                    return dueNanos;
                }
                if (!pending.isEmpty()) {
                    outlet.text(pending);
                    pending = "";
                }
                if (said == failAt) {
                    outlet.failed(
                            new ModelFault(
                                    ModelFault.Kind.PROVIDER_ERROR,
                                    "The simulated model failed, as its parameter 'fail' asks."));
                    return Wheel.NEVER;
                }
                if (said == stallAt) {
                    return Wheel.NEVER;
                }
                if (said < tokens) {
                    outlet.text(stamp ? stamp() : babble.next());
                    said++;
                    dueNanos += gap();
                }
                if (said == tokens && failAt > tokens && stallAt > tokens) {
                    outlet.completed(
                            StopReason.END, new Usage(wordsRead, (long) said - saidBefore));
                    return Wheel.NEVER;
                }
            }
            return Wheel.AT_ONCE;
        }

        private static String stamp() {
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) + " ";
        }

        private long gap() {
            return jitterNanos == 0
                    ? gapNanos
                    : gapNanos - jitterNanos + chance.nextLong(2 * jitterNanos + 1);
        }
    }
}
