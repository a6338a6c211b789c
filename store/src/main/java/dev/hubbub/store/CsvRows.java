package dev.hubbub.store;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.HeadMoved;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.MessagesImported;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.TurnId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// The rows of a chat's file. A message is a row with a `role`, as a spreadsheet wants it; a batch
/// of nothing but text that a running reply grew by is a row for each piece; any other ends with a
/// row that says how the conversation is then.
final class CsvRows {

    static final List<String> COLUMNS =
            List.of(
                    "timestamp",
                    "user_id",
                    "role",
                    "content",
                    "id",
                    "parent_id",
                    "model",
                    "event",
                    "data",
                    "seq",
                    "check");

    private static final String POSTED = "posted";
    private static final String ENDED = "reply";
    private static final String IMPORTED = "imported";
    private static final String PIECE = "piece";
    private static final String STATE = "state";

    private static final int CONTENT = 3;
    private static final int EVENT = 7;
    private static final int DATA = 8;
    private static final int SEQ = 9;

    private CsvRows() {}

    /// What a batch adds to its conversation's file.
    ///
    /// @param before the conversation that the batch goes on from
    /// @param sequence a number larger than that of every batch before, in all files
    static byte[] of(@Nullable Conversation before, Batch batch, long sequence) {
        var rows = new ArrayList<List<String>>();
        String owner = batch.after().owner().value();
        boolean pieces = batch.events().stream().anyMatch(PieceAdded.class::isInstance);
        boolean others = !batch.events().stream().allMatch(PieceAdded.class::isInstance);
        for (ConversationEvent event : batch.events()) {
            switch (event) {
                case MessagePosted posted -> rows.add(message(owner, posted.message(), POSTED));
                case ReplyEnded ended -> rows.add(message(owner, ended.message(), ENDED));
                case MessagesImported imported ->
                        imported.messages()
                                .forEach(each -> rows.add(message(owner, each, IMPORTED)));
                case PieceAdded(var turn, var fromChar, var text) when !others ->
                        rows.add(
                                row(
                                        "",
                                        owner,
                                        "",
                                        text,
                                        "",
                                        "",
                                        "",
                                        PIECE,
                                        turn + " " + fromChar,
                                        Long.toString(sequence)));
                case ConversationEvent _ -> {}
            }
        }
        if (others) {
            Conversation now = batch.after();
            rows.add(
                    row(
                            now.lastActiveAt().toString(),
                            owner,
                            "",
                            "",
                            "",
                            "",
                            "",
                            STATE,
                            CsvData.state(before, now, pieces),
                            Long.toString(sequence)));
        }
        return CsvFile.group(rows);
    }

    private static List<String> message(String owner, Message message, String event) {
        return row(
                message.createdAt().toString(),
                owner,
                message.role().wire(),
                message.text(),
                message.id().toString(),
                message.parents().stream()
                        .map(MessageId::toString)
                        .collect(Collectors.joining(" ")),
                message.model() == null ? "" : message.model().value(),
                event,
                CsvData.details(message),
                "");
    }

    private static List<String> row(String... cells) {
        return List.of(cells);
    }

    /// The number of a group's batch.
    ///
    /// @throws IOException when it has none
    static long sequence(CsvFile.Group group) throws IOException {
        try {
            return Long.parseLong(group.rows().getLast().cells().get(SEQ));
        } catch (NumberFormatException | IndexOutOfBoundsException damaged) {
            throw new IOException("it has no number", damaged);
        }
    }

    /// The batch that a group was, as far as a store of memory wants it.
    ///
    /// @param before the conversation that it goes on from
    static Batch batch(@Nullable Conversation before, CsvFile.Group group, long epoch)
            throws IOException {
        var events = new ArrayList<ConversationEvent>();
        Conversation now = before;
        MessageId head = before == null ? null : before.head();
        for (CsvFile.Row row : group.rows()) {
            List<String> cells = row.cells();
            switch (cells.get(EVENT)) {
                case PIECE -> {
                    if (now == null) {
                        throw new IOException("a piece of a conversation that is not there");
                    }
                    PieceAdded piece = piece(cells);
                    try {
                        now = now.apply(piece);
                    } catch (IllegalStateException misplaced) {
                        throw new IOException("it does not go on from what is before", misplaced);
                    }
                    events.add(piece);
                }
                case STATE -> {
                    now = CsvData.state(now, cells.get(DATA));
                    if (!Objects.equals(now.head(), head)) {
                        events.add(new HeadMoved(now.head(), now.headRole(), now.lastActiveAt()));
                    }
                }
                case String event -> {
                    Message message = message(cells);
                    events.add(event(event, message));
                    head = event.equals(IMPORTED) ? head : message.id();
                }
            }
        }
        if (now == null || (events.isEmpty() && now.equals(before))) {
            throw new IOException("it says nothing of a conversation");
        }
        return new Batch(0, epoch, now.id(), before == null ? 0 : before.number(), events, now);
    }

    /// A message of a group that is damaged elsewhere; null for any other row.
    static @Nullable MessagesImported salvaged(CsvFile.Row row) throws IOException {
        List<String> cells = row.cells();
        if (cells.size() != COLUMNS.size()
                || cells.get(EVENT).equals(PIECE)
                || cells.get(EVENT).equals(STATE)) {
            return null;
        }
        Message message = message(cells);
        return new MessagesImported(List.of(message), message.createdAt());
    }

    private static ConversationEvent event(String event, Message message) throws IOException {
        return switch (event) {
            case POSTED -> new MessagePosted(null, null, message);
            // The number of its turn is in the conversation.
            case ENDED -> new ReplyEnded(new TurnId(1), message);
            case IMPORTED -> new MessagesImported(List.of(message), message.createdAt());
            default -> throw new IOException("there is no event '" + event + "'");
        };
    }

    private static PieceAdded piece(List<String> cells) throws IOException {
        try {
            String[] place = cells.get(DATA).split(" ", 2);
            return new PieceAdded(
                    new TurnId(Long.parseLong(place[0])),
                    Integer.parseInt(place[1]),
                    cells.get(CONTENT));
        } catch (IllegalArgumentException | IndexOutOfBoundsException damaged) {
            throw new IOException("a piece has no place", damaged);
        }
    }

    private static Message message(List<String> cells) throws IOException {
        try {
            return CsvData.message(
                    cells.get(4),
                    cells.get(5),
                    cells.get(2),
                    cells.get(CONTENT),
                    cells.get(6),
                    Instant.parse(cells.get(0)),
                    cells.get(DATA));
        } catch (DateTimeException damaged) {
            throw new IOException("it has no time", damaged);
        }
    }
}
