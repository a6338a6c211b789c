package dev.hubbub.examples;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubConfig;
import dev.hubbub.engine.ReplyFailed;
import dev.hubbub.engine.StartOptions;

import java.util.Locale;

/// A model of one's own, beside those that are there. This one says what it hears, a word at a
/// time, in capitals; and it shows what becomes of a model that fails.
public final class CustomModel {

    private CustomModel() {}

    public static void main(String[] args) {
        HubbubConfig config =
                HubbubConfig.inMemory()
                        .withModel("parrot", new Parrot())
                        .withDefaultModel("parrot");
        try (Hubbub hubbub = Hubbub.start(config)) {
            ConversationId id = hubbub.startConversation();
            System.out.println("parrot: " + hubbub.sendMessage(id, "Pretty Polly!").text());
            System.out.println("tokens: " + hubbub.stats(id).usage());

            try {
                hubbub.sendMessage(id, "Do a cat, please.");
            } catch (ReplyFailed failed) {
                // What was said before it failed is kept, and so is the message.
                System.out.println("failed: " + failed.getMessage());
                System.out.println("kept:   " + failed.partial().text());
                System.out.println("asked:  " + hubbub.history(id).get(2).text());
            }

            // Different models side by side, in one program.
            ConversationId other =
                    hubbub.startConversation(StartOptions.DEFAULT.withModel("eliza"));
            System.out.println("eliza:  " + hubbub.sendMessage(other, "Pretty Polly!").text());
        }
    }

    /// Safe for any number of replies at once: it has no state.
    private static final class Parrot implements ChatModel {

        /// Must return without waiting. What takes time, such as a request to a service, goes to a
        /// thread of its own: a virtual one will do.
        @Override
        public Call reply(Prompt prompt, Sink sink) {
            Thread speaking = Thread.ofVirtual().unstarted(() -> speak(prompt, sink));
            speaking.start();
            // Called when somebody stops the reply.
            return speaking::interrupt;
        }

        private static void speak(Prompt prompt, Sink sink) {
            // The last message is what to answer; `soFar` is what the reply says already, when it
            // is gone on with after a crash.
            String all = prompt.messages().getLast().text().toUpperCase(Locale.ROOT);
            String rest = all.substring(Math.min(all.length(), prompt.soFar().length()));
            int words = 0;
            for (String word : rest.split("(?<= )", -1)) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                if (word.startsWith("CAT")) {
                    sink.failed(
                            new ModelFault(
                                    ModelFault.Kind.REJECTED,
                                    "Parrots do not do cats; ask a cat."));
                    return;
                }
                sink.text(word);
                words++;
            }
            // The last call is exactly one of these two: completed or failed.
            sink.completed(StopReason.END, new Usage(words, words));
        }
    }
}
