package dev.hubbub.transfer;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.stream.Collectors;

/// Writes all messages of a chat as CSV (RFC 4180), those of other branches too. `parent_id` says
/// what a message follows, and `head` is `*` at the chat's head.
final class CsvChat {

    static final List<String> COLUMNS =
            List.of(
                    "timestamp",
                    "user_id",
                    "role",
                    "content",
                    "id",
                    "parent_id",
                    "model",
                    "chat_id",
                    "chat_name",
                    "head");

    private final CsvWriter rows;

    CsvChat(Writer out) {
        rows = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(out);
    }

    void write(Conversation chat, ChatTree tree) throws IOException {
        rows.writeRecord(COLUMNS);
        tree.forEach(message -> write(chat, message));
        rows.flush();
    }

    private void write(Conversation chat, Message message) {
        rows.writeRecord(
                JsonChats.time(message.createdAt()),
                chat.owner().value(),
                message.role().wire(),
                message.text(),
                message.id().toString(),
                message.parents().stream()
                        .map(MessageId::toString)
                        .collect(Collectors.joining(" ")),
                message.model() == null ? "" : message.model().value(),
                chat.id().value(),
                chat.name(),
                message.id().equals(chat.head()) ? "*" : "");
    }
}
