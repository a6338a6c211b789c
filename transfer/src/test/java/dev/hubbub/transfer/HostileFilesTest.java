package dev.hubbub.transfer;

import static dev.hubbub.transfer.Place.ADA;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.Message;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Files that no program would write, or that are made to do harm: what is sound in them is taken
/// in, the rest is told, and nothing else happens.
final class HostileFilesTest {

    @TempDir private Path directory;
    private Place place;

    @BeforeEach
    void open() {
        place = new Place(directory);
    }

    @AfterEach
    void close() {
        place.close();
    }

    /// A conversation of ChatGPT with these nodes: key, parent, text.
    private static String chatGpt(String id, String... nodes) {
        var json =
                new StringBuilder("{\"id\":\"" + id + "\",\"title\":\"" + id + "\",\"mapping\":{");
        for (int i = 0; i < nodes.length; i += 3) {
            json.append(i == 0 ? "" : ",").append(node(nodes[i], nodes[i + 1], nodes[i + 2]));
        }
        return json.append("}}").toString();
    }

    private static String node(String key, String parent, String text) {
        return "\"%s\":{\"parent\":%s,\"message\":{\"author\":{\"role\":\"user\"},\"content\":{\"content_type\":\"text\",\"parts\":[\"%s\"]}}}"
                .formatted(key, parent.isEmpty() ? "null" : "\"" + parent + "\"", text);
    }

    private List<String> details(ImportReport report) {
        return report.problems().stream().map(ImportReport.Problem::detail).toList();
    }

    @Test
    void aCircleIsLeftOutAndTheRestIsThere() {
        ImportReport report =
                place.imports(
                        ADA,
                        "["
                                + chatGpt(
                                        "x", "a", "", "root", "b", "c", "b", "c", "b", "c", "d",
                                        "d", "d")
                                + "]");
        assertThat(details(report)).singleElement().asString().contains("3 messages", "circle");
        assertThat(place.tree(place.only(ADA))).containsExactly("root");
    }

    @Test
    void aMessageWhoseParentIsMissingIsAFirstOne() {
        ImportReport report =
                place.imports(
                        ADA, "[" + chatGpt("x", "a", "gone", "orphan", "b", "a", "child") + "]");
        assertThat(details(report)).singleElement().asString().contains("not there");
        assertThat(place.tree(place.only(ADA))).containsExactly("orphan", "orphan > child");
    }

    @Test
    void aChainOfAHundredThousandNeedsNoStack() {
        var json = new StringBuilder("[{\"id\":\"deep\",\"title\":\"deep\",\"mapping\":{");
        for (int i = 0; i < 100_000; i++) {
            json.append(i == 0 ? "" : ",")
                    .append(node("n" + i, i == 0 ? "" : "n" + (i - 1), "m" + i));
        }
        ImportReport report = place.imports(ADA, json.append("}}]").toString());
        assertThat(report.problems()).isEmpty();
        Conversation chat = place.only(ADA);
        assertThat(place.path(chat)).hasSize(100_000);
        byte[] exported = place.export(ADA);
        try (var to = new Place(directory)) {
            assertThat(to.imports(ADA, exported).problems()).isEmpty();
            assertThat(to.export(ADA)).isEqualTo(exported);
        }
    }

    @Test
    void jsonThatIsNestedTooDeeplyEndsTheFileAndNotTheProgram() {
        ImportReport report =
                place.imports(
                        ADA,
                        "[" + chatGpt("good", "a", "", "kept") + "," + "[".repeat(200_000) + "]");
        assertThat(details(report)).singleElement().asString().contains("nested too deeply");
        assertThat(place.tree(place.only(ADA))).containsExactly("kept");
    }

    @Test
    void aFieldOrAMessageThatIsThereTwiceIsTold() {
        ImportReport report =
                place.imports(
                        ADA,
                        "[{\"id\":\"x\",\"id\":\"y\",\"mapping\":{}},"
                                + chatGpt("good", "a", "", "kept")
                                + ",{\"uuid\":\"z\",\"name\":\"z\",\"chat_messages\":["
                                + "{\"uuid\":\"1\",\"sender\":\"human\",\"text\":\"one\"},"
                                + "{\"uuid\":\"1\",\"sender\":\"human\",\"text\":\"two\"}]}]");
        assertThat(details(report)).hasSize(2);
        assertThat(details(report).getFirst()).contains("\"id\" twice");
        assertThat(details(report).getLast()).contains("twice; the first counts");
        assertThat(report.chatsAdded()).isEqualTo(2);
        assertThat(place.tree(place.named(ADA, "z"))).containsExactly("one");
    }

