package dev.hubbub.transfer;

import static dev.hubbub.transfer.Place.ADA;
import static dev.hubbub.transfer.Place.BOB;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

final class ForeignFilesTest {

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 7};

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

    static byte[] zip(Map<String, byte[]> files) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chatgpt.json",
                "claude.json",
                "openwebui.json",
                "librechat.json",
                "librechat-recursive.json"
            })
    void theSameFileTwiceAddsNothing(String name) {
        ImportReport first = place.imports(ADA, Place.fixture(name));
        assertThat(first.chatsAdded()).isPositive();
        byte[] then = place.export(ADA);

        ImportReport second = place.imports(ADA, Place.fixture(name));
        assertThat(second.chatsAdded() + second.chatsUpdated() + second.messagesAdded()).isZero();
        assertThat(second.chatsUnchanged()).isEqualTo(first.chatsAdded());
        assertThat(place.export(ADA)).isEqualTo(then);

        assertThat(place.imports(BOB, Place.fixture(name)).chatsAdded())
                .isEqualTo(first.chatsAdded());
        assertThat(place.export(ADA)).isEqualTo(then);
    }

    @Test
    void chatGptsTreeComesWithItsBranchesAndWithoutWhatPeopleDoNotSee() {
        ImportReport report = place.imports(ADA, Place.fixture("chatgpt.json"));
        Conversation chat = place.only(ADA);

        assertThat(chat.name()).isEqualTo("Rolling back a deploy");
        assertThat(chat.createdAt()).isEqualTo(Instant.parse("2025-08-24T01:46:40.123Z"));
        assertThat(chat.lastActiveAt()).isEqualTo(Instant.parse("2025-08-24T01:53:20.654Z"));
        assertThat(chat.marks().archived()).isTrue();
        String question = "How do I roll back the deploy in this picture?";
        assertThat(place.tree(chat))
                .containsExactly(
                        question,
                        question + " > Run `helm rollback staging`.",
                        question + " > It was revision 42.");
        List<Message> path = place.path(chat);
        assertThat(path.getLast().text()).isEqualTo("It was revision 42.");
        assertThat(path.getLast().model()).isEqualTo(new ModelId("o4-mini"));
        assertThat(path.getFirst().createdAt())
                .isEqualTo(Instant.parse("2025-08-24T01:46:41.500Z"));
        assertThat(report.problems())
                .extracting(ImportReport.Problem::where)
                .containsExactly("conversation 1 “Rolling back a deploy”", "conversation 2");
        assertThat(report.problems().getFirst().detail()).contains("file-Dk3pQx");
    }

    @Test
    void aZipOfChatGptBringsItsImages() {
        ImportReport report =
                place.imports(
                        ADA,
                        zip(
                                Map.of(
                                        "conversations.json", Place.fixture("chatgpt.json"),
                                        "user.json", "{}".getBytes(StandardCharsets.UTF_8),
                                        "user-x/file-Dk3pQx-photo.png", PNG)));

        assertThat(report.imagesAdded()).isEqualTo(1);
        Message question = place.path(place.only(ADA)).getFirst();
        assertThat(question.images()).hasSize(1);
        assertThat(place.store.image(ADA, question.images().getFirst().id())).isNotNull();
        assertThat(report.problems()).hasSize(1);
    }

    @Test
    void claudesChatsComeWithBranchesAndAttachedTexts() {
        ImportReport report = place.imports(ADA, Place.fixture("claude.json"));
        assertThat(report.problems()).isEmpty();
        assertThat(report.chatsAdded()).isEqualTo(2);

        Conversation soup = place.named(ADA, "Soup for eight");
        String question = "Which soup?\n\nguests.txt\n\n```\nAda\nBob\n```";
        assertThat(place.tree(soup))
                .containsExactly(question, question + " > Minestrone.", question + " > Borscht.");
        assertThat(place.path(soup).getLast().text()).isEqualTo("Borscht.");
        Conversation linear = place.named(ADA, "Hello there");
        assertThat(place.tree(linear)).containsExactly("Hello there", "Hello there > Hello!");
        assertThat(linear.model()).isEqualTo(Place.MODEL);
    }

    @Test
    void openWebUisChatsComeWithImagesErrorsTagsAndTheSystemPrompt() {
        ImportReport report = place.imports(ADA, Place.fixture("openwebui.json"));
        assertThat(report.problems()).isEmpty();
        assertThat(report.imagesAdded()).isEqualTo(1);

        Conversation chat = place.only(ADA);
        assertThat(chat.systemPrompt()).isEqualTo("Answer in one word.");
        assertThat(chat.marks().pinned()).isTrue();
        assertThat(chat.marks().tags()).containsExactly("cats", "pictures");
        List<Message> path = place.path(chat);
        assertThat(path).extracting(Message::text).containsExactly("What is this?", "A cat.");
        assertThat(path.getFirst().images()).hasSize(1);
        assertThat(place.store.children(ADA, chat.id(), path.getFirst().id()))
                .filteredOn(reply -> reply.stopReason() == StopReason.ERROR)
                .extracting(Message::error)
                .containsExactly("Model not found");
    }

    @Test
    void libreChatsMessagesComeWithTheirBranches() {
        assertThat(place.imports(ADA, Place.fixture("librechat.json")).problems()).isEmpty();
        Conversation chat = place.only(ADA);

        assertThat(chat.systemPrompt()).isEqualTo("You are an expert.");
        assertThat(place.tree(chat))
                .containsExactly(
                        "How do I activate it?",
                        "How do I activate it? > With `source`.",
                        "How do I activate it? > On Windows, run the script.");
        assertThat(place.path(chat).getLast().text()).isEqualTo("On Windows, run the script.");
    }

    @Test
    void libreChatsTreeComesWhole() {
        assertThat(place.imports(ADA, Place.fixture("librechat-recursive.json")).problems())
                .isEmpty();
        assertThat(place.tree(place.only(ADA)))
                .containsExactlyInAnyOrder(
                        "thanks",
                        "thanks > You're welcome!",
                        "thanks > Any time.",
                        "You're welcome! > bye");
    }

    @Test
    void oldFilesOfTwoColumnsComeInTheirOrder() {
        Instant written = Instant.parse("2020-02-03T04:05:06Z");
        ImportReport report =
                place.imports(
                        ADA,
                        "user,\"Hello, \"\"you\"\"\"\nassistant,\"Two\nlines\"\nnonsense\nuser,Bye\n"
                                .getBytes(StandardCharsets.UTF_8),
                        ImportLimits.DEFAULT,
                        ImportOptions.DEFAULT.withFile("Old talk", written));

        Conversation chat = place.only(ADA);
        assertThat(chat.name()).isEqualTo("Old talk");
        assertThat(chat.createdAt()).isEqualTo(written);
        assertThat(place.path(chat))
                .extracting(Message::text)
                .containsExactly("Hello, \"you\"", "Two\nlines", "Bye");
        assertThat(place.path(chat).get(1).role()).isEqualTo(Role.ASSISTANT);
        assertThat(report.problems())
                .extracting(ImportReport.Problem::where)
                .containsExactly("line 4");
    }

    @Test
    void aChatsOwnCsvComesBackWithItsBranches() {
        place.imports(ADA, Place.fixture("librechat.json"));
        Conversation chat = place.only(ADA);
        byte[] csv = place.export(ADA, chat.id(), ExportFormat.CSV);

        ImportReport report = place.imports(BOB, csv);
        assertThat(report.problems()).isEmpty();
        Conversation copy = place.only(BOB);
        assertThat(copy.name()).isEqualTo(chat.name());
        assertThat(place.tree(copy)).isEqualTo(place.tree(chat));
        assertThat(place.path(copy)).extracting(Message::text).hasSize(2);
        assertThat(place.imports(BOB, csv).chatsUnchanged()).isEqualTo(1);
    }
}
