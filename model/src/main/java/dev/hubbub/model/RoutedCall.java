package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.model.Route.Target;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Set;

/// One reply on its way along a [Route]: the text so far, and who has failed since it last grew.
///
/// The legs of the way follow each other, and each is written by one thread at a time, so that what
/// only they use needs no lock.
final class RoutedCall implements ChatModel.Call {

    /// Text that another target could still be asked to go on with.
    static final int TEXT_CHARS_MAX = 1 << 22;

    private final Route route;
    private final Prompt prompt;
    private final ChatModel.Sink sink;
    private final StringBuilder text = new StringBuilder();
    private final Set<Target> out = new HashSet<>();
    private int attempts;

    private volatile boolean over;
    private volatile @Nullable Leg current;
    private ChatModel.@Nullable Call upstream;

    RoutedCall(Route route, Prompt prompt, ChatModel.Sink sink) {
        this.route = route;
        this.prompt = prompt;
        this.sink = sink;
    }

    void begin() {
        next(null);
    }

    /// Asks the next target. On a thread that may block.
    ///
    /// @param why the fault before it, null for the first
    private void next(@Nullable ModelFault why) {
        ModelFault told = why;
        Target target = route.choose(out);
        while (target != null) {
            ModelFault refusal = route.refusal(prompt.user(), target);
            if (refusal == null) {
                break;
            }
            out.add(target);
            told = told == null ? refusal : told;
            target = route.choose(out);
        }
        if (target == null) {
            fail(told == null ? nobody() : told);
            return;
        }
        attempts++;
        var leg = new Leg(target);
        synchronized (this) {
            current = leg;
            upstream = null;
        }
        if (over) {
            return;
        }
        sink.attempt(target.id(), null, why);
        leg.begin();
    }

    /// Asks the next target; whatever is thrown on the way fails this reply.
    private void goOn(ModelFault why) {
        try {
            next(why);
        } catch (RuntimeException defect) {
            fail(
                    new ModelFault(
                            Kind.INTERNAL,
                            "No other model could be asked for %s: %s"
                                    .formatted(prompt.model(), defect.getMessage())));
        }
    }

    private void fail(ModelFault fault) {
        if (!over) {
            over = true;
            sink.failed(fault);
        }
    }

    private ModelFault nobody() {
        return new ModelFault(
                Kind.INTERNAL, "There is no model left to ask for %s.".formatted(prompt.model()));
    }

    @Override
    public void cancel() {
        ChatModel.Call ending;
        synchronized (this) {
            over = true;
            current = null;
            ending = upstream;
            upstream = null;
        }
        if (ending != null) {
            ending.cancel();
        }
    }

    /// Whether another model could do better.
    private static boolean isAnothersChance(Kind kind) {
        return switch (kind) {
            case UNREACHABLE,
                    STALLED,
                    CUT_OFF,
                    RATE_LIMITED,
                    UNAUTHORIZED,
                    PROVIDER_ERROR,
                    GARBLED,
                    BUSY,
                    INTERNAL ->
                    true;
            // What is asked is refused for what it says, or the user may have no more.
            case REJECTED, BUDGET -> false;
        };
    }

    /// One target's part.
    private final class Leg implements ChatModel.Sink {

        private final Target target;
        private boolean spoke;

        /// Half of a character, of which the other half has not come: no other model could go on
        /// from there.
        private @Nullable String half;

        Leg(Target target) {
            this.target = target;
        }

        void begin() {
            var also = new HashSet<Target>(out);
            also.add(target);
            boolean last = attempts >= route.attemptsMax() || route.choose(also) == null;
            var asked =
                    new Prompt(
                            prompt.user(),
                            target.id(),
                            prompt.system(),
                            prompt.messages(),
                            prompt.soFar() + text);
            ChatModel.Call call;
            try {
                call = target.model().reply(asked, this, route.triesMax(last));
            } catch (RuntimeException defect) {
                failed(
                        new ModelFault(
                                Kind.INTERNAL,
                                "%s could not be asked: %s"
                                        .formatted(target.id(), defect.getMessage())));
                return;
            }
            synchronized (RoutedCall.this) {
                if (current == this) {
                    upstream = call;
                    return;
                }
            }
            call.cancel();
        }

        private boolean isLate() {
            return over || current != this;
        }

        @Override
        public void text(String piece) {
            if (isLate()) {
                return;
            }
            String whole = half == null ? piece : half + piece;
            half = null;
            int last = whole.length() - 1;
            if (last >= 0 && Character.isHighSurrogate(whole.charAt(last))) {
                half = whole.substring(last);
                whole = whole.substring(0, last);
            }
            if (whole.isEmpty()) {
                return;
            }
            spoke = true;
            if (text.length() <= TEXT_CHARS_MAX) {
                text.append(whole);
            }
            sink.text(whole);
        }

        @Override
        public void attempt(ModelId model, @Nullable Usage used, @Nullable ModelFault why) {
            if (!isLate()) {
                sink.attempt(model, used, why);
            }
        }

        @Override
        public void completed(StopReason reason, @Nullable Usage usage) {
            if (!ends()) {
                return;
            }
            over = true;
            if (half != null) {
                sink.text(half);
            }
            sink.completed(reason, usage);
        }

        @Override
        public void failed(ModelFault fault) {
            if (!ends()) {
                return;
            }
            if (spoke) {
                out.clear();
            }
            out.add(target);
            boolean goesOn = isAnothersChance(fault.kind()) && attempts < route.attemptsMax();
            if (goesOn && spoke && route.choose(out) == null) {
                // It got somewhere: it may get further.
                out.clear();
            }
            if (!goesOn || text.length() > TEXT_CHARS_MAX || route.choose(out) == null) {
                fail(fault);
                return;
            }
            route.timers().fork(() -> goOn(fault));
        }

        private boolean ends() {
            synchronized (RoutedCall.this) {
                if (over || current != this) {
                    return false;
                }
                current = null;
                upstream = null;
                return true;
            }
        }
    }
}