    @Test
    void wrongTypesAreNoMessagesAndTheRestIsThere() {
        ImportReport report =
                place.imports(
                        ADA,
                        "[1,null,\"x\",[],{},{\"mapping\":[]},{\"mapping\":{\"a\":1,\"b\":[],\"c\":{\"message\":7}}},"
                            + "{\"chat_messages\":[3,{\"sender\":[],\"text\":{}}]},"
                            + "{\"chat\":{\"history\":{\"messages\":{\"q\":null}}}},"
                            + "{\"conversationId\":{},\"messages\":[[],null]},"
                                + chatGpt("good", "a", "", "kept")
                                + "]");
        assertThat(report.problems()).hasSize(6);
        assertThat(place.tree(place.named(ADA, "good"))).containsExactly("kept");
    }

    @Test
    void nulsAndHalvesOfSurrogatesAreReplaced() {
        place.imports(ADA, "[" + chatGpt("x", "a", "", "a\\u0000b\\ud800c") + "]");
        assertThat(place.tree(place.only(ADA))).containsExactly("ab\ufffdc");
    }

    @Test
    void aChatThatIsTooLargeIsReadPast() {
        ImportReport report =
                place.imports(
                        ADA,
                        ("["
                                        + chatGpt("big", "a", "", "x".repeat(5_000))
                                        + ","
                                        + chatGpt("good", "a", "", "kept")
                                        + "]")
                                .getBytes(StandardCharsets.UTF_8),
                        ImportLimits.DEFAULT.withChats(2_000, 10));
        assertThat(details(report)).singleElement().asString().contains("too large");
        assertThat(place.tree(place.only(ADA))).containsExactly("kept");
    }

    @Test
    void aTextThatIsTooLongIsCutAndTold() {
        ImportReport report =
                place.imports(ADA, "[" + chatGpt("x", "a", "", "y".repeat((1 << 20) + 5)) + "]");
        assertThat(details(report)).singleElement().asString().contains("too long");
        assertThat(place.path(place.only(ADA)).getFirst().text()).hasSize(1 << 20);
    }

    @Test
    void aStringBeyondAllMeasureEndsTheFile() {
        ImportReport report =
                place.imports(
                        ADA,
                        "["
                                + chatGpt("good", "a", "", "kept")
                                + ",\""
                                + "z".repeat(ImportLimits.DEFAULT.textCharsMax() + 1)
                                + "\"]");
        assertThat(details(report)).singleElement().asString().contains("too long");
        assertThat(place.tree(place.only(ADA))).containsExactly("kept");
    }

    @Test
    void aFileThatBreaksOffGivesWhatCameBefore() {
        ImportReport report =
                place.imports(ADA, "[" + chatGpt("good", "a", "", "kept") + ",{\"mapping\":{\"a");
        assertThat(details(report)).singleElement().asString().contains("not valid JSON");
        assertThat(place.tree(place.only(ADA))).containsExactly("kept");
    }

    @Test
    void hostileNamesAndTimesAreTamed() {
        place.imports(
                ADA,
                "[{\"id\":\"../../x\",\"title\":\"%s\",\"create_time\":1e300,\"mapping\":{%s}}]"
                        .formatted(
                                "n\\u0000a\\nme".repeat(200),
                                node("a", "", "<img src=x onerror=alert(1)>")));
        Conversation chat = place.only(ADA);
        assertThat(chat.name()).hasSizeLessThanOrEqualTo(200).doesNotContain("\n", "\0");
        assertThat(chat.id().value()).matches("[0-9a-f-]{36}");
        assertThat(place.path(chat).getFirst().text()).isEqualTo("<img src=x onerror=alert(1)>");
        assertThat(new String(place.export(ADA), StandardCharsets.UTF_8)).contains("<img src=x");
    }

