package dev.hubbub.cli;

import com.typesafe.config.Config;

import dev.hubbub.model.Models;
import dev.hubbub.model.ServiceCheck;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What `hubbub doctor` says of the models: which there are, whether keys are set and whether the
/// services answer. A key is never printed.
final class ModelChecks {

    private static final String SUBJECT = "models";
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final Surroundings surroundings;
    private final Config configured;
    private final @Nullable String model;

    /// @param configured the section `hubbub.models`
    ModelChecks(Surroundings surroundings, Config configured, @Nullable String model) {
        this.surroundings = surroundings;
        this.configured = configured;
        this.model = model;
    }

    List<Check> checks() {
        try (Models models = Node.models(surroundings, configured, model)) {
            var checks = new ArrayList<Check>();
            checks.add(catalog(models));
            for (ServiceCheck each : models.check(ANSWER_MAX).toCompletableFuture().join()) {
                checks.add(service(each));
            }
            return checks;
        } catch (Failure failure) {
            return List.of(Check.fail(SUBJECT, failure.sentence(), null));
        }
    }

    private static Check catalog(Models models) {
        String finding =
                "%d to choose from, %s where nothing else is chosen"
                        .formatted(models.models().size(), models.defaultModel());
        return Check.ok(
                SUBJECT,
                models.providers().isEmpty()
                        ? finding + "; a key such as ANTHROPIC_API_KEY brings in others"
                        : finding);
    }

    private static Check service(ServiceCheck check) {
        String key = check.keyed() ? "a key is set" : "no key is set";
        String finding = "%s answers (%d); %s".formatted(check.address(), check.status(), key);
        return switch (check.status()) {
            case 0 ->
                    Check.fail(
                            check.name(),
                            "%s does not answer; %s".formatted(check.address(), key),
                            "check the network and %s".formatted(check.urlVariable()));
            case 401, 403 ->
                    Check.fail(
                            check.name(),
                            finding,
                            "set %s to a valid key".formatted(check.keyVariable()));
            case 200 -> Check.ok(check.name(), finding);
            default -> Check.warn(check.name(), finding, "check %s".formatted(check.urlVariable()));
        };
    }
}
