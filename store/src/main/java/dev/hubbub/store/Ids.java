package dev.hubbub.store;

import dev.hubbub.conversation.ConversationId;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;

/// Ids of conversations in columns: a UUID in its usual spelling, which most are, as its 16 bytes
/// (a blob), any other as its text. Each index entry is two thirds of what it would be as a text.
/// Both keep the order of the ids; texts come before blobs.
final class Ids {

    private static final int UUID_CHARS = 36;

    private Ids() {}

    static void set(PreparedStatement row, int place, ConversationId id) throws SQLException {
        String value = id.value();
        byte[] uuid = uuid(value);
        if (uuid == null) {
            row.setString(place, value);
        } else {
            row.setBytes(place, uuid);
        }
    }

    static ConversationId get(ResultSet row, int place) throws SQLException {
        if (row.getObject(place) instanceof byte[] uuid) {
            ByteBuffer bits = ByteBuffer.wrap(uuid);
            return new ConversationId(bits.getLong(), bits.getLong());
        }
        return new ConversationId(row.getString(place));
    }

    /// Null for what is not the one spelling that the bytes give back.
    private static byte @Nullable [] uuid(String value) {
        if (value.length() != UUID_CHARS) {
            return null;
        }
        byte[] bytes = new byte[2 * Long.BYTES];
        int digits = 0;
        for (int i = 0; i < UUID_CHARS; i++) {
            char c = value.charAt(i);
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (c != '-') {
                    return null;
                }
            } else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
                int shift = (digits & 1) == 0 ? 4 : 0;
                bytes[digits >> 1] |= (byte) (HexFormat.fromHexDigit(c) << shift);
                digits++;
            } else {
                return null;
            }
        }
        return bytes;
    }
}
