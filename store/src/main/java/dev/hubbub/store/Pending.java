package dev.hubbub.store;

import dev.hubbub.conversation.Attempt;
import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.Draft;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.Taken;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.Waiting;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a conversation has in hand, in the column `pending`: the reply being made but for its text,
/// the turns that wait, the client message ids taken. Nothing in hand is no bytes at all, as in
/// most conversations.
///
/// The first byte is [#VERSION]. Numbers are big-endian; a text is its length in UTF-8 bytes (4)
/// and those; what may be absent has a byte before it, 0 or 1.
record Pending(@Nullable Reply reply, List<Waiting> queue, List<Taken> taken) {

    private static final int VERSION = 2;

    /// Knew nothing of how attempts end, nor of images.
    private static final int VERSION_BEFORE = 1;

    private static final Pending NOTHING = new Pending(null, List.of(), List.of());

    static byte @Nullable [] encode(Conversation conversation) {
        Reply reply = conversation.reply();
        if (reply == null && conversation.queue().isEmpty() && conversation.taken().isEmpty()) {
            return null;
        }
        var bytes = new ByteArrayOutputStream(128);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeBoolean(reply != null);
            if (reply != null) {
                write(out, reply);
            }
            out.writeInt(conversation.queue().size());
            for (Waiting waiting : conversation.queue()) {
                write(out, waiting);
            }
            out.writeInt(conversation.taken().size());
            for (Taken taken : conversation.taken()) {
                writeText(out, taken.key().value());
                writeOptional(out, taken.message());
                writeOptional(out, taken.turn());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array takes every byte", impossible);
        }
        return bytes.toByteArray();
    }

    /// @param draft the text of the reply, if there is one
    /// @throws IOException when the bytes are not what [#encode] writes
    static Pending decode(byte @Nullable [] bytes, Draft draft) throws IOException {
        if (bytes == null) {
            return NOTHING;
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION && version != VERSION_BEFORE) {
                throw new IOException("a pending column of version " + version);
            }
            boolean full = version == VERSION;
            Reply reply = in.readBoolean() ? readReply(in, draft, full) : null;
            var queue = new ArrayList<Waiting>();
            for (int left = in.readInt(); left > 0; left--) {
                queue.add(readWaiting(in, full));
            }
            var taken = new ArrayList<Taken>();
            for (int left = in.readInt(); left > 0; left--) {
                taken.add(
                        new Taken(
                                new ClientMessageId(readText(in)),
                                readOptionalMessage(in),
                                in.readBoolean() ? new TurnId(in.readLong()) : null));
            }
            return new Pending(reply, queue, taken);
        }
    }

    private static void write(DataOutputStream out, Reply reply) throws IOException {
        out.writeLong(reply.turn().number());
        out.write(reply.parent().bytes());
        out.writeLong(reply.startedAt().toEpochMilli());
        out.writeInt(reply.attempts().size());
        for (Attempt attempt : reply.attempts()) {
            writeText(out, attempt.model().value());
            out.writeInt(attempt.fromChar());
            writeOptional(out, attempt.usage());
            writeOptionalText(out, attempt.fault());
        }
    }

    private static Reply readReply(DataInputStream in, Draft draft, boolean full)
            throws IOException {
        var turn = new TurnId(in.readLong());
        MessageId parent = readMessage(in);
        Instant startedAt = Instant.ofEpochMilli(in.readLong());
        var attempts = new ArrayList<Attempt>();
        for (int left = in.readInt(); left > 0; left--) {
            var model = new ModelId(readText(in));
            int fromChar = in.readInt();
            attempts.add(
                    full
                            ? new Attempt(
                                    model, fromChar, readOptionalUsage(in), readOptionalText(in))
                            : new Attempt(model, fromChar));
        }
        return new Reply(turn, parent, attempts, startedAt, draft);
    }

    private static void write(DataOutputStream out, Waiting waiting) throws IOException {
        out.writeLong(waiting.turn().number());
        writeOptionalText(out, waiting.key() == null ? null : waiting.key().value());
        writeText(out, waiting.text());
        writeOptional(out, waiting.parent());
        out.writeBoolean(waiting.reply());
        writeOptionalText(out, waiting.model() == null ? null : waiting.model().value());
        out.writeInt(waiting.images().size());
        for (Image image : waiting.images()) {
            writeText(out, image.id().value());
            writeText(out, image.mediaType());
        }
    }

    private static Waiting readWaiting(DataInputStream in, boolean full) throws IOException {
        var turn = new TurnId(in.readLong());
        String key = readOptionalText(in);
        String text = readText(in);
        MessageId parent = readOptionalMessage(in);
        boolean reply = in.readBoolean();
        String model = readOptionalText(in);
        var images = new ArrayList<Image>();
        for (int left = full ? in.readInt() : 0; left > 0; left--) {
            images.add(new Image(new ImageId(readText(in)), readText(in)));
        }
        return new Waiting(
                turn,
                key == null ? null : new ClientMessageId(key),
                text,
                images,
                parent,
                reply,
                model == null ? null : new ModelId(model));
    }

    private static void writeOptional(DataOutputStream out, @Nullable MessageId id)
            throws IOException {
        out.writeBoolean(id != null);
        if (id != null) {
            out.write(id.bytes());
        }
    }

    private static void writeOptional(DataOutputStream out, @Nullable TurnId turn)
            throws IOException {
        out.writeBoolean(turn != null);
        if (turn != null) {
            out.writeLong(turn.number());
        }
    }

    private static void writeOptional(DataOutputStream out, @Nullable Usage usage)
            throws IOException {
        out.writeBoolean(usage != null);
        if (usage != null) {
            out.writeLong(usage.inputTokens());
            out.writeLong(usage.outputTokens());
            out.writeLong(usage.costNanos());
        }
    }

    private static @Nullable Usage readOptionalUsage(DataInputStream in) throws IOException {
        return in.readBoolean() ? new Usage(in.readLong(), in.readLong(), in.readLong()) : null;
    }

    private static @Nullable String readOptionalText(DataInputStream in) throws IOException {
        return in.readBoolean() ? readText(in) : null;
    }

    private static void writeOptionalText(DataOutputStream out, @Nullable String text)
            throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            writeText(out, text);
        }
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static @Nullable MessageId readOptionalMessage(DataInputStream in) throws IOException {
        return in.readBoolean() ? readMessage(in) : null;
    }

    private static MessageId readMessage(DataInputStream in) throws IOException {
        return MessageId.of(in.readNBytes(MessageId.BYTES));
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
