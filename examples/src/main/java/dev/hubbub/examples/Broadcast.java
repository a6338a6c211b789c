package dev.hubbub.examples;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.engine.BroadcastResult;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.StartOptions;

import java.util.ArrayList;
import java.util.List;

/// A thousand conversations, one message to them all, and one of them that is not there: it gets an
/// error of its own and the others their replies.
public final class Broadcast {

    private static final int CONVERSATIONS = 1_000;

    private Broadcast() {}

    public static void main(String[] args) {
        try (Hubbub hubbub = Hubbub.start()) {
            // Started together: all of them, or a clear error and none.
            StartOptions options =
                    StartOptions.DEFAULT
                            .withName("One of many")
                            .withModel("simulated:rate=max,tokens=10,ttft=0s");
            List<ConversationId> ids =
                    new ArrayList<>(hubbub.startConversations(CONVERSATIONS, options));
            ids.add(500, new ConversationId("nobody-started-this"));

            // One result for each id, in the order of the ids.
            List<BroadcastResult> results = hubbub.broadcast(ids, "How are you all?");
            int replied = 0;
            for (BroadcastResult result : results) {
                // A sealed type: the compiler knows that these two are all there is.
                switch (result) {
                    case BroadcastResult.Replied _ -> replied++;
                    case BroadcastResult.Failed(var id, var error) ->
                            System.out.println(id + " failed: " + error.getMessage());
                }
            }
            System.out.printf("%,d of %,d replied%n", replied, ids.size());
            System.out.println("the first: " + textOf(results.getFirst()));
            System.out.printf("%,d conversations are live%n", hubbub.conversations().size());
        }
    }

    private static String textOf(BroadcastResult result) {
        return switch (result) {
            case BroadcastResult.Replied(_, var reply) -> reply.text();
            case BroadcastResult.Failed(_, var error) -> error.getMessage();
        };
    }
}
