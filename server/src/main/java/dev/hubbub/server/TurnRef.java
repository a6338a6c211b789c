package dev.hubbub.server;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/// Names one turn to clients that have ids of their own for replies. All that it takes to find the
/// turn again is in it, so that nothing else need be kept: it holds on any node, and after a
/// restart. It is no secret and gives no right: whoever uses it must own the conversation.
///
/// @param parent the message that the turn answers
/// @param place how many replies that message had before
record TurnRef(ConversationId chat, TurnId turn, MessageId parent, int place) {

    private static final int PLACE_MAX = Short.MAX_VALUE;
    private static final int NUMBER_BYTES_MAX = 9;
    private static final byte UUID_CHAT = 0;
    private static final byte OTHER_CHAT = 1;

    /// @param prefix such as `resp_`
    String text(String prefix) {
        ByteBuffer bytes =
                ByteBuffer.allocate(
                        1 + 2 * NUMBER_BYTES_MAX + MessageId.BYTES + ConversationId.CHARS_MAX);
        UUID uuid = uuid(chat);
        bytes.put(uuid == null ? OTHER_CHAT : UUID_CHAT);
        putShortly(bytes, turn.number());
        putShortly(bytes, place);
        bytes.put(parent.bytes());
        if (uuid == null) {
            bytes.put(chat.value().getBytes(StandardCharsets.US_ASCII));
        } else {
            bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        }
        byte[] used = new byte[bytes.position()];
        bytes.flip().get(used);
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(used);
    }

    /// Reads what [#text] writes; null when `text` is anything else.
    static @Nullable TurnRef parse(String prefix, String text) {
        if (!text.startsWith(prefix)) {
            return null;
        }
        try {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(prefix.length())));
            byte kind = bytes.get();
            var turn = new TurnId(takeShort(bytes));
            long place = takeShort(bytes);
            byte[] parent = new byte[MessageId.BYTES];
            bytes.get(parent);
            ConversationId chat;
            if (kind == UUID_CHAT) {
                chat = new ConversationId(bytes.getLong(), bytes.getLong());
            } else {
                byte[] rest = new byte[bytes.remaining()];
                bytes.get(rest);
                chat = new ConversationId(new String(rest, StandardCharsets.US_ASCII));
            }
            if (bytes.hasRemaining() || place > PLACE_MAX || kind > OTHER_CHAT || kind < 0) {
                return null;
            }
            return new TurnRef(chat, turn, MessageId.of(parent), (int) place);
        } catch (IllegalArgumentException | BufferUnderflowException notOurs) {
            return null;
        }
    }

    /// The reply of a turn that has ended; a stage of null where there is none.
    CompletionStage<@Nullable Message> reply(Engine engine, UserId user) {
        return engine.children(user, chat, parent).thenApply(this::reply);
    }

    private @Nullable Message reply(List<Message> children) {
        int before = 0;
        for (Message child : children) {
            if (child.role() == Role.ASSISTANT && before++ == place) {
                return child;
            }
        }
        return null;
    }

    private static @Nullable UUID uuid(ConversationId chat) {
        String text = chat.value();
        if (text.length() != 36) {
            return null;
        }
        try {
            UUID uuid = UUID.fromString(text);
            return uuid.toString().equals(text) ? uuid : null;
        } catch (IllegalArgumentException another) {
            return null;
        }
    }

    /// Seven bits a byte, the lowest first; a set eighth says that more follow.
    private static void putShortly(ByteBuffer bytes, long value) {
        long rest = value;
        while (rest > 0x7f) {
            bytes.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.put((byte) rest);
    }

    private static long takeShort(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number has at most 63 bits");
    }
}
