package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubConfig;

import org.jline.terminal.Size;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// `hubbub shell` as a person sees it who types and reads.
@Timeout(60)
final class ShellPromptTest {

    private static final Duration SEEN_MAX = Duration.ofSeconds(20);
    private static final char CTRL_C = 3;
    private static final char CTRL_D = 4;
    private static final char CTRL_U = 21;
    private static final String SLOW = "simulated:rate=50,tokens=100000,ttft=0ms";

    @TempDir private Path data;

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private PipedOutputStream keys = new PipedOutputStream();
    private Hubbub hubbub;
    private CompletableFuture<Void> talk;
    private int looked;

    @BeforeEach
    void sitDown() throws IOException {
        hubbub = Hubbub.start(HubbubConfig.inMemory());
        talk = begin("ansi", 100);
    }

    @AfterEach
    void standUp() {
        hubbub.close();
    }

    @Test
    void ctrlCStopsAReplyAndNotTheShell() throws Exception {
        type("start\r");
        see("@1 ");
        type("stream @1 --model " + SLOW + " Tell me everything\r");
        see(" everything");
        await().until(() -> hubbub.figures().pieces() > 5);
        type(CTRL_C);
        see("(stopped)");
        type("send @1 Hello\r");
        see("HOW DO YOU DO");
        type(CTRL_C);
        type("count\r");
        see("1 in memory, 1 kept");
        type(CTRL_D);

        talk.get(20, TimeUnit.SECONDS);
    }

    @Test
    void ctrlCEndsTheWaitingForABroadcast() throws Exception {
        type("start 3 --model " + SLOW + "\r");
        see("@1 to @3");
        type("broadcast all Hello\r");
        await().until(() -> hubbub.figures().replying() == 3);
        type(CTRL_C);
        see("Interrupted; what was asked goes on.");
        type("stop @2\r");
        see("Stopped; the text so far is kept.");
    }

    @Test
    void longWorkShowsABar() throws Exception {
        type("start 50 --model simulated:rate=20,tokens=20,ttft=0ms\r");
        see("@1 to @50");
        type("broadcast all Hello\r");
        see("broadcast ░");
        see("0 of 50");
        see("50 replied, 0 failed");
    }

    @Test
    void whatIsWrongIsSaidAndTheShellGoesOn() throws Exception {
        type("strat\r");
        see("did you mean start?");
        type("exit\r");
        talk.get(20, TimeUnit.SECONDS);
    }

    @Test
    void tabCompletesCommandsOptionsConversationsAndModels() throws Exception {
        type("start --id ada-lovelace\r");
        see("@1 ada-lovelace");
        type("broa\t");
        see("broadcast ");
        type(CTRL_U);
        type("history ada\t");
        see("history ada-lovelace ");
        type(CTRL_U);
        type("experiment k\t");
        see("experiment kill ");
        type(CTRL_U);
        type("start --sy\t");
        see("start --system ");
        type(CTRL_U);
        type("start --model el\t");
        see("start --model eliza ");
        type(CTRL_U);
        type("send @1 broa\tHello\r");
        see("hubbub> ");
        type("history last\r");
        see("user> broa");
    }

    @Test
    void observeIsPaintedOverEachSecondUntilQ() throws Exception {
        type("start 20 --model " + SLOW + "\r");
        see("@1 to @20");
        type("broadcast all Hello &\r");
        see("[1] broadcast");
        type("observe\r");
        see("in memory");
        see("replying");
        see("q ends");
        see("\u001b[11A");
        see("tokens/s");
        see("pieces/s");
        see("q ends");
        type("q");
        type("count\r");
        see("20 in memory, 20 kept");
    }

    @Test
    void onADumbTerminalObserveIsALineASecond() throws Exception {
        type(CTRL_D);
        talk.get(20, TimeUnit.SECONDS);
        looked = screen.size();
        talk = begin("dumb", 40);
        type("observe --seconds 1\r");
        see("live=0 stored=");

        assertThat(screen.toString(StandardCharsets.UTF_8).substring(looked))
                .doesNotContain("\u001b[11A");
    }

    @Test
    void whatWasTypedIsKeptButNoSecrets() throws Exception {
        type("count\r");
        see("0 in memory");
        type("start --system sk-abcdef\r");
        see("@1 ");
        type(" start --name hidden\r");
        see("@2 ");
        type("exit\r");
        talk.get(20, TimeUnit.SECONDS);

        assertThat(Files.readString(data.resolve("commands")))
                .contains("count", "exit")
                .doesNotContain("sk-abcdef", "hidden");
    }

    @Test
    void aNarrowScreenIsNotOverrun() throws Exception {
        type("exit\r");
        talk.get(20, TimeUnit.SECONDS);
        looked = screen.size();
        talk = begin("ansi", 40);
        type("start --name \"A rather long name\" --model " + SLOW + "\r");
        see("@1 ");
        type("conversations\r");
        see("status");
        type("help count\r");
        see("kept.");

        String shown = screen.toString(StandardCharsets.UTF_8);
        String table =
                shown.substring(shown.lastIndexOf("    status"), shown.lastIndexOf("hubbub> "));
        assertThat(table).contains("A rather long");
        assertThat(table.lines().limit(2))
                .allSatisfy(line -> assertThat(line.strip()).hasSizeLessThan(40));
    }

    private CompletableFuture<Void> begin(String type, int columns) throws IOException {
        keys = new PipedOutputStream();
        var in = new PipedInputStream(keys, 4096);
        var terminal = new ExternalTerminal("test", type, in, screen, StandardCharsets.UTF_8);
        terminal.setSize(Size.of(columns, 50));
        var surroundings = new InProcess(data).surroundings(System.out, System.err);
        var shell = new Shell(hubbub, ShellPrompt.screen(terminal, Paint.PLAIN), surroundings);
        return CompletableFuture.runAsync(
                () -> ShellPrompt.run(shell, terminal, data.resolve("commands"), "in memory"),
                Thread::startVirtualThread);
    }

    private void type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    private void type(char key) throws IOException {
        type(Character.toString(key));
    }

    /// Waits until the screen shows this, after whatever was seen before.
    private void see(String text) {
        await("'" + text + "'")
                .atMost(SEEN_MAX)
                .until(() -> {
                    String shown = screen.toString(StandardCharsets.UTF_8);
                    int at = shown.indexOf(text, looked);
                    if (at >= 0) {
                        looked = at + text.length();
                    }
                    return at >= 0;
                });
    }
}
