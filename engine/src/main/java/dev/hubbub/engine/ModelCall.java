package dev.hubbub.engine;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// One call of a model: reads the history, begins the reply, and holds what comes until the
/// partition reads it. Safe for use by the model's threads and the partition's.
final class ModelCall implements Call, ChatModel.Sink {

    private final Runnable notice;
    private final int charsMax;
    private final StringBuilder unread = new StringBuilder();
    private @Nullable End end;
    private boolean noticed;
    private boolean over;
    private ChatModel.@Nullable Call upstream;

    /// @param charsMax text held at most; a model that says more unread is ended
    /// @param notice called when there is something to read, once until it is read
    ModelCall(int charsMax, Runnable notice) {
        this.charsMax = charsMax;
        this.notice = notice;
    }

    /// Begins the reply that the conversation wants. Blocks while the history is read.
    void begin(
            Conversation conversation,
            Reply reply,
            ConversationStore store,
            ModelCatalog models,
            EngineConfig config) {
        try {
            ChatModel model = models.find(reply.model());
            if (model == null) {
                failed(
                        new ModelFault(
                                ModelFault.Kind.REJECTED,
                                "There is no model %s here; choose another."
                                        .formatted(reply.model())));
                return;
            }
            List<Message> path =
                    store.path(conversation.owner(), reply.parent(), config.historyMessagesMax());
            var prompt =
                    new ChatModel.Prompt(
                            reply.model(),
                            conversation.systemPrompt(),
                            lines(path, config.historyCharsMax()),
                            reply.draft().text());
            ChatModel.Call begun = model.reply(prompt, this);
            synchronized (this) {
                if (!over && end == null) {
                    upstream = begun;
                    return;
                }
            }
            begun.cancel();
        } catch (RuntimeException defect) {
            failed(
                    new ModelFault(
                            ModelFault.Kind.INTERNAL,
                            "The model could not be called: " + defect.getMessage()));
        }
    }

    /// The newest messages that fit, beginning with a person's. The last is always there, whatever
    /// its length; replies without text are left out.
    static List<ChatModel.Prompt.Line> lines(List<Message> path, int charsMax) {
        var newestFirst = new ArrayList<ChatModel.Prompt.Line>();
        int chars = 0;
        for (Message message : path.reversed()) {
            if (message.text().isEmpty()) {
                continue;
            }
            chars += message.text().length();
            if (chars > charsMax && !newestFirst.isEmpty()) {
                break;
            }
            newestFirst.add(new ChatModel.Prompt.Line(message.role(), message.text()));
        }
        while (newestFirst.size() > 1 && newestFirst.getLast().role() == Role.ASSISTANT) {
            newestFirst.removeLast();
        }
        return newestFirst.reversed();
    }

    @Override
    public void text(String piece) {
        ChatModel.Call ending = null;
        synchronized (this) {
            if (over || end != null) {
                return;
            }
            unread.append(piece);
            if (unread.length() > charsMax) {
                end = new End.Finished(StopReason.LENGTH, null);
                ending = upstream;
            }
            if (noticed) {
                return;
            }
            noticed = true;
        }
        if (ending != null) {
            ending.cancel();
        }
        notice.run();
    }

    @Override
    public void completed(StopReason reason, @Nullable Usage usage) {
        ended(new End.Finished(reason, usage));
    }

    @Override
    public void failed(ModelFault fault) {
        ended(new End.Failed(fault.sentence()));
    }

    private void ended(End how) {
        synchronized (this) {
            if (over || end != null) {
                return;
            }
            end = how;
            if (noticed) {
                return;
            }
            noticed = true;
        }
        notice.run();
    }

    @Override
    public synchronized Unread read() {
        noticed = false;
        int length = unread.length();
        boolean half = length > 0 && Character.isHighSurrogate(unread.charAt(length - 1));
        int whole = half && end == null ? length - 1 : length;
        String text = unread.substring(0, whole);
        unread.delete(0, whole);
        return new Unread(text, end);
    }

    @Override
    public void cancel() {
        ChatModel.Call ending;
        synchronized (this) {
            over = true;
            ending = upstream;
            upstream = null;
        }
        if (ending != null) {
            ending.cancel();
        }
    }
}
