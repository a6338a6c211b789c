package dev.hubbub.store;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// A CSV file (RFC 4180) of *groups*: rows that are there together or not at all. The last row of a
/// group, and only that, has in its last column the CRC-32C of all cells of the group. Whatever
/// follows the last whole group when a file is read was being written when the machine stopped.
final class CsvFile {

    /// UTF-16 units of one cell: more than a message or a conversation may have.
    private static final int CELL_CHARS_MAX = 1 << 28;

    /// One row as it is in a file.
    record Row(long line, List<String> cells) {}

    /// Rows that belong together.
    ///
    /// @param intact whether they are what was written
    record Group(List<Row> rows, boolean intact) {

        /// Whether it is also as wide as that everywhere.
        boolean isIntactFor(int columns) {
            return intact && rows.stream().allMatch(row -> row.cells().size() == columns);
        }
    }

    /// What is in a file.
    ///
    /// @param bytes up to which its groups are whole; what follows may be cut
    /// @param known whether it begins with the columns that it should
    record Read(List<Group> groups, long bytes, boolean known) {}

    private CsvFile() {}

    static byte[] header(List<String> columns) {
        return bytes(List.of(columns));
    }

    /// @param rows without the last column
    static byte[] group(List<List<String>> rows) {
        var checked = new ArrayList<List<String>>(rows.size());
        for (List<String> row : rows) {
            var cells = new ArrayList<String>(row);
            cells.add(checked.size() == rows.size() - 1 ? check(rows) : "");
            checked.add(cells);
        }
        return bytes(checked);
    }

    /// Reads a file as far as it can be read.
    static Read read(Path file, List<String> columns) throws IOException {
        byte[] content = Files.readAllBytes(file);
        List<Integer> ends = ends(content);
        if (ends.isEmpty()) {
            return new Read(List.of(), 0, true);
        }
        var groups = new ArrayList<Group>();
        var open = new ArrayList<Row>();
        long whole = 0;
        int number = 0;
        String text = new String(content, 0, ends.getLast(), StandardCharsets.UTF_8);
        try (CsvReader<CsvRecord> rows =
                CsvReader.builder()
                        .skipEmptyLines(false)
                        .maxBufferSize(CELL_CHARS_MAX)
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .ofCsvRecord(text)) {
            for (CsvRecord row : rows) {
                if (number >= ends.size()) {
                    break;
                }
                int end = ends.get(number++);
                if (number == 1) {
                    if (!row.getFields().equals(columns)) {
                        return new Read(List.of(), 0, false);
                    }
                    whole = end;
                    continue;
                }
                open.add(new Row(row.getStartingLineNumber(), row.getFields()));
                if (row.getFieldCount() == columns.size()
                        && !row.getField(columns.size() - 1).isEmpty()) {
                    groups.add(new Group(List.copyOf(open), isIntact(open)));
                    open.clear();
                    whole = end;
                }
            }
        } catch (CsvParseException | UncheckedIOException _) {
            // As far as it goes: what follows is no group.
        }
        return new Read(groups, whole, true);
    }

    private static boolean isIntact(List<Row> rows) {
        var unchecked = new ArrayList<List<String>>(rows.size());
        for (Row row : rows) {
            List<String> cells = row.cells();
            unchecked.add(cells.subList(0, Math.max(0, cells.size() - 1)));
        }
        return check(unchecked).equals(rows.getLast().cells().getLast());
    }

    private static String check(List<List<String>> rows) {
        var crc = new CRC32C();
        for (List<String> row : rows) {
            for (String cell : row) {
                byte[] utf8 = cell.getBytes(StandardCharsets.UTF_8);
                crc.update(utf8);
                crc.update(0);
            }
            crc.update(1);
        }
        return "%08x".formatted(crc.getValue());
    }

    private static byte[] bytes(List<List<String>> rows) {
        var text = new StringWriter();
        try (CsvWriter out = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(text)) {
            rows.forEach(out::writeRecord);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a string takes every character", impossible);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// Where each whole row ends, as the reader sees rows.
    private static List<Integer> ends(byte[] content) {
        var ends = new ArrayList<Integer>();
        boolean quoted = false;
        boolean begins = true;
        for (int i = 0; i < content.length; i++) {
            byte b = content[i];
            if (quoted) {
                if (b == '"') {
                    if (i + 1 < content.length && content[i + 1] == '"') {
                        i++;
                    } else {
                        quoted = false;
                    }
                }
            } else if (b == '"' && begins) {
                quoted = true;
                begins = false;
            } else if (b == '\n' || b == '\r') {
                if (b == '\r' && i + 1 < content.length && content[i + 1] == '\n') {
                    i++;
                }
                ends.add(i + 1);
                begins = true;
            } else {
                begins = b == ',';
            }
        }
        return ends;
    }
}
