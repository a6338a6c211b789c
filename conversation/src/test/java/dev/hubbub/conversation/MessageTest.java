package dev.hubbub.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

final class MessageTest {

    private static final Instant AT = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final ModelId ELIZA = new ModelId("eliza");

    private static final Message QUESTION =
            Message.said(List.of(), Role.USER, "How do boats float? ⛵", AT);
    private static final Message ANSWER =
            Message.of(
                    List.of(QUESTION.id()),
                    Role.ASSISTANT,
                    "By pushing water aside.",
                    ELIZA,
                    AT.plusMillis(1_234),
                    new Usage(12, 5),
                    StopReason.END,
                    null,
                    List.of());
    private static final Message FAILURE =
            Message.of(
                    List.of(QUESTION.id(), ANSWER.id()),
                    Role.ASSISTANT,
                    "",
                    new ModelId("x/y:free"),
                    Instant.ofEpochMilli(-1),
                    null,
                    StopReason.ERROR,
                    "The model is away; try again.",
                    List.of(new Attempt(ELIZA, 0), new Attempt(new ModelId("x/y:free"), 0)));

    /// These ids are in people's stores and links: a change of the encoding breaks them all.
    @Test
    void whatManyConversationsBeginWithHasOneIdInMemory() {
        Message one = Message.said(List.of(), Role.USER, "Hello, all of you", AT);
        Message other = Message.said(List.of(), Role.USER, "Hello, you others", AT);
        Message answer = Message.said(List.of(one.id()), Role.USER, "Hello", AT);
        Message same = Message.said(List.of(), Role.USER, "Hello, you others", AT);

        assertThat(same.id()).isSameAs(other.id()).isNotEqualTo(one.id());
        assertThat(Stream.of(one, other, answer, same)).allMatch(Message::isIntact);
    }

    @Test
    void otherParentsWithoutAParentAreParents() {
        var ids = List.of(new MessageId(1, 2, 3, 4), new MessageId(5, 6, 7, 8));
        Message merged = Message.said(ids, Role.USER, "both", AT);
        var again =
                new Message(
                        merged.id(),
                        null,
                        merged.role(),
                        merged.text(),
                        null,
                        AT,
                        null,
                        null,
                        null,
                        new Message.Extras(ids, List.of(), List.of()));

        assertThat(again).isEqualTo(merged);
        assertThat(again.parent()).isEqualTo(ids.getFirst());
        assertThat(again.parents()).isEqualTo(ids);
    }

    @Test
    void idsAreForEver() {
        assertThat(QUESTION.id())
                .hasToString("cf2bb06ccd5c1c13c4a182d2a761fde5096f4b58b6bab0c490dd85693735b000");
        assertThat(ANSWER.id())
                .hasToString("b1f2f5824a43caffacc84df07cf869d79b2b300e046a3fe3f92b763061f5e9c8");
        assertThat(FAILURE.id())
                .hasToString("919e00f6797fd29cbfbec3c1bba1f97a766c9044857bd3206e4c12bfaed4a78d");
    }

    @Test
    void theEncodingIsWhatItsDescriptionSays() {
        assertThat(QUESTION.canonical()).isEqualTo(asDescribed(QUESTION));
        Property.forAll(random -> {
            Message message = message(random);
            assertThat(message.canonical()).isEqualTo(asDescribed(message));
            assertThat(message.id().toString()).isEqualTo(sha256(asDescribed(message)));
            assertThat(message.isIntact()).isTrue();
        });
    }

    @Test
    void differentNodesNeverShareBytesAndEqualOnesAlwaysDo() {
        Property.forAll(random -> {
            Message one = message(random);
            Message other = message(random);
            assertThat(one.id().equals(other.id())).isEqualTo(one.equals(other));
            assertThat(
                            HexFormat.of()
                                    .formatHex(one.canonical())
                                    .equals(HexFormat.of().formatHex(other.canonical())))
                    .isEqualTo(one.equals(other));
        });
    }

    @Test
    void anyOneFieldChangedIsAnotherNode() {
        Property.forAll(random -> {
            Message message = message(random);
            for (int field = 0; field < 10; field++) {
                Message changed = changed(message, message(random), field);
                boolean same = changed.equals(message);
                assertThat(changed.isIntact()).isEqualTo(same);
                assertThat(again(changed).id().equals(message.id())).isEqualTo(same);
            }
        });
    }

    @Test
    void aTextMovedToTheNextFieldIsAnotherNode() {
        Message one = Message.of(List.of(), Role.USER, "a", ELIZA, AT, null, null, "b", List.of());
        Message other =
                Message.of(List.of(), Role.USER, "ab", ELIZA, AT, null, null, "", List.of());
        Message third =
                Message.of(List.of(), Role.USER, "ab", ELIZA, AT, null, null, null, List.of());
        assertThat(List.of(one.id(), other.id(), third.id())).doesNotHaveDuplicates();
    }

    @Test
    void timeIsKeptToTheMillisecond() {
        Instant fine = AT.plusNanos(999_999);
        Message message = Message.said(List.of(), Role.USER, "hi", fine);
        assertThat(message.createdAt()).isEqualTo(AT);
        assertThat(message).isEqualTo(Message.said(List.of(), Role.USER, "hi", AT));
    }

