package dev.hubbub.store;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationStore.Summary;
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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Rows of the database as values and back. Columns are read by place, in the order of the lists
/// here.
final class Rows {

    /// For [#conversation].
    static final String CONVERSATION =
            """
            id, owner, name, icon, model, created_at, last_active_at, number, turns, \
            message_count, head, head_role, input_tokens, output_tokens, deleted, pending, \
            system_prompt, cost_nanos, marks, folder, tags\
            """;

    /// For [#summary].
    static final String SUMMARY =
            """
            id, name, icon, model, created_at, last_active_at, message_count, head, reply_turn, \
            marks, folder, tags\
            """;

    /// For [#message], of a table named `m`.
    static final String MESSAGE =
            """
            m.id, m.parents, m.role, m.text, m.model, m.created_at, m.input_tokens, \
            m.output_tokens, m.stop_reason, m.error, m.attempts\
            """;

    static final int PINNED = 1;
    static final int ARCHIVED = 2;
    static final int UNREAD = 4;

    private Rows() {}

    /// @param draft the text of its reply, if one is being made
    static Conversation conversation(ResultSet row, Draft draft) throws SQLException {
        Pending pending;
        try {
            pending = Pending.decode(row.getBytes(16), draft);
        } catch (IOException | IllegalArgumentException fault) {
            throw new SQLException("conversation " + Ids.get(row, 1) + " is damaged", fault);
        }
        byte[] head = row.getBytes(11);
        String headRole = row.getString(12);
        return new Conversation(
                Ids.get(row, 1),
                new UserId(row.getString(2)),
                row.getString(3),
                row.getString(4),
                new ModelId(row.getString(5)),
                row.getString(17),
                Instant.ofEpochMilli(row.getLong(6)),
                Instant.ofEpochMilli(row.getLong(7)),
                row.getLong(8),
                row.getInt(9),
                row.getInt(10),
                head == null ? null : MessageId.of(head),
                headRole == null ? null : role(headRole),
                new Usage(row.getLong(13), row.getLong(14), row.getLong(18)),
                pending.reply(),
                pending.queue(),
                pending.taken(),
                marks(row, 19),
                row.getInt(15) != 0);
    }

    static Summary summary(ResultSet row) throws SQLException {
        byte[] head = row.getBytes(8);
        row.getLong(9);
        boolean replying = !row.wasNull();
        return new Summary(
                Ids.get(row, 1),
                row.getString(2),
                row.getString(3),
                new ModelId(row.getString(4)),
                Instant.ofEpochMilli(row.getLong(5)),
                Instant.ofEpochMilli(row.getLong(6)),
                row.getLong(7),
                head == null ? null : MessageId.of(head),
                replying,
                marks(row, 10));
    }

    /// Bits of the column `marks`.
    static int bits(Marks marks) {
        return (marks.pinned() ? PINNED : 0)
                | (marks.archived() ? ARCHIVED : 0)
                | (marks.unread() ? UNREAD : 0);
    }

    /// Each tag between line breaks; null when there are none.
    static @Nullable String tags(Marks marks) {
        return marks.tags().isEmpty() ? null : "\n" + String.join("\n", marks.tags()) + "\n";
    }

    static List<String> tags(@Nullable String column) {
        return column == null ? List.of() : List.of(column.strip().split("\n"));
    }

    /// @param place of the column `marks`; `folder` and `tags` follow
    private static Marks marks(ResultSet row, int place) throws SQLException {
        int bits = row.getInt(place);
        return Marks.of(
                (bits & PINNED) != 0,
                (bits & ARCHIVED) != 0,
                (bits & UNREAD) != 0,
                row.getString(place + 1),
                tags(row.getString(place + 2)));
    }

    static Message message(ResultSet row) throws SQLException {
        String model = row.getString(5);
        long inputTokens = row.getLong(7);
        boolean counted = !row.wasNull();
        long outputTokens = row.getLong(8);
        String stopReason = row.getString(9);
        MessageExtras more = MessageExtras.decode(row.getString(11));
        return new Message(
                MessageId.of(row.getBytes(1)),
                parents(row.getBytes(2)),
                role(row.getString(3)),
                row.getString(4),
                model == null ? null : new ModelId(model),
                Instant.ofEpochMilli(row.getLong(6)),
                counted ? new Usage(inputTokens, outputTokens, more.costNanos()) : null,
                stopReason == null ? null : stopReason(stopReason),
                row.getString(10),
                more.attempts(),
                more.images());
    }

    /// The ids one after the other; null when there are none.
    static byte @Nullable [] parents(Message message) {
        List<MessageId> parents = message.parents();
        if (parents.isEmpty()) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(MessageId.BYTES * parents.size());
        for (MessageId parent : parents) {
            bytes.put(parent.bytes());
        }
        return bytes.array();
    }

    private static List<MessageId> parents(byte @Nullable [] bytes) {
        if (bytes == null) {
            return List.of();
        }
        if (bytes.length == MessageId.BYTES) {
            return List.of(MessageId.of(bytes));
        }
        var parents = new ArrayList<MessageId>();
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            parents.add(
                    new MessageId(rest.getLong(), rest.getLong(), rest.getLong(), rest.getLong()));
        }
        return parents;
    }

    private static Role role(String wire) throws SQLException {
        for (Role role : Role.values()) {
            if (role.wire().equals(wire)) {
                return role;
            }
        }
        throw new SQLException("there is no role " + wire);
    }

    private static StopReason stopReason(String wire) throws SQLException {
        for (StopReason reason : StopReason.values()) {
            if (reason.wire().equals(wire)) {
                return reason;
            }
        }
        throw new SQLException("there is no stop reason " + wire);
    }
}
