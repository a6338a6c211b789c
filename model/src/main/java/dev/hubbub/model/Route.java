package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/// A name for several models. One of them is asked; when it fails, another goes on where the text
/// ends. Safe for use by many threads.
final class Route implements ChatModel {

    private final RouteConfig config;
    private final List<Target> targets;
    private final Affordable affordable;
    private final Timers timers;
    private final RandomGenerator random;

    Route(
            RouteConfig config,
            List<Target> targets,
            Affordable affordable,
            Timers timers,
            RandomGenerator random) {
        this.config = config;
        this.targets = List.copyOf(targets);
        this.affordable = affordable;
        this.timers = timers;
        this.random = random;
    }

    /// One of the models.
    record Target(ModelId id, int weight, Pooled model) {}

    /// Says who may be asked at all.
    interface Affordable {

        /// Null when there is budget left, else what to tell. May block.
        @Nullable ModelFault refusal(UserId user, ModelId model);
    }

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        var call = new RoutedCall(this, prompt, sink);
        call.begin();
        return call;
    }

    int attemptsMax() {
        return config.attemptsMax();
    }

    Timers timers() {
        return timers;
    }

    /// How often to try a target.
    ///
    /// @param last whether there is no other to go to
    int triesMax(boolean last) {
        return last ? Integer.MAX_VALUE : config.triesMax();
    }

    @Nullable ModelFault refusal(UserId user, Target target) {
        return affordable.refusal(user, target.id());
    }

    List<Target> targets() {
        return targets;
    }

    /// Whom to ask next, or null when there is nobody.
    ///
    /// @param out who is not to be asked
    @Nullable Target choose(Set<Target> out) {
        List<Target> left = targets.stream().filter(target -> !out.contains(target)).toList();
        if (left.isEmpty()) {
            return null;
        }
        return switch (config.choose()) {
            case IN_ORDER -> left.getFirst();
            case BY_WEIGHT -> byWeight(left);
            case LEAST_BUSY ->
                    left.stream()
                            .min(Comparator.comparingDouble(target -> target.model().load()))
                            .orElse(null);
        };
    }

    private Target byWeight(List<Target> left) {
        int all = left.stream().mapToInt(Target::weight).sum();
        int drawn = random.nextInt(all);
        for (Target target : left) {
            drawn -= target.weight();
            if (drawn < 0) {
                return target;
            }
        }
        return left.getLast();
    }
}
