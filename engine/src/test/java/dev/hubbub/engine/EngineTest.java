package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Delete;
import dev.hubbub.conversation.ConversationCommand.Generate;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationCommand.Stop;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.ReplyStatus;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A whole node over a store in memory and a model that says what the test says.
final class EngineTest {

    private static final ConversationId CHAT = new ConversationId("chat");
    private static final ModelId PUPPET = new ModelId("puppet");
    private static final UserId STRANGER = new UserId("stranger");

    private final KeptInMemory store = new KeptInMemory();
    private final Puppet puppet = new Puppet();
    private Engine engine = start(EngineConfig.DEFAULT);

    private Engine start(EngineConfig config) {
        return Engine.start(config, store, puppet);
    }

    @BeforeEach
    void startAChat() {
        assertThat(ask(new Start(UserId.LOCAL, "", PUPPET, null, null, null)))
                .isInstanceOf(Answer.Done.class);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aMessageIsAnswered() {
        var reply = askForReply(Post.text("hello"));
        Saying saying = puppet.next();
        saying.sink.text("Hi ");
        saying.sink.text("there");
        saying.sink.completed(StopReason.END, null);
        assertThat(ended(reply).reply().text()).isEqualTo("Hi there");
        assertThat(saying.prompt.messages())
                .containsExactly(
                        new ChatModel.Prompt.Line(dev.hubbub.conversation.Role.USER, "hello"));
    }

    @Test
    void aViewerSeesASnapshotAndThenEveryPieceOnce() {
        askForReply(Post.text("hello"));
        Saying saying = puppet.next();
        saying.sink.text("one ");
        awaitKept("one ");
        var viewer = new Recorder();
        viewer.watch = engine.watch(UserId.LOCAL, CHAT, null, viewer);
        viewer.watch.request(1000);
        await().until(() -> viewer.text().equals("one "));
        saying.sink.text("two ");
        await().until(() -> viewer.text().equals("one two "));
        saying.sink.completed(StopReason.END, null);
        await().until(() -> viewer.ended.size() == 1);
        assertThat(viewer.ended.getFirst().text()).isEqualTo("one two ");
    }

    @Test
    void aViewerWhoDoesNotAskGetsOneLargerPieceLater() {
        askForReply(Post.text("hello"));
        Saying saying = puppet.next();
        var viewer = new Recorder();
        viewer.watch = engine.watch(UserId.LOCAL, CHAT, null, viewer);
        viewer.watch.request(1);
        await().until(() -> viewer.updates.size() == 1);
        for (int i = 0; i < 100; i++) {
            saying.sink.text("x");
        }
        awaitKept("x".repeat(100));
        assertThat(viewer.updates).hasSize(1);
        viewer.watch.request(1);
        await().until(() -> viewer.updates.size() == 2);
        assertThat(viewer.text()).isEqualTo("x".repeat(100));
    }

    @Test
    void aViewerWhoComesBackGetsTheRest() {
        askForReply(Post.text("hello"));
        Saying saying = puppet.next();
        var first = new Recorder();
        first.watch = engine.watch(UserId.LOCAL, CHAT, null, first);
        first.watch.request(1000);
        saying.sink.text("one ");
        await().until(() -> first.text().equals("one "));
        first.watch.cancel();
        saying.sink.text("two");
        saying.sink.completed(StopReason.END, null);
        var second = new Recorder();
        second.text = "one ";
        second.watch = engine.watch(UserId.LOCAL, CHAT, first.last(), second);
        second.watch.request(1000);
        await().until(() -> second.ended.size() == 1);
        assertThat(second.text()).isEqualTo("one two");
        assertThat(second.updates).noneMatch(update -> update.content() instanceof Update.Snapshot);
    }

    @Test
    void aStoppedReplyKeepsItsTextAndEndsTheCall() {
        var reply = askForReply(Post.text("hello"));
        Saying saying = puppet.next();
        saying.sink.text("half");
        awaitKept("half");
        ask(new Stop(null));
        assertThat(ended(reply).status()).isEqualTo(ReplyStatus.STOPPED);
        assertThat(ended(reply).reply().text()).isEqualTo("half");
        await().until(() -> saying.cancelled);
    }

    @Test
    void messagesWaitTheirTurn() {
        var first = askForReply(Post.text("one"));
        var second = askForReply(Post.text("two"));
        Saying one = puppet.next();
        one.sink.text("1");
        one.sink.completed(StopReason.END, null);
        assertThat(ended(first).reply().text()).isEqualTo("1");
        Saying two = puppet.next();
        assertThat(two.prompt.messages()).hasSize(3);
        two.sink.text("2");
        two.sink.completed(StopReason.END, null);
        assertThat(ended(second).reply().text()).isEqualTo("2");
    }

    @Test
    void anInterruptingMessageGoesNext() {
        var first = askForReply(Post.text("one"));
        puppet.next();
        var second = askForReply(new Post(null, "two", null, true, WhenBusy.INTERRUPT, null));
        assertThat(ended(first).status()).isEqualTo(ReplyStatus.STOPPED);
        Saying two = puppet.next();
        two.sink.completed(StopReason.END, null);
        assertThat(ended(second).status()).isEqualTo(ReplyStatus.COMPLETED);
    }

    @Test
    void aRepeatedMessageIsTakenOnce() {
        var post = new Post(new ClientMessageId("k"), "hi", null, true, WhenBusy.ENQUEUE, null);
        var once = (Answer.Done) ask(post);
        var again = (Answer.Done) ask(post);
        assertThat(again.receipt()).isEqualTo(once.receipt());
        assertThat(store.messages).hasSize(1);
    }

    @Test
    void aModelThatFailsLeavesAFailedReplyWithItsText() {
        var reply = askForReply(Post.text("hello"));
        Saying saying = puppet.next();
        saying.sink.text("half");
        saying.sink.failed(
                new dev.hubbub.conversation.ModelFault(
                        dev.hubbub.conversation.ModelFault.Kind.CUT_OFF, "It was cut off."));
        assertThat(ended(reply).status()).isEqualTo(ReplyStatus.FAILED);
        assertThat(ended(reply).reply().text()).isEqualTo("half");
        assertThat(ended(reply).reply().error()).isEqualTo("It was cut off.");
    }

    @Test
    void aModelThatIsSilentTooLongFails() {
        engine.close();
        engine = start(EngineConfig.DEFAULT.withStallMax(Duration.ofMillis(100)));
        var reply = askForReply(Post.text("hello"));
        assertThat(ended(reply).reply().error()).contains("sent nothing");
    }

    @Test
    void aRestartGoesOnWithTheReplyWhereItWas() {
        askForReply(Post.text("hello"));
        puppet.next().sink.text("half ");
        awaitKept("half ");
        engine.close();
        engine = start(EngineConfig.DEFAULT);
        Saying saying = puppet.next();
        assertThat(saying.prompt.soFar()).isEqualTo("half ");
        saying.sink.text("whole");
        saying.sink.completed(StopReason.END, null);
        await().until(() -> kept().reply() == null);
        Message reply = store.messages.get(kept().head());
        assertThat(reply).isNotNull();
        assertThat(reply.text()).isEqualTo("half whole");
        assertThat(reply.attempts()).hasSize(2);
    }

    @Test
    void anothersConversationIsUnknown() {
        assertThat(result(engine.ask(STRANGER, CHAT, Post.text("hi"))))
                .isEqualTo(new Answer.Refused(Refusal.CONVERSATION_UNKNOWN));
        assertThat(result(engine.conversation(STRANGER, CHAT)))
                .isEqualTo(new Answer.Refused(Refusal.CONVERSATION_UNKNOWN));
        var mine = new Recorder();
        mine.watch = engine.watch(UserId.LOCAL, CHAT, null, mine);
        var theirs = new Recorder();
        theirs.watch = engine.watch(STRANGER, CHAT, null, theirs);
        await().until(() -> theirs.refused == Refusal.CONVERSATION_UNKNOWN);
        assertThat(mine.refused).isNull();
    }

    @Test
    void whatIsNotThereIsRefused() {
        MessageId nothing = new MessageId(1, 2, 3, 4);
        assertThat(refusal(new Generate(nothing, null))).isEqualTo(Refusal.MESSAGE_UNKNOWN);
        assertThat(refusal(new Generate(null, null))).isEqualTo(Refusal.NOTHING_TO_ANSWER);
        assertThat(refusal(new Generate(null, new ModelId("none"))))
                .isEqualTo(Refusal.MODEL_UNKNOWN);
        assertThat(refusal(new Change(" ", null, null, null))).isEqualTo(Refusal.NAME_INVALID);
    }

    @Test
    void aDeletedConversationEndsItsViewersAndItsIdIsNotUsedAgain() {
        var viewer = new Recorder();
        viewer.watch = engine.watch(UserId.LOCAL, CHAT, null, viewer);
        viewer.watch.request(10);
        await().until(() -> viewer.updates.size() == 1);
        ask(new Delete());
        await().until(() -> viewer.refused != null);
        assertThat(refusal(new Start(UserId.LOCAL, "", PUPPET, null, null, null)))
                .isEqualTo(Refusal.CONVERSATION_EXISTS);
        assertThat(refusal(Post.text("hi"))).isEqualTo(Refusal.CONVERSATION_UNKNOWN);
    }

    @Test
    void anIdleConversationLeavesAndComesBack() {
        engine.close();
        engine = start(EngineConfig.DEFAULT.withIdle(Duration.ZERO, 1 << 20));
        ask(new Change("named", null, null, null));
        await().until(() -> engine.figures().resident() == 0);
        assertThat(
                        ((Answer.Done) result(engine.conversation(UserId.LOCAL, CHAT)))
                                .conversation()
                                .name())
                .isEqualTo("named");
    }

    @Test
    void aListIsToldWhatHappens() {
        var heard = new LinkedBlockingQueue<Activity>();
        Runnable end = engine.watchActivity(UserId.LOCAL, heard::add);
        ask(new Change("named", null, null, null));
        await().until(() -> heard.stream().anyMatch(a -> a.conversation().name().equals("named")));
        end.run();
    }

    private Answer ask(dev.hubbub.conversation.ConversationCommand command) {
        return result(engine.ask(UserId.LOCAL, CHAT, command));
    }

    private CompletionStage<Answer> askForReply(Post post) {
        return engine.askForReply(UserId.LOCAL, CHAT, post);
    }

    private Refusal refusal(dev.hubbub.conversation.ConversationCommand command) {
        return ((Answer.Refused) ask(command)).refusal();
    }

    private static Answer.Ended ended(CompletionStage<Answer> reply) {
        return (Answer.Ended) result(reply);
    }

    private static Answer result(CompletionStage<Answer> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private dev.hubbub.conversation.Conversation kept() {
        var conversation = store.load(CHAT);
        assertThat(conversation).isNotNull();
        return conversation;
    }

    private void awaitKept(String text) {
        await().until(() -> {
            var reply = kept().reply();
            return reply != null && reply.draft().text().equals(text);
        });
    }

    /// Applies what it is told, as a page would.
    private static final class Recorder implements Viewer {

        final List<Update> updates = java.util.Collections.synchronizedList(new ArrayList<>());
        private String text = "";
        final List<Message> ended = java.util.Collections.synchronizedList(new ArrayList<>());
        volatile @Nullable Refusal refused;
        Viewer.@Nullable Watch watch;

        @Override
        public synchronized void updates(List<Update> more) {
            for (Update update : more) {
                switch (update.content()) {
                    case Update.Snapshot(var conversation) -> {
                        var reply = conversation.reply();
                        text = reply == null ? "" : reply.draft().text();
                    }
                    case Update.Delta(_, var fromChar, var piece) -> {
                        assertThat(fromChar).isEqualTo(text.length());
                        text += piece;
                    }
                    case Update.Happened(var event, _) -> {
                        if (event
                                instanceof
                                dev.hubbub.conversation.ConversationEvent.ReplyEnded reply) {
                            ended.add(reply.message());
                        }
                    }
                }
                updates.add(update);
            }
        }

        @Override
        public void ended(Refusal reason) {
            refused = reason;
        }

        synchronized String text() {
            return text;
        }

        Position last() {
            return updates.getLast().position();
        }
    }

    private static final class Saying implements ChatModel.Call {

        final ChatModel.Prompt prompt;
        final ChatModel.Sink sink;
        volatile boolean cancelled;

        Saying(ChatModel.Prompt prompt, ChatModel.Sink sink) {
            this.prompt = prompt;
            this.sink = sink;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    /// A model whose replies the test speaks.
    private static final class Puppet implements ModelCatalog, ChatModel {

        private final BlockingQueue<Saying> sayings = new LinkedBlockingQueue<>();

        Saying next() {
            try {
                Saying next = sayings.poll(10, TimeUnit.SECONDS);
                assertThat(next).as("a model call").isNotNull();
                return next;
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }

        @Override
        public Call reply(Prompt prompt, Sink sink) {
            var saying = new Saying(prompt, sink);
            sayings.add(saying);
            return saying;
        }

        @Override
        public @Nullable ChatModel find(ModelId id) {
            return id.equals(PUPPET) ? this : null;
        }

        @Override
        public List<Entry> models() {
            return List.of(new Entry(PUPPET, "Puppet", "test", 0));
        }

        @Override
        public ModelId defaultModel() {
            return PUPPET;
        }
    }
}
