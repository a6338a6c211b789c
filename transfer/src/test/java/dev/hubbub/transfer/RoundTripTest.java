package dev.hubbub.transfer;

import static dev.hubbub.transfer.Place.ADA;
import static dev.hubbub.transfer.Place.BOB;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.Attempt;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.store.SqliteStore;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

final class RoundTripTest {

    @TempDir private Path directory;

    @Test
    void anExportImportedIntoAnEmptyStoreIsExportedByteForByte() {
        Property.forAll(
                60,
                random -> {
                    try (var from = new Place(directory);
                            var to = new Place(directory)) {
                        fill(from, random);
                        byte[] exported = from.export(ADA);
                        ImportReport report = to.imports(ADA, exported);

                        assertThat(report.problems()).isEmpty();
                        assertThat(text(to.export(ADA))).isEqualTo(text(exported));
                        ImportReport again = to.imports(ADA, exported);
                        assertThat(again.problems()).isEmpty();
                        assertThat(again.chatsUnchanged()).isEqualTo(report.chatsAdded());
                        assertThat(again.chatsAdded() + again.chatsUpdated()).isZero();
                        assertThat(again.messagesAdded() + again.imagesAdded()).isZero();
                        assertThat(text(to.export(ADA))).isEqualTo(text(exported));
                    }
                });
    }

    @Test
    void theOrderInWhichChatsCameBackDoesNotMatter() {
        Property.forAll(
                20,
                random -> {
                    try (var from = new Place(directory);
                            var to = new Place(directory)) {
                        fill(from, random);
                        var ids = new ArrayList<>(new Exporter(from.engine, ADA).all());
                        java.util.Collections.shuffle(ids, new java.util.Random(random.nextLong()));
                        for (ConversationId id : ids) {
                            to.imports(ADA, from.export(ADA, id, ExportFormat.JSON));
                        }
                        assertThat(text(to.export(ADA))).isEqualTo(text(from.export(ADA)));
                    }
                });
    }

    @Test
    void soItIsFromOneFileToAnother() {
        Property.forAll(
                3,
                random -> {
                    Path place = directory.resolve(Long.toHexString(random.nextLong()));
                    try (var from = new Place(directory, SqliteStore.open(place.resolve("a")));
                            var to = new Place(directory, SqliteStore.open(place.resolve("b")))) {
                        fill(from, random);
                        byte[] exported = from.export(ADA);
                        assertThat(to.imports(ADA, exported).problems()).isEmpty();
                        assertThat(text(to.export(ADA))).isEqualTo(text(exported));
                    }
                });
    }

    @Test
    void anEmptyStoreIsAnEmptyList() {
        try (var from = new Place(directory)) {
            assertThat(text(from.export(ADA)))
                    .isEqualTo("{\"format\":\"hubbub\",\"version\":1,\"chats\":[]}\n");
        }
    }

    @Test
    void aChatThatWentOnGetsWhatItLacksAndKeepsWhatItHas() {
        try (var here = new Place(directory)) {
            ConversationId chat = here.chat(ADA, "one", null);
            MessageId first = here.say(ADA, chat, "first", null);
            here.say(ADA, chat, "second", first);
            byte[] then = here.export(ADA);
            try (var there = new Place(directory)) {
                there.imports(ADA, then);
                there.say(ADA, chat, "other second", first);
                here.say(ADA, chat, "third", null);
                here.ask(ADA, chat, new ConversationCommand.Change("Mine", null, null, null));
                MessageId head = Objects.requireNonNull(here.find(ADA, chat).head());

                ImportReport report = here.imports(ADA, there.export(ADA));

                assertThat(report.problems()).isEmpty();
                assertThat(report.chatsUpdated()).isEqualTo(1);
                assertThat(report.messagesAdded()).isEqualTo(1);
                assertThat(here.find(ADA, chat).name()).isEqualTo("Mine");
                assertThat(here.find(ADA, chat).head()).isEqualTo(head);
                assertThat(here.tree(here.find(ADA, chat)))
                        .contains("first > other second", "second > third");
            }
        }
    }

    @Test
    void whatWasDeletedComesBackUnderAnotherIdAndOnce() {
        try (var here = new Place(directory)) {
            ConversationId chat = here.chat(ADA, "one", null);
            here.say(ADA, chat, "first", null);
            byte[] then = here.export(ADA);
            here.ask(ADA, chat, new ConversationCommand.Delete());

            assertThat(here.imports(ADA, then).chatsAdded()).isEqualTo(1);
            assertThat(here.imports(ADA, then).chatsUnchanged()).isEqualTo(1);
            assertThat(here.only(ADA).id()).isNotEqualTo(chat);
            assertThat(here.tree(here.only(ADA))).containsExactly("first");

            here.ask(ADA, here.only(ADA).id(), new ConversationCommand.Delete());
            assertThat(here.imports(ADA, then).chatsAdded()).isEqualTo(1);
        }
    }

    @Test
    void usersDoNotCollide() {
        try (var here = new Place(directory)) {
            ConversationId chat = here.chat(ADA, "one", null);
            here.say(ADA, chat, "hers", null);
            byte[] then = here.export(ADA);

            assertThat(here.imports(BOB, then).chatsAdded()).isEqualTo(1);
            assertThat(here.imports(BOB, then).chatsUnchanged()).isEqualTo(1);
            assertThat(here.only(BOB).id()).isNotEqualTo(chat);
            assertThat(text(here.export(ADA))).isEqualTo(text(then));
        }
    }

