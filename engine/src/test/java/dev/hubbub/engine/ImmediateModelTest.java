package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Limits;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.ReplyStatus;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Models that answer before they return, each as its message tells it to.
final class ImmediateModelTest {

    private static final ModelId PARROT = new ModelId("parrot");

    private final KeptInMemory store = new KeptInMemory();
    private final List<String> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger promisesBroken = new AtomicInteger();
    private final Engine engine = Engine.start(EngineConfig.DEFAULT, store, new Parrot());

    @AfterEach
    void close() {
        engine.close();
    }

    private List<ConversationId> start(int count) {
        List<ConversationId> ids =
                IntStream.range(0, count).mapToObj(i -> new ConversationId("c" + i)).toList();
        var start = new Start(UserId.LOCAL, "", PARROT, null, null, null);
        engine.askAll(UserId.LOCAL, ids, start, false, _ -> {}).toCompletableFuture().join();
        return ids;
    }

    private Answer say(ConversationId id, String text) {
        return engine.askForReply(UserId.LOCAL, id, Post.text(text)).toCompletableFuture().join();
    }

    private static String textOf(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Ended.class);
        return ((Answer.Ended) answer).reply().text();
    }

    private static ReplyStatus statusOf(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Ended.class);
        return ((Answer.Ended) answer).status();
    }

    @Test
    void aMessageAndItsReplyAreOneCommit() {
        ConversationId id = start(1).getFirst();
        long commits = engine.figures().commits();

        Answer answer = say(id, "hello");

        assertThat(textOf(answer)).isEqualTo("hello hello");
        assertThat(engine.figures().commits()).isEqualTo(commits + 1);
        var reply = ((Answer.Ended) answer).reply();
        assertThat(reply.usage()).isEqualTo(new Usage(1, 2));
        assertThat(store.path(UserId.LOCAL, reply.id(), 10))
                .extracting(message -> message.text())
                .containsExactly("hello", "hello hello");
    }

    @Test
    void oneThatThrowsFailsItsOwnReplyOnly() {
        List<ConversationId> ids = start(2);

        assertThat(statusOf(say(ids.get(0), "throw"))).isEqualTo(ReplyStatus.FAILED);

        assertThat(statusOf(say(ids.get(1), "hello"))).isEqualTo(ReplyStatus.COMPLETED);
        assertThat(statusOf(say(ids.get(0), "hello"))).isEqualTo(ReplyStatus.COMPLETED);
        assertThat(engine.figures().crashes()).isZero();
    }

    @Test
    void whatAFailedOneSaidIsKept() {
        Answer answer = say(start(1).getFirst(), "fail");

        assertThat(statusOf(answer)).isEqualTo(ReplyStatus.FAILED);
        assertThat(textOf(answer)).isEqualTo("as far as this");
        assertThat(((Answer.Ended) answer).reply().error()).isEqualTo("It was cut off.");
    }

    @Test
    void oneThatSaysTooMuchIsCut() {
        Answer answer = say(start(1).getFirst(), "shout");

        assertThat(textOf(answer)).hasSize(Limits.DEFAULT.replyCharsMax());
        assertThat(((Answer.Ended) answer).reply().stopReason()).isEqualTo(StopReason.LENGTH);
    }

    @Test
    void oneThatBreaksItsPromiseIsCalledAgainAsAnyOther() {
        Answer answer = say(start(1).getFirst(), "later");

        assertThat(textOf(answer)).isEqualTo("at last");
        assertThat(promisesBroken).hasValue(2);
        assertThat(threads).hasSize(2).last().asString().startsWith("hubbub-");
    }

    /// Says everything twice, unless it is told to do something else.
    private final class Parrot implements ModelCatalog, ChatModel {

        @Override
        public boolean isImmediate() {
            return true;
        }

        @Override
        public Call reply(Prompt prompt, Sink sink) {
            threads.add(Thread.currentThread().getName());
            String text = prompt.messages().getLast().text();
            switch (text) {
                case "throw" -> throw new IllegalStateException("on purpose");
                case "fail" -> {
                    sink.text("as far ");
                    sink.text("as this");
                    sink.failed(new ModelFault(ModelFault.Kind.CUT_OFF, "It was cut off."));
                }
                case "shout" -> {
                    sink.text("x".repeat(Limits.DEFAULT.replyCharsMax() + 1));
                    sink.completed(StopReason.END, null);
                }
                case "later" -> {
                    promisesBroken.incrementAndGet();
                    Thread.ofVirtual()
                            .start(() -> {
                                sink.text("at last");
                                sink.completed(StopReason.END, null);
                            });
                }
                default -> {
                    sink.text(text + " ");
                    sink.text(text);
                    sink.completed(StopReason.END, new Usage(1, 2));
                    // Too late to be heard.
                    sink.text("!");
                }
            }
            return () -> {};
        }

        @Override
        public ChatModel find(ModelId id) {
            return this;
        }

        @Override
        public List<Entry> models() {
            return List.of(new Entry(PARROT, "Parrot", "test", 0));
        }

        @Override
        public ModelId defaultModel() {
            return PARROT;
        }
    }
}
