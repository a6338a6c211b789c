package dev.hubbub.server;

import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;
import dev.hubbub.transfer.ExportFormat;
import dev.hubbub.transfer.Exporter;
import dev.hubbub.transfer.FileNames;
import dev.hubbub.transfer.ImportException;
import dev.hubbub.transfer.ImportLimits;
import dev.hubbub.transfer.ImportOptions;
import dev.hubbub.transfer.Importer;

import io.vertx.core.http.HttpMethod;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Chats written out as files, and files taken in.
final class TransferRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(TransferRoutes.class);

    private final Engine engine;
    private final Chats chats;
    private final TransferLimits limits;
    private final ImageLimits images;
    private final Clock clock;

    /// Who has one under way.
    private final Set<UserId> exporting = ConcurrentHashMap.newKeySet();

    private final Set<UserId> importing = ConcurrentHashMap.newKeySet();

    TransferRoutes(
            Engine engine, Chats chats, TransferLimits limits, ImageLimits images, Clock clock) {
        this.engine = engine;
        this.chats = chats;
        this.limits = limits;
        this.images = images;
        this.clock = clock;
        removeLeft(limits.directory());
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.GET, "/api/chats/{id}/export", this::exportOne);
        routes.add(HttpMethod.GET, "/api/export", this::exportAll);
        routes.add(HttpMethod.POST, "/api/import", new Import());
    }

    private final class Import implements Routes.FileHandler {

        @Override
        public TransferLimits limits() {
            return limits;
        }

        @Override
        public Runnable begin(Request request) {
            options(request);
            return seat(importing, request.user());
        }

        @Override
        public Response.Streaming take(Request request, Path file, Runnable over) {
            return LongWork.of(() -> {
                try {
                    return importer(request.user()).run(file, options(request))::write;
                } catch (ImportException unknown) {
                    throw new Fault(415, "not_an_export", unknown.getMessage()).exception();
                } finally {
                    over.run();
                    Files.deleteIfExists(file);
                }
            });
        }
    }

    private Importer importer(UserId user) {
        return new Importer(
                engine,
                user,
                ImportLimits.DEFAULT
                        .withImages(images.bytesMax(), images.userBytesMax())
                        .withUnpacked(Math.max(4 * limits.bytesMax(), 1L << 20)));
    }

    private static ImportOptions options(Request request) {
        String dry = request.parameter("dry_run");
        String name = request.parameter("name");
        String modified = request.parameter("modified");
        if (dry != null && !dry.equals("true") && !dry.equals("false")) {
            throw Fault.badField("`dry_run` is true or false.").exception();
        }
        try {
            return ImportOptions.DEFAULT
                    .withDryRun("true".equals(dry))
                    .withFile(
                            name == null ? "" : name,
                            modified == null ? Instant.EPOCH : Instant.parse(modified));
        } catch (DateTimeException notATime) {
            throw Fault.badField("`modified` is a time such as 2026-01-31T12:00:00Z.").exception();
        }
    }

    /// Removes what a process that was killed left of files on their way in.
    private static void removeLeft(@Nullable Path directory) {
        if (directory == null || !Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(FileBody::isLeft).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException harmless) {
            LOG.warn("What is left in {} could not be removed", directory, harmless);
        }
    }

    private CompletionStage<Response> exportOne(Request request) {
        ExportFormat format = format(request);
        UserId user = request.user();
        return chats.find(user, request.chat())
                .thenApply(chat -> {
                    String name = FileNames.of(chat.name(), "chat", format.extension());
                    var exporter = new Exporter(engine, user);
                    return download(user, format, name, out -> exporter.write(chat, format, out));
                });
    }

    private CompletionStage<Response> exportAll(Request request) {
        UserId user = request.user();
        String day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString();
        var exporter = new Exporter(engine, user);
        return CompletableFuture.completedStage(
                download(
                        user,
                        ExportFormat.JSON,
                        "hubbub-" + day + ".json",
                        out -> exporter.writeAll(out, _ -> {})));
    }

    private static ExportFormat format(Request request) {
        String word = request.parameter("format");
        ExportFormat format = word == null ? ExportFormat.JSON : ExportFormat.of(word);
        if (format == null) {
            throw Fault.badField("`format` is json, markdown or csv.").exception();
        }
        return format;
    }

    private Response download(
            UserId user, ExportFormat format, String name, Download.Content content) {
        return Download.of(
                Map.of(
                        "Content-Type", format.mediaType(),
                        "Content-Disposition", FileNames.attachment(name)),
                content,
                () -> seat(exporting, user));
    }

    /// @return gives it back
    private Runnable seat(Set<UserId> underWay, UserId user) {
        if (underWay.size() >= limits.transfersMax() || !underWay.add(user)) {
            throw new Fault(
                            429,
                            "too_many_transfers",
                            "Another export or import is under way; try again when it is done.")
                    .exception();
        }
        return () -> underWay.remove(user);
    }
}
