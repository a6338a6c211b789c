package dev.hubbub.transfer;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Cursor;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/// Writes a user's conversations out. Blocks, and holds one conversation at a time; a reply that is
/// being made is not in it.
public final class Exporter {

    private static final int PAGE = 1_000;

    private final Engine engine;
    private final UserId user;

    public Exporter(Engine engine, UserId user) {
        this.engine = engine;
        this.user = user;
    }

    /// A conversation as it is now, or null when the user has none with that id.
    public @Nullable Conversation find(ConversationId id) {
        return Waits.on(engine.conversation(user, id)) instanceof Answer.Done done
                ? done.conversation()
                : null;
    }

    /// Writes one conversation.
    ///
    /// @param out is flushed and left open
    public void write(Conversation chat, ExportFormat format, OutputStream out) throws IOException {
        ChatTree tree = ChatTree.read(engine, chat);
        switch (format) {
            case JSON -> {
                var json = new JsonChats(engine, out);
                json.begin();
                json.add(chat, tree);
                json.end();
            }
            case MARKDOWN -> new MarkdownChat(engine, text(out)).write(chat, tree);
            case CSV -> new CsvChat(text(out)).write(chat, tree);
        }
        out.flush();
    }

    /// Writes all of the user's conversations as JSON, the one that began first first.
    ///
    /// @param progress hears how many are written
    /// @return how many
    public int writeAll(OutputStream out, IntConsumer progress) throws IOException {
        var json = new JsonChats(engine, out);
        json.begin();
        int written = 0;
        for (ConversationId id : all()) {
            Conversation chat = find(id);
            if (chat != null) {
                json.add(chat, ChatTree.read(engine, chat));
                progress.accept(++written);
            }
        }
        json.end();
        out.flush();
        return written;
    }

    /// The ids of all the user's conversations, the one that began first first.
    public List<ConversationId> all() {
        var begun = new HashMap<ConversationId, Instant>();
        Instant latest = addPages(begun, Instant.MIN);
        // What became active meanwhile has moved to where the list had been read already.
        while (latest.isAfter(Instant.MIN)) {
            int before = begun.size();
            addPages(begun, latest);
            if (begun.size() == before) {
                break;
            }
        }
        var ids = new ArrayList<ConversationId>(begun.keySet());
        ids.sort(
                Comparator.<ConversationId, Instant>comparing(
                                id -> begun.getOrDefault(id, Instant.MIN))
                        .thenComparing(ConversationId::value));
        return ids;
    }

    /// Adds what was active at `since` or later.
    ///
    /// @return when the latest was
    private Instant addPages(Map<ConversationId, Instant> begun, Instant since) {
        Instant latest = Instant.MIN;
        Cursor cursor = null;
        while (true) {
            List<Summary> page = Waits.on(engine.conversations(user, cursor, PAGE));
            for (Summary chat : page) {
                if (chat.lastActiveAt().isBefore(since)) {
                    return latest;
                }
                latest = latest.isAfter(chat.lastActiveAt()) ? latest : chat.lastActiveAt();
                begun.put(chat.id(), chat.createdAt());
            }
            if (page.size() < PAGE) {
                return latest;
            }
            cursor = page.getLast().cursor();
        }
    }

    private static BufferedWriter text(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }
}
