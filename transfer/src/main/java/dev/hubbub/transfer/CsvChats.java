package dev.hubbub.transfer;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;

import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Role;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Reads chats from CSV: what [CsvChat] writes and other files whose first row names at least
/// `role` and `content`; and old files of two columns without names, the role and what was said.
/// Rows that name no `parent_id` follow one another. A row that cannot be understood is told and
/// left out.
final class CsvChats {

    private static final String OLD = "csv";

    private final ImportLimits limits;
    private final ImportOptions options;
    private final ForeignReader reader;

    /// Of all chats, which are held together: their rows may be mixed.
    private long chars;

    /// Each row's cells by the names of their columns.
    private record Columns(Map<String, Integer> places) {

        String cell(CsvRecord row, String column) {
            Integer place = places.get(column);
            return place == null || place >= row.getFieldCount() ? "" : row.getField(place);
        }
    }

    /// One chat of the file.
    private static final class Rows {

        final List<ForeignChat.Line> lines = new ArrayList<>();
        String name = "";
        @Nullable String head;
        @Nullable String last;
    }

    CsvChats(ImportLimits limits, ImportOptions options, ForeignReader reader) {
        this.limits = limits;
        this.options = options;
        this.reader = reader;
    }

    /// @throws ImportException when the first row is none of such a file
    void read(Reader text) throws IOException {
        var chats = new LinkedHashMap<String, Rows>();
        Columns columns = null;
        try (CsvReader<CsvRecord> rows =
                CsvReader.builder()
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .ofCsvRecord(text)) {
            for (CsvRecord row : rows) {
                if (columns == null) {
                    columns = columns(row);
                    if (columns.places().size() > 2 || isHeader(row)) {
                        continue;
                    }
                }
                add(chats, columns, row);
            }
        } catch (CsvParseException | UncheckedIOException broken) {
            if (columns == null) {
                throw Importer.unknown();
            }
            reader.problem("the file", "It cannot be read on: " + broken.getMessage() + ".");
        }
        if (columns == null) {
            throw Importer.unknown();
        }
        chats.forEach(this::take);
    }

    private static Columns columns(CsvRecord first) {
        var places = new HashMap<String, Integer>();
        for (int i = 0; i < first.getFieldCount(); i++) {
            places.putIfAbsent(first.getField(i).strip().toLowerCase(Locale.ROOT), i);
        }
        if (places.containsKey("role") && places.containsKey("content")) {
            return new Columns(places);
        }
        if (first.getFieldCount() == 2 && role(first.getField(0)) != null) {
            return new Columns(Map.of("role", 0, "content", 1));
        }
        throw Importer.unknown();
    }

    private static boolean isHeader(CsvRecord row) {
        return row.getField(0).strip().equalsIgnoreCase("role");
    }

    private void add(Map<String, Rows> chats, Columns columns, CsvRecord row) {
        String where = "line " + row.getStartingLineNumber();
        Role role = role(columns.cell(row, "role"));
        boolean small = columns.places().size() == 2;
        if (role == null || (small && row.getFieldCount() != 2)) {
            reader.problem(
                    where, "It is no message: it has no role that is known, or too few cells.");
            return;
        }
        Rows chat = chats.computeIfAbsent(columns.cell(row, "chat_id"), _ -> new Rows());
        String content = columns.cell(row, "content");
        chars += content.length();
        if (chars > limits.chatCharsMax() || chat.lines.size() >= limits.chatMessagesMax()) {
            reader.problem(where, "The file is too large to be taken in whole; it is left out.");
            return;
        }
        String key = columns.cell(row, "id");
        key = key.isEmpty() ? "#" + row.getStartingLineNumber() : key;
        String parents = columns.cell(row, "parent_id").strip();
        boolean linked = columns.places().containsKey("parent_id");
        String parent = linked ? (parents.isEmpty() ? null : parents.split(" ", 2)[0]) : chat.last;
        String model = columns.cell(row, "model");
        chat.lines.add(
                new ForeignChat.Line(
                        key,
                        parent,
                        role,
                        content,
                        model.isEmpty() ? null : model,
                        Objects.requireNonNullElse(
                                Times.parse(columns.cell(row, "timestamp")), options.modified()),
                        List.of(),
                        null));
        chat.last = key;
        chat.name = chat.name.isEmpty() ? columns.cell(row, "chat_name") : chat.name;
        chat.head = columns.cell(row, "head").equals("*") ? key : chat.head;
    }

    private void take(String id, Rows chat) {
        reader.take(
                new ForeignChat(
                        OLD,
                        id,
                        chat.name.isEmpty() ? options.name() : chat.name,
                        null,
                        null,
                        Marks.NONE,
                        chat.lines.isEmpty() ? options.modified() : chat.lines.getFirst().at(),
                        null,
                        chat.lines,
                        chat.head == null ? chat.last : chat.head),
                id.isEmpty() ? "the file" : "chat " + Titles.clean(id, 80));
    }

    private static @Nullable Role role(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT)) {
            case "user", "human", "you" -> Role.USER;
            case "assistant", "ai", "bot", "model" -> Role.ASSISTANT;
            case "system" -> Role.SYSTEM;
            default -> null;
        };
    }
}
