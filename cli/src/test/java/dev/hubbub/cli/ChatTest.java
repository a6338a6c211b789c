package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.cli.Conversations.Said;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Limits;
import dev.hubbub.conversation.Refusal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `hubbub chat` with arguments and pipes, in this process and through a server.
@Timeout(60)
final class ChatTest {

    private static final String FAST = "simulated:rate=max,ttft=0ms,tokens=30";
    private static final Pattern ID = Pattern.compile("hubbub chat --id (\\S+)");

    @TempDir private Path home;
    @TempDir private Path data;

    @Test
    void aPipeGetsTheReplyAndNothingElse() {
        InProcess.Result result = chat("Hello there\n");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("HOW DO YOU DO. PLEASE STATE YOUR PROBLEM\n");
        assertThat(result.err()).matches("Conversation (\\S+); go on with: hubbub chat --id \\1\n");
    }

    @Test
    void aConversationGoesOnByItsId() {
        String id = id(chat("My name is Ada"));

        assertThat(id(chat("I am sad", "--id", id))).isEqualTo(id);
        assertThat(history(id)).containsSequence("My name is Ada").contains("I am sad").hasSize(4);
    }

    @Test
    void wordsAreAMessageAndADashStandsForThePipe() {
        assertThat(history(id(chat("", "Why", "is", "that?"))).getFirst())
                .isEqualTo("Why is that?");
        assertThat(history(id(chat("a line\nmore\n", "Read", "this:", "-"))).getFirst())
                .isEqualTo("Read this: \na line\nmore");
    }

    @Test
    void theModelAndThePromptOfAConversationCanBeChosenAndChanged() {
        InProcess.Result chosen = chat("Hello", "--model", FAST, "--system", "Be brief");
        InProcess.Result changed = chat("Hello", "--id", id(chosen), "--model", "eliza");

        assertThat(chosen.out()).doesNotContain("HOW DO YOU DO");
        assertThat(changed.out()).isUpperCase();
        assertThat(chat("Hello", "--model", "nobody").exitCode()).isEqualTo(2);
    }

