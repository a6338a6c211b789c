package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// JSON text from and to bytes, with limits on what is taken in.
final class Json {

    static final int DEPTH_MAX = 32;

    private static final int NUMBER_CHARS_MAX = 64;
    private static final int FIELD_NAME_CHARS_MAX = 256;
    private static final int STRING_CHARS_MAX = 16 << 20;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(DEPTH_MAX)
                                    .maxNumberLength(NUMBER_CHARS_MAX)
                                    .maxNameLength(FIELD_NAME_CHARS_MAX)
                                    .maxStringLength(STRING_CHARS_MAX)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build();

    private static final JsonMapper MAPPER =
            JsonMapper.builder(FACTORY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    /// Something that writes the fields of one object.
    interface Body {

        void write(JsonGenerator json) throws IOException;
    }

    /// An object with the fields that `body` writes.
    ///
    /// Goes by way of a string: a lone half of a surrogate pair, which a client can have us repeat,
    /// becomes `?` there, where a generator of UTF-8 would fail.
    static byte[] bytes(Body body) {
        return text(body).getBytes(StandardCharsets.UTF_8);
    }

    static String text(Body body) {
        var text = new StringWriter();
        try (JsonGenerator json = MAPPER.createGenerator(text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    /// A tree as bytes.
    static byte[] bytes(ObjectNode object) {
        try {
            return MAPPER.writeValueAsString(object).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// Reads one object.
    ///
    /// @throws FaultException when that is not what `bytes` are
    static ObjectNode object(byte[] bytes) {
        JsonNode node;
        try {
            node = MAPPER.readTree(bytes);
        } catch (StreamConstraintsException beyond) {
            throw invalid("The JSON is nested too deeply or has a number that is too long.");
        } catch (JsonProcessingException malformed) {
            String what = malformed.getOriginalMessage().lines().findFirst().orElse("");
            throw invalid("This is not valid JSON: " + what);
        } catch (IOException malformed) {
            throw invalid("This is not valid JSON in UTF-8.");
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw invalid("Send a JSON object.");
    }

    private static FaultException invalid(String detail) {
        return new Fault(400, "json_invalid", detail).exception();
    }
}
