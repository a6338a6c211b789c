package dev.hubbub.store;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Draft;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// The column `data` of a chat's file: in Base64, what a spreadsheet has no use for. Numbers are
/// big-endian; a text is its length in UTF-8 bytes (4) and those; what may be absent has a byte
/// before it, 0 or 1. The first byte is [#VERSION].
final class CsvData {

    private static final int VERSION = 1;

    private static final int PROMPT_NONE = 0;
    private static final int PROMPT_SAME = 1;
    private static final int PROMPT_TEXT = 2;

    private CsvData() {}

    /// A conversation, but for the text of its reply. A system prompt that stayed as it was is not
    /// written again.
    ///
    /// @param draft whether the text of the reply is in it, for a batch that changed more than that
    static String state(@Nullable Conversation before, Conversation now, boolean draft) {
        var reply = now.reply();
        return written(out -> {
            text(out, now.id().value());
            text(out, now.owner().value());
            text(out, now.name());
            optional(out, now.icon());
            text(out, now.model().value());
            String prompt = now.systemPrompt();
            if (prompt == null) {
                out.writeByte(PROMPT_NONE);
            } else if (before != null && prompt.equals(before.systemPrompt())) {
                out.writeByte(PROMPT_SAME);
            } else {
                out.writeByte(PROMPT_TEXT);
                text(out, prompt);
            }
            out.writeLong(now.createdAt().toEpochMilli());
            out.writeLong(now.lastActiveAt().toEpochMilli());
            out.writeLong(now.number());
            out.writeLong(now.turns());
            out.writeLong(now.messageCount());
            optional(out, now.head() == null ? null : now.head().toString());
            optional(out, now.headRole() == null ? null : now.headRole().wire());
            usage(out, now.usage());
            marks(out, now.marks());
            out.writeBoolean(now.deleted());
            optional(out, draft && reply != null ? reply.draft().text() : null);
            byte[] pending = Pending.encode(now);
            out.writeInt(pending == null ? -1 : pending.length);
            if (pending != null) {
                out.write(pending);
            }
        });
    }

    /// @param before what the file had before, null at its beginning
    static Conversation state(@Nullable Conversation before, String data) throws IOException {
        try (DataInputStream in = open(data)) {
            var id = new ConversationId(text(in));
            var owner = new UserId(text(in));
            String name = text(in);
            String icon = optional(in);
            var model = new ModelId(text(in));
            String prompt =
                    switch (in.readByte()) {
                        case PROMPT_NONE -> null;
                        case PROMPT_SAME -> before == null ? null : before.systemPrompt();
                        default -> text(in);
                    };
            Instant createdAt = Instant.ofEpochMilli(in.readLong());
            Instant lastActiveAt = Instant.ofEpochMilli(in.readLong());
            long number = in.readLong();
            int turns = Math.toIntExact(in.readLong());
            int messageCount = Math.toIntExact(in.readLong());
            String head = optional(in);
            String headRole = optional(in);
            Usage usage = usage(in);
            Marks marks = marks(in);
            boolean deleted = in.readBoolean();
            String draft = optional(in);
            int length = in.readInt();
            byte[] pending = length < 0 ? null : in.readNBytes(length);
            Pending hand = Pending.decode(pending, Draft.of(draft == null ? "" : draft));
            var reply = hand.reply();
            var was = before == null ? null : before.reply();
            if (reply != null && draft == null && was != null && was.turn().equals(reply.turn())) {
                reply = Pending.decode(pending, was.draft()).reply();
            }
            return new Conversation(
                    id,
                    owner,
                    name,
                    icon,
                    model,
                    prompt,
                    createdAt,
                    lastActiveAt,
                    number,
                    turns,
                    messageCount,
                    head == null ? null : MessageId.parse(head),
                    headRole == null ? null : role(headRole),
                    usage,
                    reply,
                    hand.queue(),
                    hand.taken(),
                    marks,
                    deleted);
        } catch (IllegalArgumentException | ArithmeticException damaged) {
            throw new IOException("its data is damaged", damaged);
        }
    }

    /// What the other columns do not say of a message.
    static String details(Message message) {
        return written(out -> {
            out.writeBoolean(message.usage() != null);
            if (message.usage() != null) {
                usage(out, message.usage());
            }
            optional(out, message.stopReason() == null ? null : message.stopReason().wire());
            optional(out, message.error());
            optional(out, MessageExtras.encode(message));
        });
    }

    /// @param text likewise the other cells
    static Message message(
            String id,
            String parents,
            String role,
            String text,
            String model,
            Instant at,
            String data)
            throws IOException {
        try (DataInputStream in = open(data)) {
            Usage usage = in.readBoolean() ? usage(in) : null;
            String reason = optional(in);
            String error = optional(in);
            MessageExtras extras = MessageExtras.decode(optional(in));
            var parentIds = new ArrayList<MessageId>();
            for (String parent : parents.isEmpty() ? new String[0] : parents.split(" ")) {
                parentIds.add(MessageId.parse(parent));
            }
            var message =
                    new Message(
                            MessageId.parse(id),
                            parentIds,
                            role(role),
                            text,
                            model.isEmpty() ? null : new ModelId(model),
                            at,
                            usage,
                            reason == null ? null : reason(reason),
                            error,
                            extras.attempts(),
                            extras.images());
            if (!message.isIntact()) {
                throw new IOException("it is not what was said: its id is that of other content");
            }
            return message;
        } catch (SQLException | IllegalArgumentException damaged) {
            throw new IOException("it is damaged", damaged);
        }
    }

    static Role role(String wire) throws IOException {
        for (Role role : Role.values()) {
            if (role.wire().equals(wire)) {
                return role;
            }
        }
        throw new IOException("there is no role " + wire);
    }

    private static StopReason reason(String wire) throws IOException {
        for (StopReason reason : StopReason.values()) {
            if (reason.wire().equals(wire)) {
                return reason;
            }
        }
        throw new IOException("there is no stop reason " + wire);
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static String written(Writing writing) {
        var bytes = new ByteArrayOutputStream(256);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            writing.to(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException("an array takes every byte", impossible);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static DataInputStream open(String data) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(data)));
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("it has data of version " + version);
        }
        return in;
    }

    private static void usage(DataOutputStream out, Usage usage) throws IOException {
        out.writeLong(usage.inputTokens());
        out.writeLong(usage.outputTokens());
        out.writeLong(usage.costNanos());
    }

    private static Usage usage(DataInputStream in) throws IOException {
        return new Usage(in.readLong(), in.readLong(), in.readLong());
    }

    private static void marks(DataOutputStream out, Marks marks) throws IOException {
        out.writeBoolean(marks.pinned());
        out.writeBoolean(marks.archived());
        out.writeBoolean(marks.unread());
        optional(out, marks.folder());
        out.writeInt(marks.tags().size());
        for (String tag : marks.tags()) {
            text(out, tag);
        }
    }

    private static Marks marks(DataInputStream in) throws IOException {
        boolean pinned = in.readBoolean();
        boolean archived = in.readBoolean();
        boolean unread = in.readBoolean();
        String folder = optional(in);
        List<String> tags = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            tags.add(text(in));
        }
        return Marks.of(pinned, archived, unread, folder, tags);
    }

    private static void optional(DataOutputStream out, @Nullable String text) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            text(out, text);
        }
    }

    private static @Nullable String optional(DataInputStream in) throws IOException {
        return in.readBoolean() ? text(in) : null;
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
