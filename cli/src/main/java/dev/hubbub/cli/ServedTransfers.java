package dev.hubbub.cli;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.transfer.ExportFormat;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// The chats of a server's user, over its HTTP API.
final class ServedTransfers implements Transfers {

    private final ServerApi api;

    ServedTransfers(URI server, @Nullable String token) {
        api = new ServerApi(server, token);
    }

    @Override
    public List<Named> chats() {
        var all = new ArrayList<Named>();
        for (String archived : List.of("false", "true")) {
            String cursor = "";
            do {
                JsonNode page = api.get("api/chats?archived=" + archived + cursor);
                for (JsonNode chat : page.path("chats")) {
                    all.add(new Named(chat.path("id").asText(), chat.path("name").asText()));
                }
                String next = page.path("next_cursor").asText();
                cursor = next.isEmpty() ? "" : "&cursor=" + encoded(next);
            } while (!cursor.isEmpty());
        }
        return all.stream().distinct().toList();
    }

    @Override
    public void export(String id, ExportFormat format, OutputStream out) throws IOException {
        if (!ConversationId.isValid(id)) {
            throw Failure.of("There is no chat %s; look for it in an export of all.".formatted(id));
        }
        copy("api/chats/" + id + "/export?format=" + format.word(), out);
    }

    @Override
    public void exportAll(OutputStream out, IntConsumer progress) throws IOException {
        copy("api/export", out);
    }

    private void copy(String path, OutputStream out) throws IOException {
        try (InputStream in = api.download(path)) {
            in.transferTo(out);
        }
    }

    @Override
    public JsonNode take(Path file, boolean dryRun, IntConsumer progress) throws IOException {
        String modified =
                Files.getLastModifiedTime(file)
                        .toInstant()
                        .truncatedTo(ChronoUnit.MILLIS)
                        .toString();
        return api.upload(
                "api/import?dry_run=%s&name=%s&modified=%s"
                        .formatted(dryRun, encoded(ImportCommand.nameOf(file)), encoded(modified)),
                file);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        api.close();
    }
}