    @Test
    void anUnknownConversationIsSaidToBeUnknown() {
        InProcess.Result result = chat("Hello", "--id", "nobody");

        assertThat(result.sentence()).isEqualTo(Refusal.CONVERSATION_UNKNOWN.sentence());
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void anEmptyPipeLeavesNothingBehind() {
        InProcess.Result result = chat(" \n");

        assertThat(result.sentence()).isEqualTo(Refusal.MESSAGE_BLANK.sentence());
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void theLongestMessageIsTakenAndOneCharacterMoreIsNot() {
        int max = Limits.DEFAULT.messageCharsMax();

        assertThat(chat("x".repeat(max)).exitCode()).isZero();
        InProcess.Result longer = chat("x".repeat(max + 1));
        assertThat(longer.sentence()).isEqualTo(Refusal.MESSAGE_TOO_LONG.sentence());
        assertThat(longer.exitCode()).isEqualTo(1);
    }

    @Test
    void moreThanCanBeReadIsNotReadToItsEnd() {
        InProcess.Result result = chat("x".repeat(OneMessage.BYTES_MAX + 1));

        assertThat(result.sentence()).isEqualTo(Refusal.MESSAGE_TOO_LONG.sentence());
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void aReplyThatFailsKeepsItsTextAndSaysWhy() {
        InProcess.Result result = chat("Hello", "--model", FAST + ",fail=5");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isNotBlank();
        assertThat(result.err()).contains("failed, as its parameter 'fail' asks");
    }

    @Test
    void aModelThatCannotBeReachedIsNamed() {
        InProcess.Result result =
                new InProcess(home)
                        .with("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
                        .piped("Hello")
                        .run("chat", "--data", data.toString(), "--model", "far-away");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err().lines().findFirst().orElseThrow()).contains("127.0.0.1:1");
        assertThat(result.err()).doesNotContain("\tat ");
    }

    @Test
    void nothingIsColouredWhereNoTerminalIs() {
        InProcess.Result result = chat("Hello", "--model", FAST);

        assertThat(result.out() + result.err()).doesNotContain("\u001b");
    }

    @Test
    void inMemoryNothingIsKept() {
        String id = id(chat("Hello", "--store", "memory"));

        assertThat(chat("Hello", "--store", "memory", "--id", id).exitCode()).isEqualTo(1);
    }

    @Test
    void theServerOfTheDataDirectoryIsTalkedThrough() {
        try (Program server = Program.serve(data, "--model", FAST)) {
            InProcess.Result first = chat("Hello");
            String id = id(first);
            InProcess.Result second =
                    chat("I am sad", "--id", id, "--model", "eliza", "--system", "Be brief");
            InProcess.Result third =
                    new InProcess(home)
                            .piped("I am still sad")
                            .run("chat", "--url", server.url().toString(), "--id", id);

            assertThat(first.out()).isNotBlank().isMixedCase();
            assertThat(second.out()).isUpperCase();
            assertThat(third.out()).isUpperCase();
            assertThat(List.of(first.exitCode(), second.exitCode(), third.exitCode()))
                    .containsOnly(0);
            assertThat(chat("Hello", "--id", "nobody").sentence())
                    .isEqualTo("Chat not found: nobody");
            try (var conversations = new ServedConversations(server.url())) {
                assertThat(conversations.history(new ConversationId(id), 10))
                        .extracting(Said::text)
                        .hasSize(6)
                        .contains("Hello", "I am sad", "I am still sad");
            }
        }
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        InProcess.Result result = chat("Hello", "--url", "http://127.0.0.1:1");

        assertThat(result.sentence()).contains("No server answers at http://127.0.0.1:1/");
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void ctrlCStopsTheReplyAndKeepsItsText() throws Exception {
        try (Program chat =
                Program.start(
                        "chat",
                        "--data",
                        data.toString(),
                        "--model",
                        "simulated:rate=50,tokens=100000",
                        "Hello")) {
            chat.awaitOutput();
            chat.interrupt();
            Program.Result result = chat.result();

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.err()).startsWith("The reply was stopped.");
            assertThat(history(id(result.err())).getLast() + "\n").isEqualTo(result.out());
        }
    }

    @Test
    void aReplyGoesOnWhenItsServerIsKilledAndStartedAgain() throws Exception {
        String model = "simulated:rate=100,tokens=300";
        Program second;
        try (Program server = Program.serve(data, "--model", model);
                Program chat = Program.start("chat", "--data", data.toString(), "Hello")) {
            chat.awaitOutput();
            int port = server.url().getPort();
            server.kill();
            second =
                    Program.start(
                            "serve",
                            "--port",
                            Integer.toString(port),
                            "--data",
                            data.toString(),
                            "--model",
                            model);
            try (second) {
                Program.Result result = chat.result();

                assertThat(result.err()).startsWith("Conversation ");
                assertThat(result.exitCode()).isZero();
                try (var conversations =
                        new ServedConversations(URI.create("http://127.0.0.1:" + port))) {
                    var id = new ConversationId(id(result.err()));
                    assertThat(conversations.history(id, 10).getLast().text() + "\n")
                            .isEqualTo(result.out());
                }
            }
        }
    }

    private InProcess.Result chat(String piped, String... more) {
        var arguments = new ArrayList<>(List.of("chat", "--data", data.toString()));
        arguments.addAll(List.of(more));
        return new InProcess(home).piped(piped).run(arguments.toArray(String[]::new));
    }

    private List<String> history(String id) {
        var at = new DataDirectory(data);
        Node node =
                Node.start(
                        new InProcess(home).surroundings(System.out, System.err),
                        at,
                        StoreChoice.SQLITE,
                        null);
        try (var conversations = new LocalConversations(node, "here")) {
            return conversations.history(new ConversationId(id), 100).stream()
                    .map(Said::text)
                    .toList();
        }
    }

    private static String id(InProcess.Result result) {
        return id(result.err());
    }

    private static String id(String err) {
        Matcher id = ID.matcher(err);
        if (!id.find()) {
            throw new AssertionError("no id in: " + err);
        }
        return id.group(1);
    }
}
