package dev.hubbub.transfer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Reads one value of a JSON file into memory, as much as fits, without recursion. What does not
/// fit, or says a field twice, is read past, so that what comes after it can be read.
final class Trees {

    /// What a value costs beside its text.
    private static final int NODE_CHARS = 16;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Trees() {}

    /// Where a value cannot be used, why.
    static final class Unusable extends Exception {

        private static final long serialVersionUID = 1;

        private final String sentence;

        Unusable(String sentence) {
            super(sentence);
            this.sentence = sentence;
        }

        String sentence() {
            return sentence;
        }
    }

    /// The value that the parser is at; after it, the parser is at its end.
    static JsonNode read(JsonParser json, long charsMax) throws IOException, Unusable {
        JsonToken token = json.currentToken();
        if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
            return scalar(json);
        }
        ContainerNode<?> root =
                token == JsonToken.START_OBJECT ? NODES.objectNode() : NODES.arrayNode();
        return fill(json, root, charsMax);
    }

    /// The rest of an object that the parser is in, at the name of a field.
    static JsonNode rest(JsonParser json, long charsMax) throws IOException, Unusable {
        ObjectNode root = NODES.objectNode();
        Filling filling = new Filling(root, charsMax);
        filling.name = json.currentName();
        return fill(json, filling);
    }

    private static JsonNode fill(JsonParser json, ContainerNode<?> root, long charsMax)
            throws IOException, Unusable {
        return fill(json, new Filling(root, charsMax));
    }

    private static JsonNode fill(JsonParser json, Filling filling) throws IOException, Unusable {
        while (filling.depth() > 0) {
            JsonToken token = json.nextToken();
            if (token == null) {
                throw new com.fasterxml.jackson.core.io.JsonEOFException(
                        json, null, "the file ends in the middle");
            }
            switch (token) {
                case FIELD_NAME -> filling.name(json.currentName());
                case START_OBJECT -> filling.open(NODES.objectNode());
                case START_ARRAY -> filling.open(NODES.arrayNode());
                case END_OBJECT, END_ARRAY -> filling.close();
                default -> filling.value(scalar(json), json.getTextLength());
            }
        }
        if (filling.wrong != null) {
            throw new Unusable(filling.wrong);
        }
        return filling.root;
    }

    private static JsonNode scalar(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_STRING -> NODES.textNode(json.getText());
            case VALUE_NUMBER_INT ->
                    json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                            ? NODES.numberNode(json.getDoubleValue())
                            : NODES.numberNode(json.getLongValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(json.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case null, default -> NODES.nullNode();
        };
    }

    private static final class Filling {

        final ContainerNode<?> root;
        @Nullable String wrong;
        @Nullable String name;

        private final Deque<ContainerNode<?>> open = new ArrayDeque<>();

        /// How many containers are open that are not kept.
        private int past;

        private long left;

        Filling(ContainerNode<?> root, long charsMax) {
            this.root = root;
            left = charsMax;
            open.push(root);
        }

        int depth() {
            return open.size() + past;
        }

        void name(String value) {
            name = value;
        }

        void open(ContainerNode<?> node) {
            if (past == 0 && put(node, 0)) {
                open.push(node);
            } else {
                past++;
            }
        }

        void close() {
            if (past > 0) {
                past--;
            } else {
                open.pop();
            }
        }

        void value(JsonNode node, int chars) {
            if (past == 0) {
                put(node, chars);
            }
        }

        private boolean put(JsonNode node, int chars) {
            String field = name;
            left -= chars + NODE_CHARS + (field == null ? 0 : field.length());
            if (wrong == null && left < 0) {
                wrong = "It is too large to be taken in.";
            }
            if (wrong != null) {
                return false;
            }
            switch (open.element()) {
                case ObjectNode object -> {
                    if (field != null && object.has(field)) {
                        wrong = "It says \"" + Titles.cut(field, 80) + "\" twice.";
                        return false;
                    }
                    object.set(field, node);
                }
                case ArrayNode array -> array.add(node);
                default -> throw new IllegalStateException("a container is one of the two");
            }
            return true;
        }
    }
}