    @Test
    void aDryRunTakesNothingIn() {
        try (var from = new Place(directory);
                var to = new Place(directory)) {
            from.say(ADA, from.chat(ADA, "one", null), "first", null);
            ImportReport report =
                    to.imports(
                            ADA,
                            from.export(ADA),
                            ImportLimits.DEFAULT,
                            ImportOptions.DEFAULT.withDryRun(true));
            assertThat(report.chatsAdded()).isEqualTo(1);
            assertThat(report.messagesAdded()).isEqualTo(1);
            assertThat(new Exporter(to.engine, ADA).all()).isEmpty();
        }
    }

    @Test
    void aChatOfManyMessagesComesInParts() {
        try (var from = new Place(directory);
                var to = new Place(directory)) {
            var lines = new StringBuilder("role,content\n");
            for (int i = 0; i < 5_000; i++) {
                lines.append(i % 2 == 0 ? "user" : "assistant")
                        .append(",message ")
                        .append(i)
                        .append('\n');
            }
            from.imports(ADA, lines.toString());
            byte[] exported = from.export(ADA);
            ImportReport report = to.imports(ADA, exported);
            assertThat(report.messagesAdded()).isEqualTo(5_000);
            assertThat(to.path(to.only(ADA))).hasSize(5_000);
            assertThat(text(to.export(ADA))).isEqualTo(text(exported));
        }
    }

    /// Chats with branches, forks, heads anywhere, images, and messages of every kind.
    private static void fill(Place place, RandomGenerator random) {
        var nodes = new ArrayList<Message>();
        int chats = random.nextInt(5);
        for (int i = 0; i < chats; i++) {
            Instant begun = Instant.ofEpochMilli(1_700_000_000_000L + random.nextInt(3) * 1_000L);
            var own = new ArrayList<Message>();
            int count = random.nextInt(12);
            for (int j = 0; j < count; j++) {
                Message message = message(place, random, nodes, begun.plusSeconds(j));
                own.add(message);
                nodes.add(message);
            }
            Message head =
                    nodes.isEmpty() || random.nextInt(5) == 0
                            ? null
                            : nodes.get(random.nextInt(nodes.size()));
            place.ask(
                    ADA,
                    new ConversationId("chat-" + random.nextInt(1 << 20) + "-" + i),
                    new ConversationCommand.Import(
                            ADA,
                            random.nextInt(4) == 0 ? "" : "Chat “" + i + "” \u202e",
                            random.nextInt(3) == 0 ? "🍲" : null,
                            new ModelId(random.nextBoolean() ? "silent" : "gone/model:1"),
                            random.nextBoolean() ? null : "Be\nbrief \\ \"quoted\".",
                            marks(random),
                            begun,
                            begun.plusSeconds(random.nextInt(100)),
                            own,
                            head == null ? null : head.id(),
                            head == null ? null : head.role()));
        }
    }

    private static Marks marks(RandomGenerator random) {
        return Marks.of(
                random.nextInt(3) == 0,
                random.nextInt(3) == 0,
                random.nextBoolean(),
                random.nextInt(3) == 0 ? "Folder" : null,
                random.nextInt(3) == 0 ? List.of("a", "b c") : List.of());
    }

    private static Message message(
            Place place, RandomGenerator random, List<Message> nodes, Instant at) {
        var parents = new ArrayList<MessageId>();
        if (!nodes.isEmpty() && random.nextInt(6) > 0) {
            parents.add(nodes.get(random.nextInt(nodes.size())).id());
        }
        if (!parents.isEmpty() && random.nextInt(10) == 0) {
            MessageId other = nodes.get(random.nextInt(nodes.size())).id();
            if (!parents.contains(other)) {
                parents.add(other);
            }
        }
        // From a small pool, so that the same thing is often said again.
        String text =
                List.of("hello", "𝄞 é \r\n\t ", "", "</script>", "=1+1").get(random.nextInt(5));
        if (random.nextBoolean()) {
            List<Image> images = new ArrayList<>();
            if (random.nextInt(4) == 0) {
                byte[] png = {
                    (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', (byte) random.nextInt(3)
                };
                Image image = Objects.requireNonNull(Image.of(png));
                place.store.keepImage(ADA, image, png);
                images.add(image);
            }
            return Message.said(
                    parents, Role.USER, text, images, at.minusSeconds(random.nextInt(4)));
        }
        Usage usage = random.nextBoolean() ? null : new Usage(3, 4, random.nextInt(2) * 1_234L);
        StopReason[] reasons = StopReason.values();
        return Message.of(
                parents,
                Role.ASSISTANT,
                text,
                random.nextBoolean() ? null : new ModelId("some/model"),
                at,
                usage,
                random.nextInt(3) == 0 ? null : reasons[random.nextInt(reasons.length)],
                random.nextInt(4) == 0 ? "It broke." : null,
                random.nextInt(4) == 0
                        ? List.of(
                                new Attempt(new ModelId("a"), 0, usage, "gone"),
                                new Attempt(new ModelId("b"), 0))
                        : List.of());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
