package dev.hubbub.cli;

import static dev.hubbub.cli.Verb.free;
import static dev.hubbub.cli.Verb.id;

import dev.hubbub.cli.Verb.Flag;
import dev.hubbub.cli.Verb.Kind;
import dev.hubbub.cli.Verb.Word;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.engine.BroadcastOptions;
import dev.hubbub.engine.BroadcastResult;
import dev.hubbub.engine.HubbubConfig;
import dev.hubbub.engine.ReplyStream;
import dev.hubbub.engine.SendOptions;
import dev.hubbub.engine.StartOptions;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The commands of the shell that begin conversations and talk in them.
final class ShellTalk {

    /// So many replies to a broadcast are shown without being asked for.
    private static final int SHOWN = 3;

    private static final int FAILURES_SHOWN = 5;

    private static final Flag MODEL = new Flag("--model", "M", "who answers");
    private static final Flag BUSY =
            new Flag("--when-busy", "W", "enqueue (what happens unless told), reject or interrupt");

    private ShellTalk() {}

    static List<Verb> verbs() {
        return List.of(
                new Verb(
                        "start",
                        List.of(free("[n]")),
                        List.of(
                                MODEL,
                                new Flag("--name", "N", "what it is called"),
                                new Flag("--id", "ID", "an id of your choice, for one alone"),
                                new Flag("--system", "S", "the system prompt")),
                        "start a conversation, or n of them together",
                        List.of(),
                        ShellTalk::start),
                new Verb(
                        "send",
                        List.of(id("ID"), free("text...")),
                        List.of(MODEL, BUSY),
                        "send a message and print the reply when it is whole",
                        List.of("Ctrl-C stops the reply; its text so far is kept."),
                        ShellTalk::send),
                new Verb(
                        "stream",
                        List.of(id("ID"), free("text...")),
                        List.of(MODEL, BUSY),
                        "send a message and print the reply as it comes",
                        List.of("Ctrl-C stops the reply; its text so far is kept."),
                        ShellTalk::stream),
                new Verb(
                        "broadcast",
                        List.of(
                                new Word("[ids|all|last|first N|random N]", Kind.TARGET),
                                free("text...")),
                        List.of(
                                MODEL,
                                new Flag(
                                        "--show",
                                        "N",
                                        "how many replies to print, %d unless told"
                                                .formatted(SHOWN))),
                        "send a message to many conversations at once",
                        List.of(
                                "all: of this session, and those in memory (unless told).",
                                "ids: @1, @2-@9, and ids or parts of them, with blanks or commas"
                                        + " between.",
                                "-- ends them, where the text begins like one. A conversation that"
                                        + " fails",
                                "spoils nothing for the others; the command fails when all do."),
                        ShellTalk::broadcast));
    }

    private static void start(ShellRun run, Arguments arguments) {
        String number = arguments.wordOrNull();
        arguments.end();
        StartOptions options = StartOptions.DEFAULT;
        String model = arguments.option("--model");
        String name = arguments.option("--name");
        String system = arguments.option("--system");
        String id = arguments.option("--id");
        if (model != null) {
            options = options.withModel(known(run, model));
        }
        if (name != null) {
            options = options.withName(name);
        }
        if (system != null) {
            options = options.withSystemPrompt(system);
        }
        if (id != null) {
            if (!ConversationId.isValid(id)) {
                throw Failure.usage(
                        "'%s' cannot be a conversation id, which has 1 to %d of A-Z a-z 0-9 _ -."
                                .formatted(id, ConversationId.CHARS_MAX));
            }
            if (number != null) {
                throw Failure.usage(
                        "--id is for one conversation; leave out %s.".formatted(number));
            }
            options = options.withId(new ConversationId(id));
        }
        if (number == null) {
            ConversationId started = run.hubbub().startConversation(options);
            int at = run.roster().add(List.of(started));
            run.screen().line("@%d %s".formatted(at, started));
            return;
        }
        int n = Arguments.number("How many to start", number, 1, HubbubConfig.STARTS_MAX);
        List<ConversationId> started;
        long nanos;
        try (Progress progress = run.screen().progress("starting", n)) {
            started = run.hubbub().startConversations(n, options, progress);
            nanos = progress.nanos();
        }
        int first = run.roster().add(started);
        run.screen()
                .line(
                        "%s started in %s (%s): %s"
                                .formatted(
                                        Amounts.of(n, "conversation"),
                                        Amounts.time(nanos),
                                        Amounts.perSecond(n, nanos / 1e9),
                                        n == 1
                                                ? "@" + first
                                                : "@%d to @%d".formatted(first, first + n - 1)));
    }

