package dev.hubbub.examples;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.ReplyStream;
import dev.hubbub.engine.StartOptions;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;

/// A reply on the terminal while it is being made: first with a loop, then with a subscriber, then
/// one that is stopped halfway.
public final class Streaming {

    private Streaming() {}

    public static void main(String[] args) throws InterruptedException {
        try (Hubbub hubbub = Hubbub.start()) {
            ConversationId id =
                    hubbub.startConversation(
                            StartOptions.DEFAULT.withModel("simulated:rate=60,tokens=40"));

            System.out.println("--- a loop");
            // The stream is durable text: what this prints, a crash cannot take back.
            try (ReplyStream reply = hubbub.streamMessage(id, "Tell me something.")) {
                for (String piece : reply) {
                    System.out.print(piece);
                    System.out.flush();
                }
                Message whole = reply.await();
                System.out.printf("%n(%d characters)%n", whole.text().length());
            }

            System.out.println("--- a subscriber");
            ReplyStream second = hubbub.streamMessage(id, "And something else.");
            var printer = new Printer();
            second.subscribe(printer);
            printer.awaitEnd();
            System.out.printf("%n(%d characters)%n", second.await().text().length());

            System.out.println("--- stopped after the first word");
            ReplyStream third = hubbub.streamMessage(id, "Never mind.");
            System.out.print(third.iterator().next());
            third.stop();
            // A stopped reply keeps what was said; it is a reply like any other.
            Message kept = third.await();
            System.out.printf("%n(%s)%n", kept.stopReason());
        }
    }

    /// Asks for one piece at a time. It could ask for more, and it may take as long as it likes:
    /// what it has not asked for joins into larger pieces and is not queued.
    private static final class Printer implements Flow.Subscriber<String> {

        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private final CountDownLatch ended = new CountDownLatch(1);

        void awaitEnd() throws InterruptedException {
            ended.await();
        }

        @Override
        public void onSubscribe(Flow.Subscription mine) {
            subscription.complete(mine);
            mine.request(1);
        }

        @Override
        public void onNext(String piece) {
            System.out.print(piece);
            System.out.flush();
            subscription.join().request(1);
        }

        @Override
        public void onError(Throwable failure) {
            System.out.println(failure.getMessage());
            ended.countDown();
        }

        @Override
        public void onComplete() {
            ended.countDown();
        }
    }
}
