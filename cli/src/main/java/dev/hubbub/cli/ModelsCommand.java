package dev.hubbub.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelCatalog.Entry;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Price;
import dev.hubbub.model.Models;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;

/// `hubbub models`: which models there are to choose from.
@Command(
        name = "models",
        description = {
            "List the models there are to choose from.",
            "",
            "A service's models are there when its key or its address is set. Prices are US"
                    + " dollars for a million tokens read and written; the * marks what answers"
                    + " where nothing else was chosen."
        },
        sortOptions = false,
        exitCodeList = {
            "0:they were listed",
            "1:something is wrong with the configuration or the program",
            "2:it was asked in a wrong way"
        },
        footer = {
            "",
            "Examples:",
            "  hubbub models",
            "  hubbub models --json",
            "  ANTHROPIC_API_KEY=... hubbub models",
            "",
            "Environment:",
            "  HUBBUB_MODEL       stands for --model.",
            "  OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY, OPENROUTER_API_KEY",
            "                     bring in the models of these services.",
            "  OPENAI_BASE_URL    brings in those of a server that speaks like OpenAI's.",
            "  OLLAMA_BASE_URL    brings in Ollama's, such as http://localhost:11434.",
            "",
            "docs/reference/models.md has the rest."
        })
final class ModelsCommand implements Callable<Integer> {

    /// Nothing is known.
    private static final String NOTHING = "-";

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    @Mixin private final DataOptions data = new DataOptions();

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Option(
            names = "--model",
            paramLabel = "ID",
            description = {
                "Model that would answer where nothing else was chosen.",
                "Default: the first that is configured; eliza with nothing configured."
            })
    private @Nullable String model;

    ModelsCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.QUIET);
        Settings settings = data.settings(surroundings);
        String wanted = model == null ? settings.model() : model;
        try (Models models = Node.unrouted(surroundings, settings.models(), wanted);
                ModelCatalog routed = Node.routed(settings.models(), models, wanted)) {
            // Those that have to be asked for; they are in the list from then on.
            models.currentModels().toCompletableFuture().join();
            List<Entry> entries = routed.models();
            if (json) {
                surroundings.out().println(json(entries, routed.defaultModel()));
            } else {
                print(entries, routed.defaultModel(), models.providers());
            }
        }
        return ExitCode.OK.number();
    }

    private void print(List<Entry> entries, ModelId defaultModel, List<String> providers) {
        var screen =
                new ShellScreen(
                        new PrintWriter(surroundings.out(), false, StandardCharsets.UTF_8),
                        new PrintWriter(surroundings.err(), false, StandardCharsets.UTF_8),
                        Paint.of(surroundings),
                        () -> 0,
                        false,
                        false);
        var table =
                new ShellTable("", "id", "provider", ">context", ">$/M in", ">$/M out", "images");
        for (Entry entry : entries) {
            Price price = entry.price();
            table.row(
                    entry.id().equals(defaultModel) ? "*" : "",
                    entry.id().value(),
                    entry.provider(),
                    entry.maxTokens() == 0 ? NOTHING : Integer.toString(entry.maxTokens()),
                    price == null ? NOTHING : dollars(price.inputNanos()).toPlainString(),
                    price == null ? NOTHING : dollars(price.outputNanos()).toPlainString(),
                    entry.images() ? "yes" : "no");
        }
        table.print(screen);
        if (providers.isEmpty()) {
            screen.note(
                    "Set OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY, OPENROUTER_API_KEY or"
                            + " OLLAMA_BASE_URL to bring in others; docs/reference/models.md says"
                            + " how.");
        }
        for (String provider : providers) {
            if (entries.stream().noneMatch(entry -> entry.provider().equals(provider))) {
                screen.note(unlisted(provider));
            }
        }
    }

    private static String unlisted(String provider) {
        return provider.equals("ollama")
                ? "ollama names no models: see whether it runs at OLLAMA_BASE_URL and has one"
                        + " (ollama pull)."
                : "%s takes any model that it knows by name; list those to show in its _MODELS variable."
                        .formatted(provider);
    }

    /// For a million tokens: billionths for one, divided by a thousand; cents at least.
    private static BigDecimal dollars(long nanos) {
        BigDecimal exact = BigDecimal.valueOf(nanos, 3);
        BigDecimal cents = exact.setScale(2, RoundingMode.DOWN);
        return cents.compareTo(exact) == 0 ? cents : exact;
    }

    /// As `GET /api/models` has it.
    private static String json(List<Entry> entries, ModelId defaultModel) {
        ObjectNode whole = new JsonMapper().createObjectNode();
        var list = whole.putArray("models");
        for (Entry entry : entries) {
            ObjectNode one = list.addObject();
            one.put("id", entry.id().value());
            one.put("display_name", entry.displayName());
            one.put("max_tokens", entry.maxTokens());
            one.put("provider", entry.provider());
            one.put("images", entry.images());
            Price price = entry.price();
            if (price != null) {
                ObjectNode pricing = one.putObject("pricing");
                pricing.put("input", dollars(price.inputNanos()));
                pricing.put("output", dollars(price.outputNanos()));
            }
        }
        whole.put("default", defaultModel.value());
        return whole.toPrettyString();
    }
}
