package dev.hubbub.engine;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/// Hears a model that says all at once: see [ChatModel#isImmediate]. What it says from another
/// thread, or when it should have ended, is not heard.
final class AtOnce implements ChatModel.Sink {

    private final Thread thread = Thread.currentThread();
    private final int charsMax;
    private @Nullable String text;
    private @Nullable StringBuilder more;
    private Call.@Nullable End end;
    private boolean isOver;

    private AtOnce(int charsMax) {
        this.charsMax = charsMax;
    }

    /// Calls the model for a reply that has not begun.
    ///
    /// @param charsMax text heard at most; a model that says more is ended
    /// @return null when the model does not keep its promise, and has to be called as others are
    static Call.@Nullable Unread reply(
            ChatModel model, Conversation of, Reply wanted, Message to, int charsMax) {
        var heard = new AtOnce(charsMax);
        try {
            var line = new ChatModel.Prompt.Line(Role.USER, to.text());
            var prompt =
                    new ChatModel.Prompt(
                            of.owner(), wanted.model(), of.systemPrompt(), List.of(line), "");
            ChatModel.Call call = model.reply(prompt, heard);
            if (heard.end == null) {
                heard.isOver = true;
                call.cancel();
                return null;
            }
        } catch (Throwable defect) {
            if (heard.end == null) {
                heard.end = ModelCall.notCalled(defect);
            }
        }
        heard.isOver = true;
        String all =
                heard.more == null
                        ? Objects.requireNonNullElse(heard.text, "")
                        : heard.more.toString();
        return new Call.Unread(List.of(), all, heard.end);
    }

    @Override
    public void text(String piece) {
        if (isDeaf()) {
            return;
        }
        if (text == null) {
            text = piece;
        } else {
            if (more == null) {
                more = new StringBuilder(2 * (text.length() + piece.length())).append(text);
            }
            more.append(piece);
        }
        if ((more == null ? piece.length() : more.length()) > charsMax) {
            end = new Call.End.Finished(StopReason.LENGTH, null);
        }
    }

    @Override
    public void attempt(ModelId model, @Nullable Usage used, @Nullable ModelFault why) {
        // For one that asks others the record of attempts is kept by [ModelCall].
        isOver = true;
    }

    @Override
    public void completed(StopReason reason, @Nullable Usage usage) {
        if (!isDeaf()) {
            end = new Call.End.Finished(reason, usage);
        }
    }

    @Override
    public void failed(ModelFault fault) {
        if (!isDeaf()) {
            end = new Call.End.Failed(fault.sentence());
        }
    }

    @SuppressWarnings("ReferenceEquality") // a thread is itself
    private boolean isDeaf() {
        return isOver || end != null || Thread.currentThread() != thread;
    }
}
