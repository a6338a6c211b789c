package dev.hubbub.cli;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.ReplyStatus;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;
import dev.hubbub.engine.Update;
import dev.hubbub.engine.Viewer;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/// The conversations of this process: an engine over the store of the data directory.
final class LocalConversations implements Conversations {

    private static final UserId ME = UserId.LOCAL;

    private final Node node;
    private final String place;
    private final Engine engine;

    LocalConversations(Node node, String place) {
        this.node = node;
        this.place = place;
        this.engine = node.engine();
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public Chosen start(@Nullable String model, @Nullable String system) {
        ModelId chosen = model == null ? node.models().defaultModel() : known(model);
        var id = new ConversationId(UUID.randomUUID().toString());
        return chosen(ask(id, new ConversationCommand.Start(ME, "", chosen, system, null, null)));
    }

    @Override
    public Chosen resume(ConversationId id) {
        return chosen(conversation(id));
    }

    @Override
    public Chosen change(ConversationId id, @Nullable String model, @Nullable String system) {
        ModelId chosen = model == null ? null : known(model);
        return chosen(ask(id, new ConversationCommand.Change(null, null, chosen, system)));
    }

    @Override
    public Ending say(ConversationId id, String text, Consumer<String> pieces) {
        try (var following = new Following(id, pieces)) {
            following.take();
            Answer.Done done = done(engine.ask(ME, id, ConversationCommand.Post.text(text)));
            return following.toTheEndOf(
                    Objects.requireNonNull(done.receipt().turn(), "a post begins a turn"));
        }
    }

    @Override
    public @Nullable Ending follow(ConversationId id, Consumer<String> pieces) {
        Reply running = conversation(id).reply();
        if (running == null) {
            return null;
        }
        try (var following = new Following(id, pieces)) {
            return following.toTheEndOf(running.turn());
        }
    }

    @Override
    public void stop(ConversationId id) {
        done(engine.ask(ME, id, new ConversationCommand.Stop(null)));
    }

    @Override
    public List<Said> history(ConversationId id, int limit) {
        MessageId head = conversation(id).head();
        return head == null
                ? List.of()
                : join(engine.path(ME, head, limit)).stream()
                        .map(message ->
                                new Said(
                                        message.role(),
                                        Objects.toString(message.model(), null),
                                        message.text()))
                        .toList();
    }

    @Override
    public List<Choice> models() {
        return node.models().models().stream()
                .map(entry -> new Choice(entry.id().value(), entry.displayName(), entry.provider()))
                .toList();
    }

    @Override
    public void close() {
        node.close();
    }

    private ModelId known(String model) {
        ModelCatalog models = node.models();
        if (!ModelId.isValid(model) || models.find(new ModelId(model)) == null) {
            throw Node.unknownModel(model, models);
        }
        return new ModelId(model);
    }

    private Conversation conversation(ConversationId id) {
        return done(engine.conversation(ME, id)).conversation();
    }

    private Conversation ask(ConversationId id, ConversationCommand command) {
        return done(engine.ask(ME, id, command)).conversation();
    }

    private static Chosen chosen(Conversation conversation) {
        return new Chosen(
                conversation.id(), conversation.model().value(), conversation.reply() != null);
    }

    private static Answer.Done done(CompletionStage<Answer> asked) {
        return switch (join(asked)) {
            case Answer.Done done -> done;
            case Answer.Refused(Refusal refusal) -> throw Failure.of(refusal.sentence());
            case Answer.Ended _, Answer.Withdrawn _ ->
                    throw new IllegalStateException("nothing was waited for");
        };
    }

    private static <T> T join(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
        }
    }

    /// A watch of one conversation, read by the thread that talks.
    private final class Following implements Viewer, AutoCloseable {

        private static final int UPDATES_AT_ONCE = 64;
        private static final int MESSAGES_BEHIND = 50;

        private sealed interface Told {}

        private record News(Update.Content content) implements Told {}

        private record NoMore(Refusal reason) implements Told {}

        private final BlockingQueue<Told> inbox = new LinkedBlockingQueue<>();
        private final ReplyText text;
        private final Watch watch;

        Following(ConversationId id, Consumer<String> pieces) {
            text = new ReplyText(pieces);
            watch = engine.watch(ME, id, null, this);
            watch.request(UPDATES_AT_ONCE);
        }

        @Override
        public void updates(List<Update> updates) {
            for (Update update : updates) {
                inbox.add(new News(update.content()));
            }
        }

        @Override
        public void ended(Refusal reason) {
            inbox.add(new NoMore(reason));
        }

        Update.Content take() {
            try {
                return switch (inbox.take()) {
                    case News(Update.Content content) -> {
                        watch.request(1);
                        yield content;
                    }
                    case NoMore(Refusal reason) -> throw Failure.of(reason.sentence());
                };
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw Failure.of("Hubbub was interrupted; the reply goes on at the next start.");
            }
        }

        Ending toTheEndOf(TurnId turn) {
            while (true) {
                Ending ending =
                        switch (take()) {
                            case Update.Delta delta when delta.turn().equals(turn) -> {
                                text.told(delta.fromChar(), delta.text());
                                yield null;
                            }
                            case Update.Delta _ -> null;
                            case Update.Happened(var event, _) -> happened(event, turn);
                            case Update.Snapshot(Conversation now) -> caughtUp(now, turn);
                        };
                if (ending != null) {
                    return ending;
                }
            }
        }

        private @Nullable Ending happened(ConversationEvent event, TurnId turn) {
            if (event instanceof ConversationEvent.ReplyEnded ended && ended.turn().equals(turn)) {
                return ended(ended.message());
            }
            return event instanceof ConversationEvent.TurnWithdrawn withdrawn
                            && withdrawn.turn().equals(turn)
                    ? new Ending(ReplyStatus.STOPPED, null)
                    : null;
        }

        private @Nullable Ending caughtUp(Conversation now, TurnId turn) {
            Reply running = now.reply();
            if (running != null && running.turn().equals(turn)) {
                text.told(0, running.draft().text());
                return null;
            }
            if (now.queue().stream().anyMatch(waiting -> waiting.turn().equals(turn))) {
                return null;
            }
            // It ended while this viewer was behind, so it is the last reply on the way to the
            // head.
            MessageId head = now.head();
            List<Message> path =
                    head == null ? List.of() : join(engine.path(ME, head, MESSAGES_BEHIND));
            return path.reversed().stream()
                    .filter(message -> message.role() == Role.ASSISTANT)
                    .findFirst()
                    .map(this::ended)
                    .orElseGet(() -> new Ending(ReplyStatus.STOPPED, null));
        }

        private Ending ended(Message message) {
            text.told(0, message.text());
            return new Ending(ReplyStatus.of(message.stopReason()), message.error());
        }

        @Override
        public void close() {
            watch.cancel();
        }
    }
}
