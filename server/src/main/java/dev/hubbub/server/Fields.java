package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.TurnId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// The fields of an object that a client sent. A field that is null counts as left out but for
/// [#isNull]; one of another type than asked for is a [Fault], and one that nobody asks for is
/// ignored.
final class Fields {

    static final Fields NONE = new Fields(JsonNodeFactory.instance.objectNode());

    private static final int REQUEST_ID_CHARS_MAX = 128;

    private final ObjectNode node;

    private Fields(ObjectNode node) {
        this.node = node;
    }

    static Fields parse(byte[] json) {
        return new Fields(Json.object(json));
    }

    @Nullable String text(String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw Fault.badField("`" + name + "` is a string.").exception();
        }
        return value.textValue();
    }

    /// Whether it was sent and is null, for those who tell that from left out.
    boolean isNull(String name) {
        JsonNode value = node.get(name);
        return value != null && value.isNull();
    }

    /// Whatever was sent under this name, null where it is left out.
    @Nullable JsonNode value(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /// All of them.
    ObjectNode all() {
        return node.deepCopy();
    }

    /// The object of this name, without fields where it is left out.
    Fields object(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return NONE;
        }
        if (value instanceof ObjectNode object) {
            return new Fields(object);
        }
        throw Fault.badField("`" + name + "` is an object.").exception();
    }

    String required(String name) {
        String text = text(name);
        if (text == null) {
            throw Fault.badField("`" + name + "` is missing.").exception();
        }
        return text;
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw Fault.badField("`" + name + "` is true or false.").exception();
        }
        return value.booleanValue();
    }

    /// The same, or null when it is left out.
    @Nullable Boolean flag(String name) {
        return value(name) == null ? null : flag(name, false);
    }

    /// A whole number, or null when it is left out.
    @Nullable Integer number(String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw Fault.badField("`" + name + "` is a whole number.").exception();
        }
        return value.intValue();
    }

    /// A list of strings; empty when it is left out.
    List<String> texts(String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return List.of();
        }
        var texts = new ArrayList<String>();
        for (JsonNode element : value) {
            if (element.isTextual()) {
                texts.add(element.textValue());
            }
        }
        if (!value.isArray() || texts.size() < value.size()) {
            throw Fault.badField("`" + name + "` is a list of strings.").exception();
        }
        return texts;
    }

    @Nullable ConversationId chat(String name) {
        String text = text(name);
        return text == null ? null : chatOf(text);
    }

    @Nullable MessageId message(String name) {
        String text = text(name);
        return text == null ? null : messageOf(text);
    }

    @Nullable ModelId model(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        if (!ModelId.isValid(text)) {
            throw Fault.of(Refusal.MODEL_UNKNOWN).exception();
        }
        return new ModelId(text);
    }

    /// A list of different models, so many of them.
    List<ModelId> models(String name, int min, int max) {
        JsonNode value = node.get(name);
        var models = new LinkedHashSet<ModelId>();
        int named = 0;
        if (value != null && value.isArray() && value.size() <= max) {
            for (JsonNode one : value) {
                if (!one.isTextual()) {
                    break;
                }
                if (!ModelId.isValid(one.textValue())) {
                    throw Fault.of(Refusal.MODEL_UNKNOWN).exception();
                }
                named++;
                models.add(new ModelId(one.textValue()));
            }
        }
        if (value == null || named != value.size() || models.size() != named || named < min) {
            throw Fault.badField(
                            "`%s` is a list of %d to %d different models."
                                    .formatted(name, min, max))
                    .exception();
        }
        return List.copyOf(models);
    }

    @Nullable ClientMessageId key(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return new ClientMessageId(text);
        } catch (IllegalArgumentException wrong) {
            throw Fault.badField("`" + name + "`: " + wrong.getMessage() + ".").exception();
        }
    }

    /// A reply, by the number of its turn: a string, or a number as people may write it.
    @Nullable TurnId reply(String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        try {
            return new TurnId(Long.parseLong(value.asText()));
        } catch (IllegalArgumentException wrong) {
            throw Fault.badField("`" + name + "` is the id of a reply.").exception();
        }
    }

    WhenBusy whenBusy(String name) {
        String text = text(name);
        return switch (text) {
            case null -> WhenBusy.ENQUEUE;
            case "enqueue" -> WhenBusy.ENQUEUE;
            case "reject" -> WhenBusy.REJECT;
            case "interrupt" -> WhenBusy.INTERRUPT;
            default ->
                    throw Fault.badField("`" + name + "` is enqueue, reject or interrupt.")
                            .exception();
        };
    }

    /// The client's own name for a command, or null: a string or a number.
    @Nullable JsonNode requestId() {
        JsonNode value = node.get("request_id");
        if (value == null) {
            return null;
        }
        boolean fits =
                value.isTextual()
                        ? value.textValue().length() <= REQUEST_ID_CHARS_MAX
                        : value.isIntegralNumber() || Double.isFinite(value.doubleValue());
        return value.isValueNode() && !value.isBoolean() && !value.isNull() && fits ? value : null;
    }

    /// Repeats what [#requestId] gave.
    static void writeRequestId(JsonGenerator json, @Nullable JsonNode id) throws IOException {
        if (id == null) {
            return;
        }
        json.writeFieldName("request_id");
        if (id.isTextual()) {
            json.writeString(id.textValue());
        } else if (id.isIntegralNumber()) {
            json.writeNumber(id.bigIntegerValue());
        } else {
            json.writeNumber(id.doubleValue());
        }
    }

    /// The chat that `text` names; what cannot be an id names none.
    static ConversationId chatOf(String text) {
        if (!ConversationId.isValid(text)) {
            String shown = text.length() > 64 ? text.substring(0, 64) + "..." : text;
            throw Fault.of(Refusal.CONVERSATION_UNKNOWN, shown).exception();
        }
        return new ConversationId(text);
    }

    /// The message that `text` names; what cannot be an id names none.
    static MessageId messageOf(String text) {
        if (!MessageId.isValid(text)) {
            throw Fault.of(Refusal.MESSAGE_UNKNOWN).exception();
        }
        return MessageId.parse(text);
    }
}
