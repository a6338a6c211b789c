package dev.hubbub.store;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationEvent.ReplyStarted;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.Reply;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// How far a conversation is kept: what the next batch must go on from.
///
/// @param number the last event's, 0 when there is no such conversation
/// @param turn the running reply's, 0 when none runs
/// @param chars the length of that reply's text
record Place(long number, long turn, int chars) {

    static final Place NOWHERE = new Place(0, 0, 0);

    static Place of(@Nullable Conversation conversation) {
        if (conversation == null) {
            return NOWHERE;
        }
        Reply reply = conversation.reply();
        return reply == null
                ? new Place(conversation.number(), 0, 0)
                : new Place(conversation.number(), reply.turn().number(), reply.draft().length());
    }

    /// Whether the batch goes on from here: its number and the place of each of its pieces.
    boolean admits(Batch batch) {
        return admits(number, turn, chars, batch);
    }

    /// Whether the batch goes on from where this conversation stands.
    static boolean admits(@Nullable Conversation conversation, Batch batch) {
        if (conversation == null) {
            return admits(0, 0, 0, batch);
        }
        Reply reply = conversation.reply();
        return reply == null
                ? admits(conversation.number(), 0, 0, batch)
                : admits(
                        conversation.number(),
                        reply.turn().number(),
                        reply.draft().length(),
                        batch);
    }

    private static boolean admits(long number, long turn, int chars, Batch batch) {
        if (batch.number() != number) {
            return false;
        }
        long running = turn;
        int length = chars;
        List<ConversationEvent> events = batch.events();
        for (int i = 0; i < events.size(); i++) {
            switch (events.get(i)) {
                case PieceAdded(var of, var fromChar, var text) -> {
                    if (of.number() != running || fromChar != length) {
                        return false;
                    }
                    length += text.length();
                }
                case ReplyStarted started -> {
                    long begun = started.turn().number();
                    length = begun == running ? length : 0;
                    running = begun;
                }
                case ReplyEnded _ -> running = 0;
                case ConversationEvent _ -> {}
            }
        }
        return true;
    }
}
