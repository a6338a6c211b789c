package dev.hubbub.store;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.MessagesImported;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.MessageSearch;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// A store in files that a person can open: a CSV file for each conversation in `chat_logs`, of
/// [CsvRows], beside it `hubbub.csv` with what is no conversation's, and [CsvImages]. Files are
/// only ever added to, with one wait for the disk for each file that an append touches. One process
/// uses a directory at a time.
///
/// All of it but the images is in memory too, in a [MemoryStore] that every read is answered from:
/// opening takes the time to read all files, and the texts of all conversations must fit the heap.
/// It is for thousands of conversations, not for millions.
///
/// What follows the last whole group of a file when it is opened was never acknowledged, and is cut
/// off; should somebody have edited it, what is cut is kept beside it. A row that is not what was
/// written is told with its file and line, and the rest is there.
public final class CsvStore implements ConversationStore {

    static final String CHAT_LOGS = "chat_logs";
    static final String LEDGER = "hubbub.csv";

    private static final Logger LOG = LoggerFactory.getLogger(CsvStore.class);
    private static final int UUID_CHARS = 36;

    private final DataDirectory directory;
    private final Path chats;
    private final Path ledger;
    private final CsvLog log;
    private final CsvImages images;
    private final MemoryStore memory = new MemoryStore();
    private final long memoryEpoch = memory.activate(Set.of(0)).getOrDefault(0, 0L);
    private final ReentrantLock writing = new ReentrantLock();

    // Under its lock.
    private final Map<Integer, Long> epochs = new HashMap<>();
    private final Map<Path, Boolean> foreign = new HashMap<>();
    private long sequence;
    private boolean closed;

    /// Whether it is unknown what the disk has.
    private volatile boolean uncertain;

    private CsvStore(DataDirectory directory, DraftLog.Disk disk) throws IOException {
        this.directory = directory;
        chats = DataDirectory.make(directory.resolve(CHAT_LOGS));
        Path pictures = DataDirectory.make(directory.resolve("images"));
        directory.sync();
        ledger = directory.resolve(LEDGER);
        log = new CsvLog(disk);
        images = new CsvImages(pictures, log);
    }

    /// Opens the store in this directory, made when it is not there.
    ///
    /// @throws StoreException when another process has it, or it cannot be read or written
    public static CsvStore open(Path directory) {
        return open(directory, DataDirectory::openPrivate);
    }

    static CsvStore open(Path path, DraftLog.Disk disk) {
        DataDirectory directory = DataDirectory.open(path);
        boolean opened = false;
        try {
            var store = new CsvStore(directory, disk);
            store.readLedger();
            store.readChats();
            opened = true;
            return store;
        } catch (IOException fault) {
            throw Faults.of(path, fault);
        } finally {
            if (!opened) {
                directory.close();
            }
        }
    }

    @Override
    public Map<Integer, Long> activate(Collection<Integer> partitions) {
        return writing(() -> {
            var taken = new HashMap<Integer, Long>();
            for (int partition : Set.copyOf(partitions)) {
                taken.put(partition, epochs.getOrDefault(partition, 0L) + 1);
            }
            if (!taken.isEmpty()) {
                appendToLedger(CsvLedger.epochs(taken));
                epochs.putAll(taken);
            }
            return Map.copyOf(taken);
        });
    }