    private static void send(ShellRun run, Arguments arguments) {
        ConversationId id = run.roster().find(arguments.word("an ID"));
        String text = arguments.text("a text");
        SendOptions options = options(run, arguments);
        ReplyStream reply = run.hubbub().streamMessage(id, text, options);
        run.stoppable(reply::stop, () -> finish(run, reply.await(), true));
    }

    private static void stream(ShellRun run, Arguments arguments) {
        ConversationId id = run.roster().find(arguments.word("an ID"));
        String text = arguments.text("a text");
        SendOptions options = options(run, arguments);
        try (ReplyStream reply = run.hubbub().streamMessage(id, text, options)) {
            run.stoppable(
                    reply::stop,
                    () -> {
                        try {
                            for (String piece : reply) {
                                run.screen().piece(piece);
                            }
                        } finally {
                            run.screen().line("");
                        }
                        finish(run, reply.await(), false);
                    });
        }
    }

    private static void finish(ShellRun run, Message reply, boolean whole) {
        if (whole) {
            run.screen().line(reply.text());
        }
        if (reply.stopReason() == StopReason.STOPPED) {
            run.screen().note("(stopped)");
        }
    }

    private static SendOptions options(ShellRun run, Arguments arguments) {
        String busy = arguments.option("--when-busy");
        SendOptions options =
                switch (busy) {
                    case null -> SendOptions.DEFAULT;
                    case "enqueue" -> SendOptions.ENQUEUE;
                    case "reject" -> SendOptions.REJECT;
                    case "interrupt" -> SendOptions.INTERRUPT;
                    default ->
                            throw Failure.usage(
                                    "--when-busy is enqueue, reject or interrupt, not '%s'."
                                            .formatted(busy));
                };
        String model = arguments.option("--model");
        return model == null ? options : options.withModel(known(run, model));
    }

    /// A model that is there.
    static String known(ShellRun run, String model) {
        var models = run.hubbub().models();
        if (!ModelId.isValid(model) || models.find(new ModelId(model)) == null) {
            throw Node.unknownModel(model, models);
        }
        return model;
    }

    private static void broadcast(ShellRun run, Arguments arguments) {
        List<ConversationId> ids = Targets.take(run.roster(), arguments);
        String text = arguments.text("a text");
        SendOptions send = options(run, arguments);
        int shown = arguments.number("--show", ids.size() > SHOWN ? 0 : SHOWN, 0, ids.size());
        if (ids.isEmpty()) {
            throw Failure.of("There are no conversations to send to; start some.");
        }
        List<BroadcastResult> results;
        long nanos;
        try (Progress progress = run.screen().progress("broadcast", ids.size())) {
            results =
                    run.hubbub()
                            .broadcast(
                                    ids,
                                    text,
                                    BroadcastOptions.DEFAULT.withSend(send).withProgress(progress));
            nanos = progress.nanos();
        }
        var failed = new ArrayList<BroadcastResult.Failed>();
        for (BroadcastResult result : results) {
            switch (result) {
                case BroadcastResult.Failed failure -> failed.add(failure);
                case BroadcastResult.Replied(var id, var reply) -> {
                    if (shown > 0) {
                        shown--;
                        run.screen().line("%s: %s".formatted(run.name(id), reply.text()));
                    }
                }
            }
        }
        String sentence =
                "%s replied, %s failed, in %s (%s)"
                        .formatted(
                                Amounts.count(results.size() - failed.size()),
                                Amounts.count(failed.size()),
                                Amounts.time(nanos),
                                Amounts.perSecond(results.size() - failed.size(), nanos / 1e9));
        for (BroadcastResult.Failed each :
                failed.subList(0, Math.min(FAILURES_SHOWN, failed.size()))) {
            run.screen().line("%s failed: %s".formatted(run.name(each.id()), sentence(each)));
        }
        if (failed.size() > FAILURES_SHOWN) {
            run.screen()
                    .line("and %s more".formatted(Amounts.count(failed.size() - FAILURES_SHOWN)));
        }
        if (failed.size() == results.size()) {
            throw Failure.of(sentence + ".");
        }
        run.screen().line(sentence);
    }

    private static @Nullable String sentence(BroadcastResult.Failed failed) {
        return failed.error().getMessage();
    }
}