    @Test
    void noMessageHasHalfACharacter() {
        for (String wrong : List.of("\ud83d", "a\ude00", "\ude00\ud83d", "\0")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Message.said(List.of(), Role.USER, wrong, AT));
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            Message.of(
                                    List.of(),
                                    Role.ASSISTANT,
                                    "",
                                    ELIZA,
                                    AT,
                                    null,
                                    StopReason.ERROR,
                                    wrong,
                                    List.of()));
        }
    }

    @Test
    void aMessageDoesNotChangeWithTheListsItWasMadeFrom() {
        var parents = new ArrayList<>(List.of(QUESTION.id()));
        Message message = Message.said(parents, Role.USER, "hi", AT);
        parents.clear();
        assertThat(message.parent()).isEqualTo(QUESTION.id());
        assertThat(QUESTION.parent()).isNull();
        assertThat(message.isIntact()).isTrue();
    }

    /// The encoding by the words of [Message#canonical], not by its code.
    private static byte[] asDescribed(Message message) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            text(out, "hubbub message 1");
            out.writeInt(message.parents().size());
            for (MessageId parent : message.parents()) {
                out.writeInt(32);
                out.write(HexFormat.of().parseHex(parent.toString()));
            }
            text(out, message.role().wire());
            out.writeInt(1);
            text(out, "text");
            text(out, message.text());
            text(out, message.model() == null ? null : message.model().value());
            text(out, "" + message.createdAt().toEpochMilli());
            Usage usage = message.usage();
            text(out, usage == null ? null : "" + usage.inputTokens());
            text(out, usage == null ? null : "" + usage.outputTokens());
            text(out, message.stopReason() == null ? null : message.stopReason().wire());
            text(out, message.error());
            out.writeInt(message.attempts().size());
            for (Attempt attempt : message.attempts()) {
                text(out, attempt.model().value());
                text(out, "" + attempt.fromChar());
            }
            if (usage != null && usage.costNanos() > 0) {
                text(out, "cost");
                text(out, "" + usage.costNanos());
            }
            if (message.attempts().stream()
                    .anyMatch(attempt -> attempt.usage() != null || attempt.fault() != null)) {
                text(out, "ends");
                for (Attempt attempt : message.attempts()) {
                    Usage used = attempt.usage();
                    text(out, used == null ? null : "" + used.inputTokens());
                    text(out, used == null ? null : "" + used.outputTokens());
                    text(out, used == null ? null : "" + used.costNanos());
                    text(out, attempt.fault());
                }
            }
            if (!message.images().isEmpty()) {
                text(out, "images");
                out.writeInt(message.images().size());
                for (Image image : message.images()) {
                    text(out, image.id().value());
                    text(out, image.mediaType());
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void text(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Any message, every field of it from a pool so small that two are often nearly the same.
    private static Message message(RandomGenerator random) {
        var attempts = new ArrayList<Attempt>();
        for (int i = random.nextInt(3); i > 0; i--) {
            attempts.add(
                    new Attempt(
                            random.nextBoolean() ? ELIZA : new ModelId("e"),
                            i * 7,
                            random.nextInt(3) == 0 ? usage(random) : null,
                            random.nextInt(3) == 0
                                    ? RandomCommands.pick(random, "", "cost", "images")
                                    : null));
        }
        var images = new ArrayList<Image>();
        for (int i = random.nextInt(3); i > 0; i--) {
            images.add(
                    new Image(
                            ImageId.of(new byte[random.nextInt(2)]),
                            RandomCommands.pick(random, "image/png", "image/gif")));
        }
        var parents = new ArrayList<MessageId>();
        for (int i = random.nextInt(3); i > 0; i--) {
            parents.add(random.nextBoolean() ? QUESTION.id() : ANSWER.id());
        }
        return Message.of(
                parents,
                RandomCommands.pick(random, Role.values()),
                RandomCommands.pick(random, "", "a", "ab", "é", "😀", "-1", "text"),
                random.nextBoolean() ? null : ELIZA,
                RandomCommands.pick(
                        random, AT, AT.plusMillis(1), Instant.ofEpochMilli(-20), Instant.EPOCH),
                random.nextBoolean() ? null : usage(random),
                random.nextBoolean() ? null : RandomCommands.pick(random, StopReason.values()),
                random.nextBoolean() ? null : RandomCommands.pick(random, "", "a", "b"),
                attempts,
                images);
    }

    private static Usage usage(RandomGenerator random) {
        return new Usage(
                random.nextInt(2), random.nextInt(8) == 0 ? Long.MAX_VALUE : 1, random.nextInt(2));
    }

    /// `message` under its own id, but with one field from `other`.
    private static Message changed(Message message, Message other, int field) {
        return new Message(
                message.id(),
                field == 0 ? other.parents() : message.parents(),
                field == 1 ? other.role() : message.role(),
                field == 2 ? other.text() : message.text(),
                field == 3 ? other.model() : message.model(),
                field == 4 ? other.createdAt() : message.createdAt(),
                field == 5 ? other.usage() : message.usage(),
                field == 6 ? other.stopReason() : message.stopReason(),
                field == 7 ? other.error() : message.error(),
                field == 8 ? other.attempts() : message.attempts(),
                field == 9 ? other.images() : message.images());
    }

    private static Message again(Message message) {
        return Message.of(
                message.parents(),
                message.role(),
                message.text(),
                message.model(),
                message.createdAt(),
                message.usage(),
                message.stopReason(),
                message.error(),
                message.attempts(),
                message.images());
    }
}