    @Override
    public List<Outcome> append(List<Batch> batches) {
        return writing(() -> {
            var outcomes = new ArrayList<Outcome>(batches.size());
            var staged = new HashMap<ConversationId, Conversation>();
            var additions = new LinkedHashMap<Path, ByteArrayOutputStream>();
            var kept = new ArrayList<Batch>(batches.size());
            long number = sequence;
            for (Batch batch : batches) {
                Conversation before = staged.get(batch.id());
                before = before == null ? memory.load(batch.id()) : before;
                if (epochs.getOrDefault(batch.partition(), 0L) != batch.epoch()) {
                    outcomes.add(Outcome.FENCED);
                } else if (!Place.admits(before, batch)) {
                    outcomes.add(Outcome.CONFLICT);
                } else {
                    outcomes.add(Outcome.KEPT);
                    staged.put(batch.id(), batch.after());
                    additions
                            .computeIfAbsent(file(batch.id()), _ -> new ByteArrayOutputStream())
                            .writeBytes(CsvRows.of(before, batch, ++number));
                    kept.add(
                            new Batch(
                                    0,
                                    memoryEpoch,
                                    batch.id(),
                                    batch.number(),
                                    batch.events(),
                                    batch.after()));
                }
            }
            if (!kept.isEmpty()) {
                var bytes = new LinkedHashMap<Path, byte[]>();
                additions.forEach((file, all) -> bytes.put(file, all.toByteArray()));
                log.append(bytes, CsvFile.header(CsvRows.COLUMNS));
                sequence = number;
                memory.append(kept);
            }
            return Collections.unmodifiableList(outcomes);
        });
    }

    @Override
    public @Nullable Conversation load(ConversationId id) {
        return reading().load(id);
    }

    @Override
    public List<ConversationId> unfinished() {
        return reading().unfinished();
    }

    @Override
    public @Nullable Message message(UserId owner, MessageId id) {
        return reading().message(owner, id);
    }

    @Override
    public List<Message> path(UserId owner, MessageId head, int limit) {
        return reading().path(owner, head, limit);
    }

    @Override
    public List<Message> children(
            UserId owner, ConversationId conversation, @Nullable MessageId parent) {
        return reading().children(owner, conversation, parent);
    }

    @Override
    public Map<MessageId, List<MessageId>> siblings(
            UserId owner, ConversationId conversation, List<MessageId> nodes) {
        return reading().siblings(owner, conversation, nodes);
    }

    @Override
    public @Nullable MessageId latestLeaf(
            UserId owner, ConversationId conversation, MessageId node) {
        return reading().latestLeaf(owner, conversation, node);
    }

    @Override
    public List<Message> following(UserId owner, MessageId head, MessageId message, int limit) {
        return reading().following(owner, head, message, limit);
    }

    @Override
    public Found search(
            UserId owner,
            MessageSearch search,
            @Nullable ConversationId in,
            @Nullable Role role,
            @Nullable String after,
            int limit) {
        return reading().search(owner, search, in, role, after, limit);
    }

    @Override
    public List<Message> messages(
            UserId owner, ConversationId conversation, @Nullable MessageId after, int limit) {
        return reading().messages(owner, conversation, after, limit);
    }

    @Override
    public void keepImage(UserId owner, Image image, byte[] content) {
        writing(() -> {
            images.keep(owner, image, content);
            return image;
        });
    }

    @Override
    public @Nullable Picture image(UserId owner, ImageId id) {
        reading();
        try {
            return images.image(owner, id);
        } catch (IOException fault) {
            throw Faults.of(directory.path(), fault);
        }
    }

    @Override
    public long imageBytes(UserId owner) {
        reading();
        try {
            return images.bytes(owner);
        } catch (IOException fault) {
            throw Faults.of(directory.path(), fault);
        }
    }

    @Override
    public List<Summary> conversations(
            UserId owner, Filter filter, @Nullable Cursor after, int limit) {
        return reading().conversations(owner, filter, after, limit);
    }

    @Override
    public Labels labels(UserId owner) {
        return reading().labels(owner);
    }

    @Override
    public List<Spent> spent(UserId owner, LocalDate from, int limit) {
        return reading().spent(owner, from, limit);
    }

    @Override
    public Usage total(@Nullable UserId owner, @Nullable ModelId model, LocalDate from) {
        return reading().total(owner, model, from);
    }

    @Override
    public void charge(List<Charge> charges) {
        writing(() -> {
            if (!charges.isEmpty()) {
                appendToLedger(CsvLedger.charges(charges));
                memory.charge(charges);
            }
            return charges;
        });
    }

