package dev.hubbub.model;

import dev.hubbub.conversation.ModelId;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Which models an Ollama has, asked when somebody wants to know and not more often than the answer
/// holds. Safe for use by many threads; never blocks.
final class OllamaTags {

    private static final Logger LOG = LoggerFactory.getLogger(OllamaTags.class);

    private final ServiceProbe probe;
    private final Transport transport;
    private final Limits limits;
    private volatile List<ModelId> latest = List.of();

    /// The last question, complete with its answer or, when there is none, with what was known.
    private CompletableFuture<List<ModelId>> asked = new CompletableFuture<>();

    private long askedNanos;
    private boolean everAsked;

    /// @param limit for the answer
    /// @param keep how long it holds
    /// @param max models listed at most
    record Limits(Duration limit, Duration keep, int max) {}

    OllamaTags(Service service, Transport transport, Limits limits) {
        probe = new ServiceProbe(service, transport);
        this.transport = transport;
        this.limits = limits;
    }

    /// What is known now; asks anew, for the next time, when that is old.
    List<ModelId> latest() {
        current();
        return latest;
    }

    /// The answer, fresh enough, within the limit; what was known when there is none.
    synchronized CompletionStage<List<ModelId>> current() {
        boolean old = System.nanoTime() - askedNanos > limits.keep().toNanos();
        if (transport.isClosed() || (everAsked && (!asked.isDone() || !old))) {
            return asked;
        }
        everAsked = true;
        askedNanos = System.nanoTime();
        var answer = new CompletableFuture<List<ModelId>>();
        asked = answer;
        transport.next().runOnContext(_ -> ask(answer));
        return answer;
    }

    private void ask(CompletableFuture<List<ModelId>> answer) {
        probe.ask(limits.limit())
                .map(this::names)
                .onSuccess(names -> latest = names)
                .onFailure(e ->
                        LOG.debug("Ollama does not say which models it has: {}", e.getMessage()))
                .onComplete(_ -> answer.complete(latest));
    }

    private List<ModelId> names(ServiceProbe.Answer answer) {
        try {
            JsonArray models =
                    new JsonObject(answer.body()).getJsonArray("models", new JsonArray());
            var names = new ArrayList<ModelId>();
            for (Object each : models) {
                if (names.size() < limits.max()
                        && each instanceof JsonObject model
                        && model.getValue("name") instanceof String name
                        && ModelId.isValid(name)) {
                    names.add(new ModelId(name));
                }
            }
            return List.copyOf(names);
        } catch (DecodeException | ClassCastException e) {
            throw new IllegalArgumentException("its answer is not Ollama's", e);
        }
    }
}
