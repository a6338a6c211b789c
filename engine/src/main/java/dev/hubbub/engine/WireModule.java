package dev.hubbub.engine;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;

import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Draft;
import dev.hubbub.conversation.Message;

import java.io.IOException;
import java.util.List;

/// How messages between nodes are written: sealed types carry the name of their case, a draft is
/// its text. Everything else is records of plain values.
public final class WireModule extends SimpleModule {

    private static final long serialVersionUID = 1;

    /// Made by name, by the actor system's configuration.
    public WireModule() {
        super("hubbub");
        for (Class<?> sealed :
                List.of(ConversationCommand.class, ConversationEvent.class, Response.class)) {
            setMixInAnnotation(sealed, Named.class);
            registerCases(sealed);
        }
        setMixInAnnotation(Message.class, Plain.class);
        addSerializer(ConversationId.class, ToStringSerializer.instance);
        addDeserializer(
                ConversationId.class,
                new StdDeserializer<ConversationId>(ConversationId.class) {
                    private static final long serialVersionUID = 1;

                    @Override
                    public ConversationId deserialize(
                            JsonParser json, DeserializationContext context) throws IOException {
                        return new ConversationId(json.getValueAsString());
                    }
                });
        addSerializer(
                new StdSerializer<Draft>(Draft.class) {
                    private static final long serialVersionUID = 1;

                    @Override
                    public void serialize(
                            Draft draft, JsonGenerator json, SerializerProvider provider)
                            throws IOException {
                        json.writeString(draft.text());
                    }
                });
        addDeserializer(
                Draft.class,
                new StdDeserializer<Draft>(Draft.class) {
                    private static final long serialVersionUID = 1;

                    @Override
                    public Draft deserialize(JsonParser json, DeserializationContext context)
                            throws IOException {
                        return Draft.of(json.getValueAsString());
                    }
                });
    }

    private void registerCases(Class<?> sealed) {
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isSealed()) {
                registerCases(permitted);
            } else {
                registerSubtypes(new NamedType(permitted, permitted.getSimpleName()));
            }
        }
    }

    /// What is asked of a record is not part of it: [Message#isIntact] would cost a hash each time.
    @JsonAutoDetect(isGetterVisibility = JsonAutoDetect.Visibility.NONE)
    private interface Plain {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "case")
    @JsonAutoDetect(isGetterVisibility = JsonAutoDetect.Visibility.NONE)
    private interface Named {}
}
