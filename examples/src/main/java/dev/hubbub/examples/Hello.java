package dev.hubbub.examples;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.engine.Hubbub;

/// The smallest program: one conversation, two messages, and what became of it. No key and no
/// network: the one who answers is ELIZA, of 1966.
public final class Hello {

    private Hello() {}

    public static void main(String[] args) {
        // Everything is kept in memory, and gone when the block ends.
        try (Hubbub hubbub = Hubbub.start()) {
            ConversationId id = hubbub.startConversation();
            say(hubbub, id, "Hello. I am worried about my program.");
            say(hubbub, id, "It has too many threads.");

            // The conversation has the whole of it, oldest first.
            System.out.println();
            for (Message message : hubbub.history(id)) {
                System.out.printf("%9s: %s%n", message.role().wire(), message.text());
            }
            System.out.println(hubbub.stats(id).messageCount() + " messages");
        }
    }

    private static void say(Hubbub hubbub, ConversationId id, String text) {
        System.out.println("> " + text);
        // Blocks until the reply is complete and durable. That costs nothing on a virtual thread,
        // which is where such a program would call it from.
        Message reply = hubbub.sendMessage(id, text);
        System.out.println(reply.text());
    }
}
