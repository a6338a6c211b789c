package dev.hubbub.cli;

import dev.hubbub.cli.Verb.Kind;
import dev.hubbub.cli.Verb.Word;

import java.util.ArrayList;
import java.util.List;

/// The commands of the shell that are about the shell.
final class ShellHelp {

    /// Where the meaning of a command begins, on a screen that is wide enough.
    private static final int INDENT = 28;

    private ShellHelp() {}

    static List<Verb> verbs() {
        return List.of(
                new Verb(
                        "wait",
                        List.of(),
                        List.of(),
                        "wait for the commands that were begun with & at the end",
                        List.of(),
                        (run, arguments) -> {
                            arguments.end();
                            run.shell().awaitJobs();
                        }),
                new Verb(
                        "help",
                        List.of(new Word("[command]", Kind.VERB)),
                        List.of(),
                        "list the commands, or tell about one",
                        List.of(),
                        ShellHelp::help),
                new Verb(
                        "exit",
                        List.of(),
                        List.of(),
                        "leave; Ctrl-D does, too",
                        List.of(),
                        (run, arguments) -> {
                            arguments.end();
                            run.shell().leave();
                        }));
    }

    private static void help(ShellRun run, Arguments arguments) {
        String name = arguments.wordOrNull();
        arguments.end();
        if (name == null) {
            all(run);
        } else {
            one(run.screen(), run.shell().verb(name));
        }
    }

    private static void all(ShellRun run) {
        ShellScreen screen = run.screen();
        int width = screen.width() - 1;
        for (Verb verb : run.shell().verbs().values()) {
            String brief = verb.brief();
            boolean beside = width >= 70 && brief.length() < INDENT;
            if (!beside) {
                wrap(brief, width).forEach(screen::line);
            }
            int indent = width >= 70 ? INDENT : 4;
            String before = beside ? brief : "";
            for (String line : wrap(verb.meaning(), width - indent)) {
                screen.line(before + " ".repeat(indent - before.length()) + line);
                before = "";
            }
        }
        wrap(
                        "ID is an id, the beginning or the end of one, @1 for the first of this"
                                + " session, or last. A command that ends in & runs beside the"
                                + " others. `help send` tells of the options of send.",
                        width)
                .forEach(screen::line);
    }

    private static void one(ShellScreen screen, Verb verb) {
        int width = screen.width() - 1;
        wrap(verb.usage(), width).forEach(screen::heading);
        wrap(sentence(verb.meaning()), width).forEach(screen::line);
        for (Verb.Flag flag : verb.flags()) {
            String before = "  %-16s".formatted(flag.usage());
            for (String line : wrap(flag.meaning(), Math.max(16, width - before.length() - 1))) {
                screen.line(before + " " + line);
                before = " ".repeat(before.length());
            }
        }
        verb.details().forEach(screen::line);
    }

    private static String sentence(String meaning) {
        return Character.toUpperCase(meaning.charAt(0)) + meaning.substring(1) + ".";
    }

    /// In lines of at most this width, broken at blanks.
    static List<String> wrap(String text, int width) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
