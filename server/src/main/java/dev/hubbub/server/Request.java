package dev.hubbub.server;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.UserId;

import io.vertx.core.MultiMap;

import org.jspecify.annotations.Nullable;

/// A request that is to be answered with one object.
///
/// @param asker who asks, or null where anybody may
/// @param id what stands in the path where the route has `{id}`; empty where it has none
/// @param query the parameters behind the question mark
/// @param headers what HTTP says beside the body
/// @param body the fields of the JSON body; none when there was no body
record Request(
        @Nullable UserId asker, String id, MultiMap query, MultiMap headers, Fields body) {

    /// Who asks; not for routes that anybody may use.
    UserId user() {
        if (asker == null) {
            throw new IllegalStateException("nobody in particular asks");
        }
        return asker;
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
