package dev.hubbub.model;

import com.typesafe.config.Config;

import dev.hubbub.conversation.Attempt;
import dev.hubbub.conversation.ModelId;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A name for several models, of which one answers and the others stand in.
///
/// @param id the name, a model's as far as users see
/// @param displayName for lists
/// @param choose which target is asked
/// @param targets the models, at least one, none twice
/// @param attemptsMax calls of one reply, the first included
/// @param triesMax how often one target is tried while another could be
public record RouteConfig(
        ModelId id,
        String displayName,
        Choose choose,
        List<Target> targets,
        int attemptsMax,
        int triesMax) {

    private static final List<String> KEYS =
            List.of("name", "choose", "targets", "attempts-max", "tries-max");

    private static final int TARGETS_MAX = 16;

    public RouteConfig {
        targets = List.copyOf(targets);
        if (targets.isEmpty() || attemptsMax < 1 || triesMax < 1) {
            throw new IllegalArgumentException("a route leads somewhere");
        }
    }

    /// Which of the targets that did not fail is next.
    public enum Choose {
        /// The first in the list.
        IN_ORDER,
        /// By chance, as likely as its weight says.
        BY_WEIGHT,
        /// The one whose provider has most room; of equals the first.
        LEAST_BUSY
    }

    /// A model that may answer.
    ///
    /// @param weight how often it is chosen, compared with the others; 1 or more
    public record Target(ModelId model, int weight) {}

    /// One route.
    ///
    /// @param config what stands under the route's id, its defaults included
    /// @throws IllegalArgumentException with a sentence for the user when something is wrong
    public static RouteConfig from(String id, Config config) {
        return from(id, new Section("hubbub.models.routes." + id, config));
    }

    static RouteConfig from(String id, Section section) {
        section.only(KEYS);
        if (!ModelId.isValid(id)) {
            throw new IllegalArgumentException(
                    "%s cannot be the name of a route: it has 1 to %d visible ASCII characters"
                            .formatted(section.path(), ModelId.CHARS_MAX));
        }
        return new RouteConfig(
                new ModelId(id),
                section.has("name") ? section.text("name") : id,
                section.choice(
                        "choose",
                        Map.of(
                                "in-order", Choose.IN_ORDER,
                                "by-weight", Choose.BY_WEIGHT,
                                "least-busy", Choose.LEAST_BUSY)),
                targets(section),
                section.whole("attempts-max", 1, Attempt.COUNT_MAX / 2),
                section.whole("tries-max", 1, 100));
    }

    private static List<Target> targets(Section section) {
        var targets = new ArrayList<Target>();
        for (Section one : section.sections("targets", "model")) {
            one.only(List.of("model", "weight"));
            String model = one.text("model");
            if (!ModelId.isValid(model)) {
                throw one.wrong("model", "the id of a model");
            }
            var id = new ModelId(model);
            if (targets.stream().anyMatch(other -> other.model().equals(id))) {
                throw section.wrong("targets", "a list of models without " + id + " twice");
            }
            targets.add(new Target(id, one.has("weight") ? one.whole("weight", 1, 1_000) : 1));
        }
        if (targets.isEmpty() || targets.size() > TARGETS_MAX) {
            throw section.wrong("targets", "a list of 1 to " + TARGETS_MAX + " models");
        }
        return targets;
    }
}