    @Override
    public @Nullable OwnerRecord record(UserId owner, String kind, String id) {
        return reading().record(owner, kind, id);
    }

    @Override
    public List<OwnerRecord> records(UserId owner, String kind) {
        return reading().records(owner, kind);
    }

    @Override
    public @Nullable Owned recordOfAnyone(String kind, String id) {
        return reading().recordOfAnyone(kind, id);
    }

    @Override
    public boolean keepRecord(UserId owner, OwnerRecord record) {
        return writing(() -> {
            if (memory.record(owner, record.kind(), record.id()) == null
                    && memory.records(owner, record.kind()).size() >= OwnerRecord.COUNT_MAX) {
                return false;
            }
            appendToLedger(CsvLedger.record(owner, record));
            return memory.keepRecord(owner, record);
        });
    }

    @Override
    public boolean dropRecord(UserId owner, String kind, String id) {
        return writing(() -> {
            if (memory.record(owner, kind, id) == null) {
                return false;
            }
            appendToLedger(CsvLedger.drop(owner, kind, id));
            return memory.dropRecord(owner, kind, id);
        });
    }

    @Override
    public long count() {
        return reading().count();
    }

    @Override
    public void close() {
        writing.lock();
        try {
            if (!closed) {
                closed = true;
                memory.close();
                directory.close();
            }
        } finally {
            writing.unlock();
        }
    }

    /// SHA-256 as hexadecimal digits: the name of a file for what may be no file's name.
    static String hash(String text) {
        return ImageId.of(text.getBytes(StandardCharsets.UTF_8)).value();
    }

    /// A UUID names its file. Other ids may differ in case alone, or be names that a system keeps
    /// for itself.
    private Path file(ConversationId id) {
        String value = id.value();
        boolean uuid =
                value.length() == UUID_CHARS
                        && value.chars()
                                .allMatch(c ->
                                        c == '-'
                                                || (c >= '0' && c <= '9')
                                                || (c >= 'a' && c <= 'f'));
        Path file = chats.resolve((uuid ? value : "id-" + hash(value)) + ".csv");
        if (foreign.containsKey(file)) {
            throw new StoreException(
                    "%s is no file of this store; move it away, and hubbub import it."
                            .formatted(file));
        }
        return file;
    }

    private void appendToLedger(byte[] group) throws IOException {
        log.append(Map.of(ledger, group), CsvFile.header(CsvLedger.COLUMNS));
    }

    /// Reads what is no conversation's, and writes it anew when much of it has been replaced.
    private void readLedger() throws IOException {
        if (!Files.exists(ledger)) {
            return;
        }
        CsvFile.Read read = CsvFile.read(ledger, CsvLedger.COLUMNS);
        if (!read.known()) {
            throw new StoreException(
                    "%s is no file of this store; it was left as it is: choose another --data."
                            .formatted(ledger));
        }
        cutTail(ledger, read);
        var intact = new ArrayList<CsvFile.Group>();
        long rows = 0;
        for (CsvFile.Group group : read.groups()) {
            if (group.isIntactFor(CsvLedger.COLUMNS.size())) {
                intact.add(group);
                rows += group.rows().size();
            } else {
                report(
                        ledger,
                        group.rows().getFirst().line(),
                        "it was changed since it was written");
            }
        }
        List<List<String>> current = CsvLedger.current(intact);
        for (List<String> row : current) {
            try {
                CsvLedger.take(row, epochs, memory);
            } catch (IOException damaged) {
                throw Faults.of(ledger, damaged);
            }
        }
        if (intact.size() == read.groups().size() && rows > 2L * current.size()) {
            var all = new ByteArrayOutputStream();
            all.writeBytes(CsvFile.header(CsvLedger.COLUMNS));
            all.writeBytes(CsvFile.group(current));
            log.replace(ledger, all.toByteArray());
        }
    }

    /// A group and the number of its batch.
    private record Numbered(Path file, long number, CsvFile.Group group) {}

