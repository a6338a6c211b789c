package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.cli.ServerSentEvents.Event;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/// The small parts of the command, each by itself.
final class PartsTest {

    @TempDir private Path home;

    @Test
    void dataIsKeptWhereThePlatformKeepsIt() {
        assertThat(standard(Map.of(), false)).isEqualTo(home.resolve(".local/share/hubbub"));
        assertThat(standard(Map.of("XDG_DATA_HOME", "/data"), false))
                .isEqualTo(Path.of("/data/hubbub"));
        assertThat(standard(Map.of("XDG_DATA_HOME", "not/absolute"), false))
                .isEqualTo(home.resolve(".local/share/hubbub"));
        assertThat(standard(Map.of(), true))
                .isEqualTo(home.resolve("Library/Application Support/Hubbub"));
    }

    @Test
    void aDataDirectoryIsForItsUserAlone() throws IOException {
        Path path = home.resolve("a/b");

        new DataDirectory(path).prepare();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rwx------");
    }

    @Test
    void anAddressIsThatOfAServerThatLives() throws IOException {
        var data = new DataDirectory(home);
        var address = ServerAddress.ofThisProcess(URI.create("http://127.0.0.1:1234/"));

        assertThat(ServerAddress.find(data)).isNull();
        address.leaveIn(data);
        assertThat(ServerAddress.find(data)).isEqualTo(address);

        List<String> lines = Files.readAllLines(data.addressFile());
        Files.write(
                data.addressFile(), List.of(lines.get(0), lines.get(1), "2020-01-01T00:00:00Z"));
        assertThat(ServerAddress.find(data)).as("a number used again").isNull();
        Files.writeString(data.addressFile(), "nonsense");
        assertThat(ServerAddress.find(data)).isNull();
    }

    @Test
    void aServerTakesAwayItsOwnAddressOnly() throws IOException {
        var data = new DataDirectory(home);
        var one = ServerAddress.ofThisProcess(URI.create("http://127.0.0.1:1/"));
        var other = ServerAddress.ofThisProcess(URI.create("http://127.0.0.1:2/"));

        other.leaveIn(data);
        one.removeFrom(data);
        assertThat(ServerAddress.find(data)).isEqualTo(other);
        other.removeFrom(data);
        assertThat(data.addressFile()).doesNotExist();
    }

    @Test
    void serverSentEventsAreReadAsTheStandardSays() throws IOException {
        var events =
                events(
                        """
                        : a heartbeat

                        id: 3.0
                        event: delta
                        data: {"a":
                        data:1}
                        unknown: field

                        event: forgotten, as it has no data

                        data
                        data: second

                        data: cut short\
                        """);

        assertThat(events.next()).isEqualTo(new Event("3.0", "delta", "{\"a\":\n1}"));
        assertThat(events.next()).isEqualTo(new Event("3.0", "message", "second"));
        assertThat(events.next()).isNull();
    }

    @Test
    void aReplyIsPassedOnOnce() {
        var passed = new StringBuilder();
        var text = new ReplyText(passed::append);

        text.told(0, "one ");
        text.told(4, "two ");
        text.told(4, "two three");
        text.told(0, "one");
        text.told(0, "one two three.");

        assertThat(passed).hasToString("one two three.");
        assertThatThrownBy(() -> text.told(15, "x")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aMistypedWordIsGuessedAndAStrangeOneIsNot() {
        List<String> words = List.of("serve", "chat", "doctor");

        assertThat(Spelling.closest("srve", words)).isEqualTo("serve");
        assertThat(Spelling.closest("docotr", words)).isEqualTo("doctor");
        assertThat(Spelling.closest("launch", words)).isNull();
        assertThat(Spelling.closest("x", words)).isNull();
    }

    private static ServerSentEvents events(String text) {
        return new ServerSentEvents(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Path standard(Map<String, String> variables, boolean mac) {
        return DataDirectory.standard(
                new Surroundings(
                        variables,
                        home,
                        mac,
                        InputStream.nullInputStream(),
                        System.out,
                        System.err,
                        false));
    }
}
