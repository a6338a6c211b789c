package dev.hubbub.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import java.io.IOException;
import java.io.UncheckedIOException;

/// As much of an event on a socket as the load generator looks at.
///
/// @param chat empty when the event is of no chat
/// @param offset of a delta
/// @param text of a delta, or the content of the message that a reply became
record SeenEvent(String type, String chat, long offset, String text) {

    private static final JsonFactory FACTORY = new JsonFactory();

    static SeenEvent of(byte[] json) {
        String type = "";
        String chat = "";
        long offset = 0;
        String text = "";
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "type" -> type = parser.getText();
                    case "chat_id" -> chat = parser.getText();
                    case "offset" -> offset = parser.getLongValue();
                    case "text" -> text = parser.getText();
                    case "message" -> {
                        if (parser.currentToken() == JsonToken.START_OBJECT) {
                            text = content(parser);
                        }
                    }
                    default -> parser.skipChildren();
                }
            }
        } catch (IOException malformed) {
            throw new UncheckedIOException("the server sent what is not JSON", malformed);
        }
        return new SeenEvent(type, chat, offset, text);
    }

    private static String content(JsonParser parser) throws IOException {
        String content = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = parser.currentName().equals("content");
            parser.nextToken();
            if (wanted) {
                content = parser.getText();
            } else {
                parser.skipChildren();
            }
        }
        return content;
    }
}
