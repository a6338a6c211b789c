package dev.hubbub.cli;

import dev.hubbub.model.Models;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What `hubbub doctor` says of the models: which there are, whether their keys are set and whether
/// their servers answer. A key is never printed.
final class ModelChecks {

    private static final String SUBJECT = "models";
    private static final String KEY = "OPENAI_API_KEY";
    private static final String BASE_URL = "OPENAI_BASE_URL";
    private static final String OPENAI = "https://api.openai.com/v1";
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final Surroundings surroundings;
    private final @Nullable String model;

    ModelChecks(Surroundings surroundings, @Nullable String model) {
        this.surroundings = surroundings;
        this.model = model;
    }

    List<Check> checks() {
        var checks = new ArrayList<Check>();
        checks.add(catalog());
        boolean keyed = !surroundings.variable(KEY).isEmpty();
        String baseUrl = surroundings.variable(BASE_URL);
        if (keyed || !baseUrl.isEmpty()) {
            checks.add(service(baseUrl.isEmpty() ? OPENAI : baseUrl, keyed));
        } else {
            checks.add(
                    Check.ok(
                            "openai",
                            "not configured; %s or %s brings its models in"
                                    .formatted(KEY, BASE_URL)));
        }
        return checks;
    }

    private Check catalog() {
        try (Models models = Node.models(surroundings, model)) {
            return Check.ok(
                    SUBJECT,
                    "%d to choose from, %s where nothing else is chosen"
                            .formatted(models.models().size(), models.defaultModel()));
        } catch (Failure failure) {
            return Check.fail(SUBJECT, failure.sentence(), null);
        }
    }

    private Check service(String baseUrl, boolean keyed) {
        String key = keyed ? "a key is set" : "no key is set";
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build()) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(baseUrl.replaceAll("/+$", "") + "/models"))
                            .timeout(ANSWER_MAX);
            if (keyed) {
                request.header("Authorization", "Bearer " + surroundings.variable(KEY));
            }
            HttpResponse<Void> response = client.send(request.build(), BodyHandlers.discarding());
            String finding = "%s answers (%d); %s".formatted(baseUrl, response.statusCode(), key);
            return switch (response.statusCode()) {
                case 401, 403 ->
                        Check.fail("openai", finding, "set %s to a valid key".formatted(KEY));
                case 200 -> Check.ok("openai", finding);
                default -> Check.warn("openai", finding, "check %s".formatted(BASE_URL));
            };
        } catch (IOException | IllegalArgumentException unreachable) {
            return Check.fail(
                    "openai",
                    "%s does not answer; %s".formatted(baseUrl, key),
                    "check the network and %s".formatted(BASE_URL));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return Check.warn("openai", "%s was not asked".formatted(baseUrl), "run this again");
        }
    }
}