    /// All files, then all batches in the order in which they were appended: a conversation may go
    /// on from a message of another.
    private void readChats() throws IOException {
        var all = new ArrayList<Numbered>();
        List<Path> files;
        try (Stream<Path> listed = Files.list(chats)) {
            files = listed.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
        }
        for (Path file : files) {
            CsvFile.Read read = CsvFile.read(file, CsvRows.COLUMNS);
            if (!read.known()) {
                foreign.put(file, true);
                report(file, 1, "it has other columns; hubbub import takes it");
                continue;
            }
            cutTail(file, read);
            for (CsvFile.Group group : read.groups()) {
                try {
                    all.add(new Numbered(file, CsvRows.sequence(group), group));
                } catch (IOException damaged) {
                    report(file, group.rows().getLast().line(), damaged.getMessage());
                }
            }
        }
        all.sort(Comparator.comparingLong(Numbered::number));
        var latest = new HashMap<Path, Conversation>();
        var salvaged = new HashMap<Path, List<ConversationEvent>>();
        for (Numbered one : all) {
            sequence = Math.max(sequence, one.number());
            take(one, latest, salvaged);
        }
    }

    private void take(
            Numbered one,
            Map<Path, Conversation> latest,
            Map<Path, List<ConversationEvent>> salvaged) {
        Path file = one.file();
        CsvFile.Group group = one.group();
        if (!group.isIntactFor(CsvRows.COLUMNS.size())) {
            salvage(file, group, salvaged);
            return;
        }
        try {
            Batch batch = CsvRows.batch(latest.get(file), group, memoryEpoch);
            List<ConversationEvent> before = salvaged.remove(file);
            if (before != null) {
                before.addAll(batch.events());
                batch =
                        new Batch(
                                0, memoryEpoch, batch.id(), batch.number(), before, batch.after());
            }
            memory.append(List.of(batch));
            latest.put(file, batch.after());
        } catch (IOException damaged) {
            report(file, group.rows().getFirst().line(), damaged.getMessage());
        }
    }

    /// Messages whose ids are still the hashes of what they say.
    private static void salvage(
            Path file, CsvFile.Group group, Map<Path, List<ConversationEvent>> salvaged) {
        report(file, group.rows().getFirst().line(), "it was changed since it was written");
        for (CsvFile.Row row : group.rows()) {
            try {
                MessagesImported message = CsvRows.salvaged(row);
                if (message != null) {
                    salvaged.computeIfAbsent(file, _ -> new ArrayList<>()).add(message);
                }
            } catch (IOException damaged) {
                report(file, row.line(), damaged.getMessage());
            }
        }
    }

    private void cutTail(Path file, CsvFile.Read read) throws IOException {
        long bytes = Files.size(file);
        if (bytes > read.bytes()) {
            byte[] content = Files.readAllBytes(file);
            Path beside = file.resolveSibling(file.getFileName() + ".cut");
            byte[] tail = new byte[(int) (bytes - read.bytes())];
            System.arraycopy(content, (int) read.bytes(), tail, 0, tail.length);
            log.replace(beside, tail);
            log.cut(file, read.bytes());
            LOG.warn(
                    "{} ended with {} bytes of something that was not written to its end; they are"
                            + " in {} now.",
                    file,
                    tail.length,
                    beside);
        }
    }

    private static void report(Path file, long line, @Nullable String what) {
        LOG.warn("{}, line {}, is left out: {}.", file, line, what);
    }

    private MemoryStore reading() {
        if (uncertain) {
            throw new StoreException(
                    "The disk failed under %s; check it and restart Hubbub."
                            .formatted(directory.path()));
        }
        return memory;
    }

    private interface Writing<T> {
        T run() throws IOException;
    }

    private <T> T writing(Writing<T> work) {
        writing.lock();
        try {
            if (closed) {
                throw new StoreException("The store is closed; open it again.");
            }
            log.repair();
            return work.run();
        } catch (IOException fault) {
            throw Faults.of(directory.path(), fault);
        } finally {
            uncertain = log.isUncertain();
            writing.unlock();
        }
    }
}
