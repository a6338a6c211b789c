package dev.hubbub.store;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Draft;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Puts the text of running replies together again when a store opens: from the database, which
/// replies run and the pieces that were appended with other events; from the draft log, all other
/// pieces, in the order in which they came. What belongs to a reply that does not run is left out:
/// a message holds that text.
final class Recovery {

    private final Map<Long, Unfinished> byKey = new HashMap<>();

    Recovery(Connection connection) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement(
                                """
                                SELECT key, id, number, reply_turn FROM conversation
                                WHERE reply_turn IS NOT NULL\
                                """);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                byKey.put(
                        rows.getLong(1),
                        new Unfinished(Ids.get(rows, 2), rows.getLong(3), rows.getLong(4)));
            }
        }
        try (PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT conversation, from_char, text FROM piece");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                Unfinished reply = byKey.get(rows.getLong(1));
                if (reply != null) {
                    reply.pieces.put(rows.getInt(2), rows.getString(3));
                }
            }
        }
    }

    /// The next piece of the log.
    void add(long key, long turn, int fromChar, String text) {
        Unfinished reply = byKey.get(key);
        if (reply != null && reply.turn == turn) {
            reply.add(fromChar, text);
        }
    }

    /// Where each unfinished conversation stands, when the log has no more.
    Map<ConversationId, Kept> result() {
        var result = HashMap.<ConversationId, Kept>newHashMap(byKey.size());
        byKey.forEach((key, reply) -> result.put(reply.id, reply.kept(key)));
        return result;
    }

    private static final class Unfinished {

        final ConversationId id;
        final long number;
        final long turn;
        final TreeMap<Integer, String> pieces = new TreeMap<>();
        final StringBuilder text = new StringBuilder();

        Unfinished(ConversationId id, long number, long turn) {
            this.id = id;
            this.number = number;
            this.turn = turn;
        }

        /// A piece goes on where the text ends, after such pieces of the database as come between.
        /// One that leaves a gap cannot be: it was appended to text that is gone.
        void add(int fromChar, String piece) {
            if (fromChar > text.length()) {
                addFromDatabase();
            }
            if (fromChar == text.length()) {
                text.append(piece);
            }
        }

        Kept kept(long key) {
            addFromDatabase();
            return new Kept(
                    key,
                    new Place(number, turn, text.length()),
                    Draft.of(text.toString()),
                    !pieces.isEmpty());
        }

        private void addFromDatabase() {
            @Nullable String next = pieces.get(text.length());
            while (next != null) {
                text.append(next);
                next = pieces.get(text.length());
            }
        }
    }
}
