package dev.hubbub.engine;

import dev.hubbub.conversation.Attempt;
import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// One call of a model: reads the history, begins the reply, and holds what comes until the
/// partition reads it. Safe for use by the model's threads and the partition's.
final class ModelCall implements Call, ChatModel.Sink {

    private final int charsMax;
    private final ToPartition.Notice notice;
    private final Consumer<ToPartition> partition;

    /// Where the notice goes while calls are begun together; null at other times.
    private @Nullable Beginning together;

    /// The only piece that is unread, as it is for most calls most of the time; null when there is
    /// none or there are more.
    private @Nullable String piece;

    /// Two pieces or more; null when there are fewer.
    private @Nullable StringBuilder pieces;

    /// What earlier attempts said that is unread; shared when empty.
    private List<Switched> earlier = List.of();

    private @Nullable End end;
    private boolean noticed;
    private boolean over;
    private ChatModel.@Nullable Call upstream;

    /// @param charsMax text held at most; a model that says more unread is ended
    /// @param notice what `partition` is told when there is something to read, once until it is
    ///   read
    ModelCall(int charsMax, ToPartition.Notice notice, Consumer<ToPartition> partition) {
        this.charsMax = charsMax;
        this.notice = notice;
        this.partition = partition;
    }

    /// Begins the reply. Blocks as long as the model does, which is not at all for one that keeps
    /// to the contract; whatever it throws fails this reply and nothing else.
    void begin(
            Node.Begin what,
            List<ChatModel.Prompt.Line> history,
            Beginning beginning,
            ModelCatalog models) {
        Reply reply = what.reply();
        synchronized (this) {
            together = beginning;
        }
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
            var prompt =
                    new ChatModel.Prompt(
                            what.conversation().owner(),
                            reply.model(),
                            what.conversation().systemPrompt(),
                            history,
                            reply.draft().text());
            ChatModel.Call begun = model.reply(prompt, this);
            synchronized (this) {
                if (!over && end == null) {
                    upstream = begun;
                    return;
                }
            }
            begun.cancel();
        } catch (Throwable defect) {
            ended(notCalled(defect));
        } finally {
            synchronized (this) {
                together = null;
            }
        }
    }

    static End notCalled(Throwable defect) {
        String why = defect.getMessage();
        return new End.Failed("The model could not be called: " + (why == null ? defect : why));
    }

    @Override
    public void text(String more) {
        ChatModel.Call ending = null;
        synchronized (this) {
            if (over || end != null) {
                return;
            }
            if (add(more) > charsMax) {
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
        giveNotice();
    }

    /// How much is unread then.
    private int add(String more) {
        if (pieces != null) {
            pieces.append(more);
        } else if (piece != null) {
            pieces = new StringBuilder(2 * (piece.length() + more.length()));
            pieces.append(piece).append(more);
            piece = null;
        } else {
            piece = more;
        }
        return pieces == null ? more.length() : pieces.length();
    }

    @Override
    public void attempt(ModelId model, @Nullable Usage used, @Nullable ModelFault why) {
        synchronized (this) {
            if (over || end != null) {
                return;
            }
            if (earlier.isEmpty()) {
                earlier = new ArrayList<>(1);
            } else if (earlier.size() >= Attempt.COUNT_MAX) {
                // More than a reply may have: the first that is too many ends it.
                return;
            }
            earlier.add(new Switched(takeText(), model, used, why == null ? null : why.sentence()));
            if (noticed) {
                return;
            }
            noticed = true;
        }
        giveNotice();
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
        giveNotice();
    }

    private void giveNotice() {
        Beginning others;
        synchronized (this) {
            others = together;
        }
        if (others == null) {
            partition.accept(notice);
        } else {
            others.notice(notice);
        }
    }

    @Override
    public synchronized Unread read() {
        noticed = false;
        List<Switched> before = earlier;
        earlier = List.of();
        String text = takeText();
        int last = text.length() - 1;
        if (end == null && last >= 0 && Character.isHighSurrogate(text.charAt(last))) {
            piece = text.substring(last);
            text = text.substring(0, last);
        }
        return new Unread(before, text, end);
    }

    private String takeText() {
        String text = pieces == null ? Objects.requireNonNullElse(piece, "") : pieces.toString();
        piece = null;
        pieces = null;
        return text;
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
