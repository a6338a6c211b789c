package dev.hubbub.engine;

import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.PathTo;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The histories that calls begun together are given: the first look at any of them reads them all,
/// which is cheaper than one by one; where nobody looks nothing is read. Safe for use by many
/// threads.
final class Histories {

    private final List<PathTo> wanted;
    private final ConversationStore store;
    private final int charsMax;
    private final int imagesMax;

    /// What was read and not yet looked at; null before and after.
    private @Nullable List<@Nullable List<Message>> read;

    private boolean together = true;

    Histories(List<Node.Begin> calls, ConversationStore store, EngineConfig config) {
        this.store = store;
        charsMax = config.historyCharsMax();
        imagesMax = config.historyImagesMax();
        wanted = new ArrayList<>(calls.size());
        for (Node.Begin call : calls) {
            wanted.add(
                    new PathTo(
                            call.conversation().owner(),
                            call.reply().parent(),
                            config.historyMessagesMax()));
        }
    }

    Prompt.History of(int index) {
        UserId owner = wanted.get(index).owner();
        return new Prompt.History(() ->
                lines(path(index), charsMax, imagesMax, image -> store.image(owner, image.id())));
    }

    /// The calls have begun: who looks from now on reads for itself.
    synchronized void forget() {
        together = false;
        read = null;
    }

    private List<Message> path(int index) {
        synchronized (this) {
            if (together && read == null) {
                read = new ArrayList<>(store.paths(wanted));
            }
            List<Message> its = read == null ? null : read.set(index, null);
            if (its != null) {
                return its;
            }
        }
        PathTo own = wanted.get(index);
        return store.path(own.owner(), own.head(), own.limit());
    }

    /// The newest messages that fit, beginning with a person's. The last is always there, whatever
    /// its length; replies without text are left out, and images beyond the newest.
    static List<Prompt.Line> lines(
            List<Message> path,
            int charsMax,
            int imagesMax,
            Function<Image, Prompt.@Nullable Picture> bytes) {
        var newestFirst = new ArrayList<Prompt.Line>();
        int chars = 0;
        int images = 0;
        for (Message message : path.reversed()) {
            if (message.text().isEmpty() && message.images().isEmpty()) {
                continue;
            }
            chars += message.text().length();
            if (chars > charsMax && !newestFirst.isEmpty()) {
                break;
            }
            var pictures = new ArrayList<Prompt.Picture>(0);
            for (Image image : message.images()) {
                Prompt.Picture picture = images++ < imagesMax ? bytes.apply(image) : null;
                if (picture != null) {
                    pictures.add(picture);
                }
            }
            newestFirst.add(new Prompt.Line(message.role(), message.text(), pictures));
        }
        while (newestFirst.size() > 1 && newestFirst.getLast().role() == Role.ASSISTANT) {
            newestFirst.removeLast();
        }
        return newestFirst.reversed();
    }
}
