package dev.hubbub.cli;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import com.typesafe.config.Config;

import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.StoreException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The checks of `hubbub doctor`. They leave nothing behind.
final class Checkup {

    private static final long MIB = 1 << 20;
    private static final long HEAP_BYTES_MIN = 256 * MIB;
    private static final long DISK_BYTES_FAIL = 100 * MIB;
    private static final long DISK_BYTES_WARN = 1024 * MIB;

    /// Every viewer is an open file; so is every model call.
    private static final long OPEN_FILES_MIN = 4096;

    private static final int FLUSHES = 20;
    private static final int FLUSH_BYTES = 4096;

    /// A commit waits for the disk, and so does everybody who watches.
    private static final long FLUSH_MICROS_WARN = 20_000;

    private final Surroundings surroundings;
    private final DataDirectory data;
    private final StoreChoice store;
    private final Port port;
    private final Config configured;
    private final @Nullable String model;
    private final @Nullable ServerAddress running;

    Checkup(
            Surroundings surroundings,
            DataDirectory data,
            StoreChoice store,
            Port port,
            Config configured,
            @Nullable String model) {
        this.surroundings = surroundings;
        this.data = data;
        this.store = store;
        this.port = port;
        this.configured = configured;
        this.model = model;
        running = ServerAddress.find(data);
    }

    List<Check> checks() {
        var checks = new ArrayList<Check>();
        checks.add(Check.ok("version", "Hubbub " + Version.number()));
        checks.add(java());
        checks.add(machine());
        checks.add(openFiles());
        Check directory = dataDirectory();
        checks.add(directory);
        checks.add(disk());
        if (directory.verdict() == Check.Verdict.OK) {
            checks.add(store());
            if (store == StoreChoice.SQLITE) {
                checks.add(flush());
            }
        }
        checks.add(port());
        checks.addAll(new ModelChecks(surroundings, configured, model).checks());
        checks.add(page());
        return checks;
    }

    private static Check java() {
        return Check.ok(
                "java", "%s (%s)".formatted(Runtime.version(), System.getProperty("java.vendor")));
    }

    private static Check machine() {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long heapBytes = Runtime.getRuntime().maxMemory();
        String finding =
                "%d cores, %d MiB of memory, of which Java may use %d MiB"
                        .formatted(
                                Runtime.getRuntime().availableProcessors(),
                                system.getTotalMemorySize() / MIB,
                                heapBytes / MIB);
        return heapBytes >= HEAP_BYTES_MIN
                ? Check.ok("machine", finding)
                : Check.warn(
                        "machine", finding, "give Java more, such as HUBBUB_JAVA_OPTS=-Xmx512m");
    }

    private static Check openFiles() {
        if (!(ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean system)) {
            return Check.ok(
                    "files", "this system has no limit on open files that can be asked for");
        }
        long max = system.getMaxFileDescriptorCount();
        String finding = "up to %d open files".formatted(max);
        return max >= OPEN_FILES_MIN
                ? Check.ok("files", finding)
                : Check.warn(
                        "files", finding, "raise it before many people connect: ulimit -n 65536");
    }

    private Check dataDirectory() {
        Path existing = existing();
        if (!Files.isDirectory(existing)) {
            return Check.fail(
                    "data", existing + " is not a directory", "choose another with --data");
        }
        try {
            Files.delete(Files.createTempFile(existing, "writable", ""));
        } catch (IOException refused) {
            return Check.fail(
                    "data",
                    existing + " cannot be written",
                    "make it writable for this user or choose another with --data");
        }
        return Check.ok(
                "data",
                existing.equals(data.path())
                        ? data + " can be written"
                        : data + " is not there yet, and can be made");
    }

    private Check disk() {
        try {
            long bytes = Files.getFileStore(existing()).getUsableSpace();
            String finding = "%d MiB free".formatted(bytes / MIB);
            if (bytes < DISK_BYTES_FAIL) {
                return Check.fail("disk", finding, "free some space or choose another --data");
            }
            return bytes < DISK_BYTES_WARN
                    ? Check.warn("disk", finding, "free some space soon")
                    : Check.ok("disk", finding);
        } catch (IOException unknown) {
            return Check.warn("disk", "its free space is unknown", "look after it yourself");
        }
    }

    private Check store() {
        if (running != null) {
            return Check.ok(
                    "store",
                    "%s, in use by the server at %s (process %d)"
                            .formatted(store, running.url(), running.pid()));
        }
        if (store == StoreChoice.MEMORY) {
            return Check.warn("store", "memory: nothing is kept", "leave --store out to keep it");
        }
        if (!holdsFiles(data.path())) {
            return Check.ok("store", "%s, made at the first start".formatted(store));
        }
        try (ConversationStore opened = Node.open(store, data)) {
            return Check.ok("store", "%s, conversations kept: %d".formatted(store, opened.count()));
        } catch (StoreException refused) {
            return Check.fail("store", String.valueOf(refused.getMessage()), null);
        }
    }

    /// How long the disk takes to make a small write durable, as every commit waits for it.
    private Check flush() {
        try {
            Path file = Files.createTempFile(existing(), "flush", "");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                var nanos = new ArrayList<Long>();
                for (int i = 0; i < FLUSHES; i++) {
                    long before = System.nanoTime();
                    channel.write(ByteBuffer.allocate(FLUSH_BYTES));
                    channel.force(false);
                    nanos.add(System.nanoTime() - before);
                }
                nanos.sort(null);
                long micros = nanos.get(FLUSHES / 2) / 1000;
                String finding =
                        "a small write is durable after %d.%02d ms (median of %d)"
                                .formatted(micros / 1000, micros % 1000 / 10, FLUSHES);
                return micros < FLUSH_MICROS_WARN
                        ? Check.ok("flush", finding)
                        : Check.warn("flush", finding, "a local SSD makes replies appear sooner");
            } finally {
                Files.delete(file);
            }
        } catch (IOException refused) {
            return Check.fail(
                    "flush", "the disk refused a write: " + refused.getMessage(), "check it");
        }
    }

    private Check port() {
        if (port.number() == 0) {
            return Check.ok("port", "a free one is taken");
        }
        if (running != null && running.url().getPort() == port.number()) {
            return Check.ok(
                    "port",
                    "%d is used by the server that runs on this data directory"
                            .formatted(port.number()));
        }
        try (var socket = new ServerSocket(port.number(), 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return Check.ok("port", "%d is free".formatted(socket.getLocalPort()));
        } catch (IOException taken) {
            return Check.fail(
                    "port",
                    "%d is used by another %s"
                            .formatted(port.number(), isHubbub() ? "Hubbub" : "program"),
                    "stop that or choose another with --port; 0 takes a free one");
        }
    }

    private boolean isHubbub() {
        try (var api = new ServerApi(URI.create("http://127.0.0.1:" + port.number()))) {
            return api.get("health/live").path("service").asText().equals("hubbub");
        } catch (Failure another) {
            return false;
        }
    }

    private static Check page() {
        return ClassLoader.getSystemResource("web/index.html") != null
                ? Check.ok("page", "the page is part of this program")
                : Check.fail(
                        "page",
                        "the page is missing from this program",
                        "build it again: ./hubbub does after a change");
    }

    private static boolean holdsFiles(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isPresent();
        } catch (IOException none) {
            return false;
        }
    }

    /// The data directory, or what it would be made in.
    private Path existing() {
        Path path = data.path();
        while (path.getParent() != null && !Files.exists(path)) {
            path = path.getParent();
        }
        return path;
    }
}
