package dev.hubbub.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.transfer.ExportFormat;
import dev.hubbub.transfer.Exporter;
import dev.hubbub.transfer.ImportException;
import dev.hubbub.transfer.ImportLimits;
import dev.hubbub.transfer.ImportOptions;
import dev.hubbub.transfer.ImportReport;
import dev.hubbub.transfer.Importer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// The chats of a store that this process has open.
final class LocalTransfers implements Transfers {

    private static final JsonMapper JSON = new JsonMapper();

    private final Node node;
    private final UserId user;
    private final Exporter exporter;

    LocalTransfers(Node node, UserId user) {
        this.node = node;
        this.user = user;
        exporter = new Exporter(node.engine(), user);
    }

    @Override
    public List<Named> chats() {
        var all = new ArrayList<Named>();
        for (ConversationId id : exporter.all()) {
            Conversation chat = exporter.find(id);
            if (chat != null) {
                all.add(new Named(id.value(), chat.name()));
            }
        }
        return all;
    }

    @Override
    public void export(String id, ExportFormat format, OutputStream out) throws IOException {
        Conversation chat = ConversationId.isValid(id) ? find(new ConversationId(id)) : null;
        if (chat == null) {
            throw Failure.of("There is no chat %s; look for it in an export of all.".formatted(id));
        }
        exporter.write(chat, format, out);
    }

    private @Nullable Conversation find(ConversationId id) {
        return exporter.find(id);
    }

    @Override
    public void exportAll(OutputStream out, IntConsumer progress) throws IOException {
        exporter.writeAll(out, progress);
    }

    @Override
    public JsonNode take(Path file, boolean dryRun, IntConsumer progress) throws IOException {
        try {
            ImportReport report =
                    new Importer(node.engine(), user, ImportLimits.DEFAULT)
                            .run(
                                    file,
                                    ImportOptions.DEFAULT
                                            .withDryRun(dryRun)
                                            .withFile(
                                                    ImportCommand.nameOf(file),
                                                    Files.getLastModifiedTime(file).toInstant())
                                            .withProgress(progress));
            var text = new StringWriter();
            try (JsonGenerator json = JSON.createGenerator(text)) {
                json.writeStartObject();
                report.write(json);
                json.writeEndObject();
            }
            return JSON.readTree(text.toString());
        } catch (ImportException unknown) {
            throw Failure.of("%s: %s".formatted(file, unknown.getMessage()));
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
