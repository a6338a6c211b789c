package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/// How a line of the shell is read, and how wide what it prints may be.
final class ShellWordsTest {

    private static final Verb VERB =
            new Verb(
                    "say",
                    List.of(Verb.id("ID"), Verb.free("text...")),
                    List.of(new Verb.Flag("--name", "N", ""), new Verb.Flag("--loud", "", "")),
                    "say it",
                    List.of(),
                    (_, _) -> {});

    private final StringWriter printed = new StringWriter();

    @Test
    void wordsAndOptionsStandInAnyOrderBeforeTheText() {
        var arguments = new Arguments(VERB, " --loud @1 --name \"A b\"  It's  5\" wide --loud ");

        assertThat(arguments.word("an ID")).isEqualTo("@1");
        assertThat(arguments.text("a text")).isEqualTo("It's  5\" wide --loud");
        assertThat(arguments.option("--name")).isEqualTo("A b");
        assertThat(arguments.has("--loud")).isTrue();
    }

    @Test
    void quotesAroundTheWholeTextAreTakenOffAndOthersAreNot() {
        assertThat(new Arguments(VERB, "\"a; b\"").text("a text")).isEqualTo("a; b");
        assertThat(new Arguments(VERB, "\"a\" b \"c\"").text("a text")).isEqualTo("\"a\" b \"c\"");
        assertThat(new Arguments(VERB, "-- --name").text("a text")).isEqualTo("--name");
        assertThat(new Arguments(VERB, "--name=x y").word("an ID")).isEqualTo("y");
    }

    @Test
    void whatIsMissingOrTooMuchIsNamed() {
        assertThatThrownBy(() -> new Arguments(VERB, " ").word("an ID"))
                .hasMessage("say wants an ID. Usage: say [--name N] [--loud] ID text...");
        assertThatThrownBy(() -> new Arguments(VERB, "x").end())
                .hasMessageStartingWith("'x' is too much.");
    }

    @Test
    void semicolonsPartCommandsButNotWithinQuotes() {
        assertThat(ShellScript.of("count; send @1 \"a; b\";exit").lines())
                .containsExactly("count", " send @1 \"a; b\"", "exit");
    }

    @Test
    void modelsArePartedAtCommasThatAreNotTheirOwn() {
        assertThat(ModelsExperiment.split("eliza,simulated:rate=20,tokens=4,x/y:free"))
                .containsExactly("eliza", "simulated:rate=20,tokens=4", "x/y:free");
    }

    @Test
    void aBarFitsItsScreenAndTellsWhatIsLeft() {
        for (int width : new int[] {20, 40, 80, 200}) {
            try (Progress progress = screen(width).progress("starting", 1000)) {
                assertThat(progress.text(250, 1_000_000_000L)).hasSizeLessThan(width);
            }
        }
        try (Progress progress = screen(80).progress("starting", 1000)) {
            assertThat(progress.text(250, 1_000_000_000L))
                    .startsWith("starting ██")
                    .endsWith(" 25 %  250 of 1,000  250/s  0:03 left");
            assertThat(progress.text(0, 0)).endsWith("? left");
        }
    }

    @Test
    void aTableFitsItsScreen() {
        new ShellTable("model", ">tokens", "text")
                .row("simulated:rate=20,tokens=400", "1,000", "word ".repeat(50))
                .row("eliza", "8", "")
                .print(screen(40));

        List<String> lines = printed.toString().lines().toList();
        assertThat(lines).hasSize(3).allSatisfy(line -> assertThat(line).hasSizeLessThan(40));
        assertThat(lines.get(1)).contains("1,000", "…");
    }

    private ShellScreen screen(int width) {
        var out = new PrintWriter(printed);
        return new ShellScreen(out, out, Paint.PLAIN, () -> width, true, true);
    }
}
