package dev.hubbub.cli;

import static dev.hubbub.cli.Verb.id;

import dev.hubbub.cli.Verb.Flag;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.engine.ConversationCount;
import dev.hubbub.engine.ConversationStats;
import dev.hubbub.engine.Lookup;

import java.util.List;
import java.util.Locale;

/// The commands of the shell that look at conversations, let them go and erase them.
final class ShellKeeping {

    private static final int LISTED = 20;
    private static final int WIDE = 100;
    private static final int NARROW = 60;
    private static final int END = 12;
    private static final int LISTED_MAX = 100_000;

    private ShellKeeping() {}

    static List<Verb> verbs() {
        return List.of(
                new Verb(
                        "history",
                        List.of(id("ID")),
                        List.of(new Flag("--limit", "N", "the latest messages only")),
                        "print the messages of a conversation, oldest first",
                        List.of(),
                        ShellKeeping::history),
                new Verb(
                        "stats",
                        List.of(id("ID")),
                        List.of(),
                        "print a conversation in figures",
                        List.of(),
                        ShellKeeping::stats),
                new Verb(
                        "conversations",
                        List.of(),
                        List.of(
                                new Flag(
                                        "--limit",
                                        "N",
                                        "how many, %d unless told".formatted(LISTED)),
                                new Flag("--stored", "", "those that are kept, latest first")),
                        "list the conversations in memory",
                        List.of(),
                        ShellKeeping::conversations),
                new Verb(
                        "count",
                        List.of(),
                        List.of(),
                        "print how many conversations are in memory and how many are kept",
                        List.of(),
                        ShellKeeping::count),
                new Verb(
                        "stop",
                        List.of(id("ID")),
                        List.of(),
                        "end the reply being made; its text so far is kept",
                        List.of(),
                        ShellKeeping::stop),
                new Verb(
                        "close",
                        List.of(id("ID")),
                        List.of(),
                        "let a conversation go from memory; its next message brings it back",
                        List.of(),
                        ShellKeeping::close),
                new Verb(
                        "delete",
                        List.of(id("ID")),
                        List.of(),
                        "erase a conversation for good",
                        List.of(),
                        ShellKeeping::delete),
                new Verb(
                        "models",
                        List.of(),
                        List.of(),
                        "list who can answer; * marks who does unless told",
                        List.of(),
                        ShellKeeping::models));
    }

    private static void history(ShellRun run, Arguments arguments) {
        ConversationId id = run.roster().find(arguments.word("an ID"));
        arguments.end();
        int limit = arguments.number("--limit", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        List<Message> messages = run.hubbub().history(id, limit);
        Paint paint = run.screen().paint();
        for (Message message : messages) {
            String who =
                    message.model() == null
                            ? message.role().wire()
                            : ChatPrompt.printable(message.model().value());
            run.screen()
                    .out()
                    .println(paint.bold(who + ">") + " " + ChatPrompt.printable(message.text()));
        }
        run.screen().out().flush();
        if (messages.isEmpty()) {
            run.screen().note("Nothing was said yet.");
        }
    }

    private static void stats(ShellRun run, Arguments arguments) {
        ConversationId id = run.roster().find(arguments.word("an ID"));
        arguments.end();
        ConversationStats stats = run.hubbub().stats(id);
        ShellScreen screen = run.screen();
        screen.line("id          " + stats.id());
        screen.line("name        " + stats.name());
        screen.line("model       " + stats.model());
        screen.line("messages    " + Amounts.count(stats.messageCount()));
        screen.line("status      " + status(stats));
        screen.line("waiting     " + stats.waiting());
        screen.line("created     " + stats.createdAt());
        screen.line("last active " + stats.lastActiveAt());
        screen.line(
                "tokens      %s read, %s written"
                        .formatted(
                                Amounts.count(stats.usage().inputTokens()),
                                Amounts.count(stats.usage().outputTokens())));
    }

    private static String status(ConversationStats stats) {
        return stats.status().name().toLowerCase(Locale.ROOT);
    }

    private static void conversations(ShellRun run, Arguments arguments) {
        arguments.end();
        int limit = arguments.number("--limit", LISTED, 1, LISTED_MAX);
        List<ConversationId> all =
                arguments.has("--stored") ? run.roster().stored(limit) : inOrder(run);
        List<ConversationId> listed = all.subList(0, Math.min(limit, all.size()));
        if (listed.isEmpty()) {
            run.screen().note("There are none; `start` makes one.");
            return;
        }
        int width = run.screen().isLive() ? run.screen().width() : Integer.MAX_VALUE;
        var table =
                width < NARROW
                        ? new ShellTable("", "status", ">said", "name")
                        : new ShellTable("", "id", "status", ">messages", "model", "name");
        for (Lookup<ConversationStats> each : run.hubbub().stats(listed)) {
            // One that was deleted meanwhile is not listed.
            if (each instanceof Lookup.Found<ConversationStats>(var id, var stats)) {
                int number = run.roster().number(id);
                String at = number == 0 ? "" : "@" + number;
                // Its end names it, and tells it from its neighbours as its beginning does not.
                String end = id.value().substring(Math.max(0, id.value().length() - END));
                String said = Amounts.count(stats.messageCount());
                if (width < NARROW) {
                    table.row(at.isEmpty() ? end : at, status(stats), said, stats.name());
                } else {
                    table.row(
                            at,
                            width < WIDE ? end : id.value(),
                            status(stats),
                            said,
                            stats.model().value(),
                            stats.name());
                }
            }
        }
        table.print(run.screen());
        if (all.size() > listed.size()) {
            run.screen()
                    .note(
                            "and %s more; --limit shows more"
                                    .formatted(Amounts.count(all.size() - listed.size())));
        }
    }

    private static List<ConversationId> inOrder(ShellRun run) {
        return run.hubbub().conversations().stream().sorted().toList();
    }

    private static void count(ShellRun run, Arguments arguments) {
        arguments.end();
        ConversationCount count = run.hubbub().conversationCount();
        run.screen()
                .line(
                        "%s in memory, %s kept"
                                .formatted(
                                        Amounts.count(count.live()),
                                        Amounts.count(count.stored())));
    }

    private static void stop(ShellRun run, Arguments arguments) {
        ConversationId id = run.roster().find(arguments.word("an ID"));
        arguments.end();
        run.screen()
                .line(
                        run.hubbub().stop(id)
                                ? "Stopped; the text so far is kept."
                                : "No reply was being made.");
    }

    private static void close(ShellRun run, Arguments arguments) {
        ConversationId id = run.roster().find(arguments.word("an ID"));
        arguments.end();
        run.screen()
                .line(
                        run.hubbub().close(id)
                                ? "Let go from memory; its next message brings it back."
                                : "It was not in memory.");
    }

    private static void delete(ShellRun run, Arguments arguments) {
        ConversationId id = run.roster().find(arguments.word("an ID"));
        arguments.end();
        run.hubbub().delete(id);
        run.roster().gone(id);
        run.screen().line("Deleted " + id);
    }

    private static void models(ShellRun run, Arguments arguments) {
        arguments.end();
        ModelCatalog models = run.hubbub().models();
        var table = new ShellTable("", "id", "provider", "name");
        for (ModelCatalog.Entry entry : models.models()) {
            table.row(
                    entry.id().equals(models.defaultModel()) ? "*" : "",
                    entry.id().value(),
                    entry.provider(),
                    entry.displayName());
        }
        table.print(run.screen());
    }
}