    @Test
    void aMessageOfOursWhoseIdIsNotItsHashIsLeftOutWithWhatFollowsIt() {
        place.imports(
                ADA,
                "[" + chatGpt("x", "a", "", "first", "b", "a", "second", "c", "b", "third") + "]");
        String export = new String(place.export(ADA), StandardCharsets.UTF_8);
        try (var to = new Place(directory)) {
            ImportReport report =
                    to.imports(
                            ADA,
                            export.replace("\"content\":\"second\"", "\"content\":\"forged\""));
            assertThat(details(report)).anyMatch(detail -> detail.contains("not the hash"));
            assertThat(details(report)).anyMatch(detail -> detail.contains("follow others"));
            assertThat(to.tree(to.only(ADA))).containsExactly("first");
        }
    }

    @Test
    void ourOwnFormatWithNonsenseInItIsToldByChat() {
        ImportReport report =
                place.imports(
                        ADA,
                        "{\"format\":\"hubbub\",\"version\":1,\"later\":[{}],\"chats\":["
                            + "7,{\"id\":\"a/b\"},{\"id\":\"ok\",\"messages\":{},\"model\":\"m\"},"
                            + "{\"id\":\"good\",\"name\":\"good\",\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"updated_at\":\"2026-01-01T00:00:00Z\","
                            + "\"images\":[{\"id\":\"x\",\"data\":\"!!\"},3],\"messages\":[1,{\"role\":\"king\"}]}]}");
        assertThat(report.chatsAdded()).isEqualTo(1);
        assertThat(report.problems()).hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "hello",
                "{}",
                "{\"format\":\"other\"}",
                "{\"format\":\"hubbub\",\"version\":2,\"chats\":[]}",
                "{\"format\":\"hubbub\",\"chats\":[]}",
                "a,b,c\n1,2,3\n",
                "PK\u0003\u0004nonsense"
            })
    void whatIsNoExportIsRefusedWhole(String file) {
        assertThatThrownBy(() -> place.imports(ADA, file)).isInstanceOf(ImportException.class);
        assertThat(new Exporter(place.engine, ADA).all()).isEmpty();
    }

    @Test
    void aZipThatUnpacksWithoutEndIsReadToItsLimit() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(
                "conversations.json",
                ("[" + " ".repeat(20 << 20) + "]").getBytes(StandardCharsets.UTF_8));
        byte[] zip = ForeignFilesTest.zip(files);
        assertThat(zip.length).isLessThan(100_000);
        ImportReport report = place.imports(ADA, zip, ImportLimits.DEFAULT.withUnpacked(1 << 20));
        assertThat(details(report)).singleElement().asString().contains("unpacks to more");
    }

    @Test
    void namesInAZipLeadNowhere() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        byte[] chats =
                ("[" + chatGpt("good", "a", "", "kept") + "]").getBytes(StandardCharsets.UTF_8);
        files.put("../../evil.txt", new byte[] {1});
        files.put("/etc/evil.txt", new byte[] {1});
        files.put("..\\..\\x/conversations.json", chats);
        place.imports(ADA, ForeignFilesTest.zip(files));
        assertThat(place.tree(place.only(ADA))).containsExactly("kept");
        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all.filter(path -> path.toString().contains("evil"))).isEmpty();
        }
    }

    @Test
    void csvWithWrongRowsKeepsTheRest() {
        ImportReport report =
                place.imports(
                        ADA,
                        """
                        timestamp,user_id,role,content
                        2026-01-01T00:00:00Z,x,user,one
                        x
                        yesterday,x,assistant,"two, with a comma"
                        2026-01-01T00:00:02Z,x,king,three
                        """);
        assertThat(report.problems())
                .extracting(ImportReport.Problem::where)
                .containsExactly("line 3", "line 5");
        assertThat(place.path(place.only(ADA)))
                .extracting(Message::text)
                .containsExactly("one", "two, with a comma");
    }

    @Test
    void problemsAreCountedWhereThereAreVeryMany() {
        ImportReport report = place.imports(ADA, "[" + "1,".repeat(5_000) + "1]");
        assertThat(report.problems()).hasSize(1_001);
        assertThat(details(report).getLast()).contains("4001 more");
    }
}
