package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// `hubbub chat` as a person sees it who types and reads.
@Timeout(60)
final class ChatPromptTest {

    private static final Duration SEEN_MAX = Duration.ofSeconds(20);
    private static final char CTRL_C = 3;
    private static final char CTRL_D = 4;

    @TempDir private Path data;

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private PipedOutputStream keys = new PipedOutputStream();
    private Conversations conversations;
    private ChatSession session;
    private CompletableFuture<ExitCode> talk;
    private int looked;

    @BeforeEach
    void sitDown() throws IOException {
        Node node =
                Node.start(
                        new InProcess(data).surroundings(System.out, System.err),
                        new DataDirectory(data),
                        StoreChoice.MEMORY,
                        null);
        conversations = new LocalConversations(node, "in memory");
        session = new ChatSession(conversations);
        talk = begin();
    }

    @AfterEach
    void standUp() {
        conversations.close();
    }

    @Test
    void aReplyFollowsAMessageAndTheIdTheEnd() throws Exception {
        type("Hello\r");
        see("eliza> HOW DO YOU DO. PLEASE STATE YOUR PROBLEM");
        type("say \"what\\ you like!\r");
        see("eliza> ");
        see("you> ");
        type(CTRL_D);

        assertThat(talk.get(20, TimeUnit.SECONDS)).isEqualTo(ExitCode.OK);
        see("Go on later with: hubbub chat --id " + session.begun().id());
        assertThat(session.history(10).get(2).text()).isEqualTo("say \"what\\ you like!");
    }

    @Test
    void lookingInLeavesNothingBehind() throws Exception {
        see("you> ");
        type("/id\r");
        see("begins with your first message");
        type("/quit\r");
        talk.get(20, TimeUnit.SECONDS);

        assertThat(session.chosen()).isNull();
        assertThat(screen.toString(StandardCharsets.UTF_8)).doesNotContain("Go on later");
    }

    @Test
    void ctrlCStopsTheReplyAndNotTheProgram() throws Exception {
        type("/model simulated:rate=20,tokens=1000,ttft=0ms\r");
        see("answers from now on");
        type("Tell me everything\r");
        see("simulated:rate=20,tokens=1000,ttft=0ms> ");
        see(" ");
        type(CTRL_C);
        see("(stopped)");
        see("you> ");
        type(CTRL_C);
        see("you> ");
        type("/model eliza\r");
        see("eliza answers from now on");
        type("Hello\r");
        see("eliza> HOW DO YOU DO");
    }

    @Test
    void theCommandsDoWhatHelpSays() throws Exception {
        type("/help\r");
        see("/history");
        type("/models\r");
        see("There is no /models; /help lists what there is.");
        type("/model\r");
        see("ELIZA");
        type("/model nobody\r");
        see("There is no model 'nobody'; there are eliza, simulated.");
        type("Hello\r");
        see("PROBLEM");
        type("//etc\r");
        see("eliza> ");
        type("/history\r");
        see("you> Hello");
        see("eliza> HOW DO YOU DO");
        see("you> /etc");
        type("/id\r");
        see(session.begun().id().value());
        type("/new\r");
        see("Go on later with: hubbub chat --id");
        type("/id\r");
        see("begins with your first message");
    }

    @Test
    void aResumedConversationShowsWhereItStood() throws Exception {
        type("Hello\r");
        see("PROBLEM");
        see("you> ");
        type("/quit\r");
        talk.get(20, TimeUnit.SECONDS);

        looked = screen.size();
        talk = begin();
        see("you> Hello");
        see("eliza> HOW DO YOU DO");
        see("you> ");
    }

    @Test
    void aReplyCannotCommandTheTerminal() {
        assertThat(ChatPrompt.printable("a\u001b[2Jb\u0007c\u009bd\r\n\te\u007f"))
                .isEqualTo("a[2Jbcd\n\te");
    }

    private CompletableFuture<ExitCode> begin() throws IOException {
        keys = new PipedOutputStream();
        var in = new PipedInputStream(keys, 4096);
        var terminal = new ExternalTerminal("test", "ansi", in, screen, StandardCharsets.UTF_8);
        terminal.setSize(Size.of(200, 50));
        return CompletableFuture.supplyAsync(
                () -> ChatPrompt.run(session, terminal, Paint.PLAIN, new DataDirectory(data)),
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
