package dev.hubbub.store;

import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.OwnerRecords.OwnerRecord;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UsageLedger.Charge;
import dev.hubbub.conversation.UsageLedger.Spent;
import dev.hubbub.conversation.UserId;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The rows of the file `hubbub.csv`: what is no conversation's. An `epoch` of a partition, a
/// `charge` of a user, a `record` of a user, or that one was dropped, which has no content. A later
/// row takes the place of an earlier one with the same kind, owner and name, but for charges.
final class CsvLedger {

    static final List<String> COLUMNS = List.of("kind", "user_id", "name", "content", "check");

    private static final String EPOCH = "epoch";
    private static final String CHARGE = "charge";
    private static final String RECORD = "record";
    private static final String DROP = "drop";

    private CsvLedger() {}

    static byte[] epochs(Map<Integer, Long> epochs) {
        return CsvFile.group(
                epochs.entrySet().stream()
                        .map(one ->
                                List.of(
                                        EPOCH,
                                        "",
                                        one.getKey().toString(),
                                        one.getValue().toString()))
                        .toList());
    }

    static byte[] charges(List<Charge> charges) {
        var rows = new ArrayList<List<String>>();
        for (Charge charge : charges) {
            Usage usage = charge.spent().usage();
            rows.add(
                    List.of(
                            CHARGE,
                            charge.owner().value(),
                            charge.spent().day() + " " + charge.spent().model(),
                            usage.inputTokens()
                                    + " "
                                    + usage.outputTokens()
                                    + " "
                                    + usage.costNanos()));
        }
        return CsvFile.group(rows);
    }

    static byte[] record(UserId owner, OwnerRecord record) {
        return CsvFile.group(
                List.of(
                        List.of(
                                RECORD,
                                owner.value(),
                                record.kind() + " " + record.id(),
                                Base64.getEncoder().encodeToString(record.content()))));
    }

    static byte[] drop(UserId owner, String kind, String id) {
        return CsvFile.group(List.of(List.of(DROP, owner.value(), kind + " " + id, "")));
    }

    /// Without the rows that others have taken the place of.
    static List<List<String>> current(List<CsvFile.Group> groups) {
        var current = new LinkedHashMap<List<String>, List<String>>();
        long number = 0;
        for (CsvFile.Group group : groups) {
            for (CsvFile.Row row : group.rows()) {
                List<String> cells = row.cells().subList(0, COLUMNS.size() - 1);
                String kind = cells.getFirst();
                String place = kind.equals(CHARGE) ? Long.toString(number++) : cells.get(2);
                var key = List.of(kind.equals(DROP) ? RECORD : kind, cells.get(1), place);
                current.remove(key);
                if (!kind.equals(DROP)) {
                    current.put(key, cells);
                }
            }
        }
        return List.copyOf(current.values());
    }

    /// Puts a row where it belongs.
    static void take(List<String> row, Map<Integer, Long> epochs, MemoryStore memory)
            throws IOException {
        try {
            String content = row.get(3);
            switch (row.getFirst()) {
                case EPOCH -> epochs.put(Integer.valueOf(row.get(2)), Long.valueOf(content));
                case CHARGE -> memory.charge(List.of(charge(row)));
                case RECORD -> {
                    String[] name = row.get(2).split(" ", 2);
                    memory.keepRecord(
                            new UserId(row.get(1)),
                            new OwnerRecord(name[0], name[1], Base64.getDecoder().decode(content)));
                }
                case String kind -> throw new IOException("there is no kind '" + kind + "'");
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException damaged) {
            throw new IOException("a row is damaged", damaged);
        }
    }

    private static Charge charge(List<String> row) {
        String[] name = row.get(2).split(" ", 2);
        String[] used = row.get(3).split(" ", 3);
        return new Charge(
                new UserId(row.get(1)),
                new Spent(
                        LocalDate.parse(name[0]),
                        new ModelId(name[1]),
                        new Usage(
                                Long.parseLong(used[0]),
                                Long.parseLong(used[1]),
                                Long.parseLong(used[2]))));
    }
}
