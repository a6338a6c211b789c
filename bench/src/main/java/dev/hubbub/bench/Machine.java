package dev.hubbub.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What figures were measured on, without its name.
public final class Machine {

    private Machine() {}

    /// One sentence: cores, memory, system and JDK.
    public static String sentence() {
        return "%d cores, %s, %s %s, %s %s."
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        memory(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        System.getProperty("java.vm.name"),
                        Runtime.version());
    }

    private static String memory() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemTotal:")) {
                    String kib = line.replaceAll("\\D", "");
                    return "%.0f GiB of memory".formatted(Long.parseLong(kib) / 1048576.0);
                }
            }
        } catch (IOException elsewhere) {
            // Only Linux tells it there.
        }
        return "memory unknown";
    }
}
