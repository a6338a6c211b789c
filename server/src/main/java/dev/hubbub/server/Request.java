package dev.hubbub.server;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.UserId;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A request that is to be answered with one object.
///
/// @param asker who asks, or null where anybody may
/// @param id what stands in the path where the route has `{id}`; empty where it has none, and with
///   slashes between them where it has several
/// @param query the parameters behind the question mark
/// @param headers what HTTP says beside the body
/// @param body the fields of the JSON body; none when there was no body
/// @param bytes the body as it came, for a [Routes.BytesHandler]; empty for others
record Request(
        @Nullable UserId asker,
        String id,
        MultiMap query,
        MultiMap headers,
        Fields body,
        Buffer bytes) {

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /// Who asks; not for routes that anybody may use.
    UserId user() {
        if (asker == null) {
            throw new IllegalStateException("nobody in particular asks");
        }
        return asker;
    }

    /// What the header `Idempotency-Key` says, without the quotes that it may have.
    @Nullable ClientMessageId idempotencyKey() {
        List<String> given = headers.getAll(IDEMPOTENCY_KEY);
        if (given.isEmpty()) {
            return null;
        }
        String key = given.getFirst();
        boolean quoted = key.length() > 1 && key.startsWith("\"") && key.endsWith("\"");
        try {
            if (given.size() == 1) {
                return new ClientMessageId(quoted ? key.substring(1, key.length() - 1) : key);
            }
        } catch (IllegalArgumentException wrong) {
            // Told below.
        }
        throw Fault.badField("`Idempotency-Key` is one header of 1 to 128 characters.").exception();
    }

    /// The sender's own id for a message: the field `client_message_id`, else the header.
    @Nullable ClientMessageId key() {
        ClientMessageId header = idempotencyKey();
        ClientMessageId field = body.key("client_message_id");
        return field == null ? header : field;
    }

    ConversationId chat() {
        return Fields.chatOf(id);
    }

    @Nullable String parameter(String name) {
        String value = query.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    @Nullable MessageId messageParameter(String name) {
        String value = parameter(name);
        return value == null ? null : Fields.messageOf(value);
    }

    /// A count from 1 to `max`, which it is when left out.
    int limit(int max) {
        String value = parameter("limit");
        if (value == null) {
            return max;
        }
        try {
            int limit = Integer.parseInt(value);
            if (limit >= 1 && limit <= max) {
                return limit;
            }
        } catch (NumberFormatException notANumber) {
            // Told below.
        }
        throw Fault.badField("`limit` is a number from 1 to " + max + ".").exception();
    }
}
