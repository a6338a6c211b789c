package dev.hubbub.cli;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubConfig;
import dev.hubbub.engine.HubbubException;
import dev.hubbub.engine.ReplyStream;
import dev.hubbub.engine.StartOptions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// `experiment models`: the same question to different models at the same time.
final class ModelsExperiment {

    /// Without `--models`, no more are asked: some cost money.
    private static final int MODELS_MAX = 4;

    private static final String QUESTION = "I am sad. What should I do?";
    private static final String SIMULATED = "simulated:rate=50,tokens=40";

    private ModelsExperiment() {}

    static void run(ShellRun run, Arguments arguments) {
        String typed = arguments.textOrNull();
        String question = typed == null ? QUESTION : typed;
        String chosen = arguments.option("--models");
        List<String> models = chosen == null ? all(run.hubbub().models()) : split(chosen);
        models.forEach(model -> ShellTalk.known(run, model));
        HubbubConfig config = HubbubConfig.inMemory().withModels(run.hubbub().models());
        ShellLab.with(config, hubbub -> ask(run, hubbub, models, question));
    }

    private static List<String> all(ModelCatalog catalog) {
        return catalog.models().stream()
                .map(ModelCatalog.Entry::id)
                .map(ModelId::value)
                .map(id -> id.equals("simulated") ? SIMULATED : id)
                .limit(MODELS_MAX)
                .toList();
    }

    /// At commas, but not at those between the parameters of a model.
    static List<String> split(String models) {
        var all = new ArrayList<String>();
        for (String part : models.split(",", -1)) {
            boolean parameter = part.contains("=") && !part.contains(":");
            if (parameter && !all.isEmpty()) {
                all.set(all.size() - 1, all.getLast() + "," + part);
            } else {
                all.add(part);
            }
        }
        return all;
    }

    /// What one of them said.
    private record Said(long firstNanos, long nanos, long tokens, String text, String error) {}

    private static void ask(ShellRun run, Hubbub hubbub, List<String> models, String question) {
        var asked = new LinkedHashMap<String, Future<Said>>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String model : models) {
                asked.put(model, threads.submit(() -> ask(hubbub, model, question)));
            }
            var table = new ShellTable("model", ">first", ">took", ">tokens", ">tokens/s");
            var texts = new ArrayList<String>();
            for (Map.Entry<String, Future<Said>> each : asked.entrySet()) {
                Said said = await(threads, each.getValue());
                double seconds = Math.max(1, said.nanos() - said.firstNanos()) / 1e9;
                table.row(
                        each.getKey(),
                        said.text().isEmpty() ? "" : Amounts.time(said.firstNanos()),
                        Amounts.time(said.nanos()),
                        Amounts.count(said.tokens()),
                        said.tokens() < 2 ? "" : Amounts.perSecond(said.tokens() - 1.0, seconds));
                texts.add("%s> %s".formatted(each.getKey(), said.text()));
                if (!said.error().isEmpty()) {
                    texts.add("%s failed: %s".formatted(each.getKey(), said.error()));
                }
            }
            run.screen().line("you> " + question);
            run.screen().lines(texts);
            run.screen().line("");
            table.print(run.screen());
        }
    }

    private static Said await(ExecutorService threads, Future<Said> said) {
        try {
            return said.get();
        } catch (InterruptedException ctrlC) {
            threads.shutdownNow();
            throw Failure.of("Interrupted.", ctrlC);
        } catch (ExecutionException defect) {
            throw new IllegalStateException(defect);
        }
    }

    private static Said ask(Hubbub hubbub, String model, String question) {
        long began = System.nanoTime();
        long first = 0;
        var text = new StringBuilder();
        int pieces = 0;
        String error = "";
        long tokens = 0;
        try {
            ConversationId id = hubbub.startConversation(StartOptions.DEFAULT.withModel(model));
            began = System.nanoTime();
            try (ReplyStream reply = hubbub.streamMessage(id, question)) {
                for (String piece : reply) {
                    if (pieces++ == 0) {
                        first = System.nanoTime() - began;
                    }
                    text.append(piece);
                }
                Message whole = reply.await();
                tokens = whole.usage() == null ? pieces : whole.usage().outputTokens();
            }
        } catch (HubbubException failed) {
            error = String.valueOf(failed.getMessage());
        }
        return new Said(first, System.nanoTime() - began, tokens, text.toString(), error);
    }
}
