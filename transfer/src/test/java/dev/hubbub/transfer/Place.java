package dev.hubbub.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.store.MemoryStore;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// An engine over a store, for transfers out of it and into it.
final class Place implements AutoCloseable {

    static final UserId ADA = new UserId("ada");
    static final UserId BOB = new UserId("bob");
    static final ModelId MODEL = new ModelId("silent");

    final ConversationStore store;
    final Engine engine;
    private final Path directory;

    Place(Path directory) {
        this(directory, new MemoryStore());
    }

    Place(Path directory, ConversationStore store) {
        this.directory = directory;
        this.store = store;
        engine = Engine.start(EngineConfig.DEFAULT, store, new Silent());
    }

    Answer.Done ask(UserId user, ConversationId id, ConversationCommand command) {
        Answer answer = Waits.on(engine.ask(user, id, command));
        assertThat(answer).isInstanceOf(Answer.Done.class);
        return (Answer.Done) answer;
    }

    ConversationId chat(UserId user, String id, @Nullable MessageId head) {
        var chat = new ConversationId(id);
        ask(
                user,
                chat,
                new ConversationCommand.Start(
                        user,
                        "Chat " + id,
                        MODEL,
                        "Be brief.",
                        head,
                        head == null ? null : dev.hubbub.conversation.Role.USER));
        return chat;
    }

    MessageId say(UserId user, ConversationId chat, String text, @Nullable MessageId after) {
        return Objects.requireNonNull(
                ask(
                                user,
                                chat,
                                new ConversationCommand.Post(
                                        null,
                                        text,
                                        after,
                                        false,
                                        ConversationCommand.WhenBusy.REJECT,
                                        null))
                        .receipt()
                        .message());
    }

    Conversation find(UserId user, ConversationId id) {
        return Objects.requireNonNull(new Exporter(engine, user).find(id));
    }

    byte[] export(UserId user) {
        var out = new ByteArrayOutputStream();
        try {
            new Exporter(engine, user).writeAll(out, _ -> {});
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    byte[] export(UserId user, ConversationId id, ExportFormat format) {
        var out = new ByteArrayOutputStream();
        try {
            new Exporter(engine, user).write(find(user, id), format, out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    ImportReport imports(UserId user, byte[] file) {
        return imports(user, file, ImportLimits.DEFAULT);
    }

    ImportReport imports(UserId user, byte[] file, ImportLimits limits) {
        return imports(user, file, limits, ImportOptions.DEFAULT);
    }

    ImportReport imports(UserId user, byte[] file, ImportLimits limits, ImportOptions options) {
        try {
            Path path = Files.createTempFile(directory, "import", ".any");
            Files.write(path, file);
            return new Importer(engine, user, limits).run(path, options);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    ImportReport imports(UserId user, String file) {
        return imports(user, file.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] fixture(String name) {
        try (InputStream in = Place.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// The user's only conversation.
    Conversation only(UserId user) {
        List<ConversationId> all = new Exporter(engine, user).all();
        assertThat(all).hasSize(1);
        return find(user, all.getFirst());
    }

    Conversation named(UserId user, String name) {
        for (ConversationId id : new Exporter(engine, user).all()) {
            Conversation chat = find(user, id);
            if (chat.name().equals(name)) {
                return chat;
            }
        }
        throw new AssertionError("there is no chat " + name);
    }

    /// Every message, as its parent's text and its own.
    List<String> tree(Conversation chat) {
        var all = new ArrayList<String>();
        try {
            ChatTree.read(engine, chat)
                    .forEach(message -> {
                        MessageId parent = message.parent();
                        Message above = parent == null ? null : store.message(chat.owner(), parent);
                        all.add((above == null ? "" : above.text() + " > ") + message.text());
                    });
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return all;
    }

    List<Message> path(Conversation chat) {
        return store.path(chat.owner(), Objects.requireNonNull(chat.head()), 1_000_000);
    }

    @Override
    public void close() {
        engine.close();
        store.close();
    }

    /// One model, which is never asked.
    private static final class Silent implements ModelCatalog {

        private static final ChatModel MUTE = (_, _) -> () -> {};
        private static final Entry ENTRY = new Entry(MODEL, "Silent", "test", 0);

        @Override
        public @Nullable ChatModel find(ModelId id) {
            return id.equals(MODEL) ? MUTE : null;
        }

        @Override
        public List<Entry> models() {
            return List.of(ENTRY);
        }

        @Override
        public ModelId defaultModel() {
            return MODEL;
        }
    }
}
