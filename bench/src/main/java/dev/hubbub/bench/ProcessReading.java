package dev.hubbub.bench;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What Linux says of a process at one moment.
///
/// @param cpuMillis processor time of the whole process
/// @param residentBytes memory that it has in RAM
/// @param writtenBytes that it caused to be written to disk
/// @param cpuMillisOf processor time by kind of thread
record ProcessReading(
        long cpuMillis, long residentBytes, long writtenBytes, Map<String, Long> cpuMillisOf) {

    /// USER_HZ, which Linux fixes for programs.
    private static final int TICK_MILLIS = 10;

    /// Where the processor time stands after the name.
    private static final int USER_TICKS = 11;

    private static final Map<String, String> KINDS =
            Map.of(
                    "vert.x-eventloo", "event loops: sockets, JSON",
                    "hubbub-pekko.ac", "actors: partitions, hub",
                    "hubbub-commit", "commit loop, store",
                    "hubbub-wheel", "simulated models",
                    "GC Thread#", "garbage collection",
                    "C1 CompilerThre", "compiler",
                    "C2 CompilerThre", "compiler",
                    "ForkJoinPool-", "virtual threads");

    /// A reading of now; null where there is no such process, or no Linux.
    static @Nullable ProcessReading of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        if (!Files.isReadable(process.resolve("io"))) {
            return null;
        }
        try {
            return new ProcessReading(
                    cpuMillis(Files.readString(process.resolve("stat"))),
                    field(process.resolve("status"), "VmRSS:") << 10,
                    field(process.resolve("io"), "write_bytes:"),
                    threads(process.resolve("task")));
        } catch (IOException gone) {
            return null;
        }
    }

    private static Map<String, Long> threads(Path tasks) throws IOException {
        List<Path> all;
        try (Stream<Path> listed = Files.list(tasks)) {
            all = listed.toList();
        }
        var cpuMillisOf = new TreeMap<String, Long>();
        for (Path task : all) {
            try {
                String stat = Files.readString(task.resolve("stat"));
                cpuMillisOf.merge(kind(stat), cpuMillis(stat), Long::sum);
            } catch (IOException | UncheckedIOException ended) {
                // A thread that ended between the list and the reading.
            }
        }
        return cpuMillisOf;
    }

    private static String kind(String stat) {
        String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        for (var kind : KINDS.entrySet()) {
            if (name.startsWith(kind.getKey())) {
                return kind.getValue();
            }
        }
        return "other";
    }

    private static long cpuMillis(String stat) {
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        long ticks =
                Long.parseLong(fields.get(USER_TICKS)) + Long.parseLong(fields.get(USER_TICKS + 1));
        return ticks * TICK_MILLIS;
    }

    private static long field(Path file, String name) throws IOException {
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(name)) {
                String value = line.substring(name.length()).strip();
                int blank = value.indexOf(' ');
                return Long.parseLong(blank < 0 ? value : value.substring(0, blank));
            }
        }
        return 0;
    }
}
