package dev.hubbub.transfer;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Limits;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Brings what a file has into a user's conversations, by way of the engine: it alone writes them.
///
/// A conversation keeps the id that the file gives it where that is free or is this conversation
/// already. Where the id is deleted or another user's, the next of a fixed row of ids is taken, so
/// that the same file finds the same conversation again.
final class Intake implements ReadChat.Sink {

    /// How often a conversation may be deleted and come back.
    private static final int IDS_TRIED_MAX = 64;

    private static final int CHARS_AT_ONCE_MAX = 4 << 20;

    private final Engine engine;
    private final UserId user;
    private final ImportLimits limits;
    private final ImportOptions options;
    private final ImportReport report;
    private final Limits held;
    private long imageBytes = -1;
    private int chats;

    Intake(
            Engine engine,
            UserId user,
            ImportLimits limits,
            ImportOptions options,
            ImportReport report) {
        this.engine = engine;
        this.user = user;
        this.limits = limits;
        this.options = options;
        this.report = report;
        held = engine.config().limits();
    }

    /// The id under which this user has a conversation of another program: nobody else's.
    ConversationId idOf(String source, String id) {
        return derived(source + "\0" + id);
    }

    @Override
    public void problem(String where, String detail) {
        report.problem(where, detail);
    }

    @Override
    public @Nullable Image image(String where, byte[] content) {
        Image image = content.length > limits.imageBytesMax() ? null : Image.of(content);
        if (image == null) {
            return null;
        }
        if (Waits.on(engine.image(user, image.id())) != null) {
            report.imagesUnchanged++;
            return image;
        }
        if (imageBytes < 0) {
            imageBytes = Waits.on(engine.imageBytes(user));
        }
        if (imageBytes + content.length > limits.userImageBytesMax()) {
            report.problem(where, "There is no room for more images of this user.");
            return image;
        }
        imageBytes += content.length;
        report.imagesAdded++;
        if (!options.dryRun()) {
            Waits.on(engine.keepImage(user, image, content));
        }
        return image;
    }

    @Override
    public void chat(ReadChat chat) {
        List<Message> messages = rooted(chat);
        ConversationId id = chat.id();
        for (int tried = 1; tried <= IDS_TRIED_MAX; tried++) {
            Conversation there = find(id);
            Refusal refusal =
                    there == null ? begin(chat, id, messages) : goOn(chat, there, messages);
            if (refusal != Refusal.CONVERSATION_EXISTS) {
                if (refusal != null) {
                    report.problem(chat.where(), refusal.sentence());
                }
                options.progress().accept(++chats);
                return;
            }
            id = derived("again\0" + chat.id() + "\0" + tried);
        }
        report.problem(
                chat.where(),
                "It was deleted here too often; delete it from the file, or keep it.");
    }

    /// The messages that follow others of the file or of the user's, or nothing.
    private List<Message> rooted(ReadChat chat) {
        if (!chat.ours()) {
            return chat.messages();
        }
        var waiting = new HashMap<MessageId, List<Message>>();
        var missing = new HashMap<MessageId, Integer>();
        var byId = new HashMap<MessageId, Message>();
        chat.messages().forEach(message -> byId.put(message.id(), message));
        var ready = new ArrayList<Message>();
        var elsewhere = new HashMap<MessageId, Boolean>();
        for (Message message : chat.messages()) {
            int parents = 0;
            for (MessageId parent : Set.copyOf(message.parents())) {
                boolean here = byId.containsKey(parent);
                if (here
                        || !elsewhere.computeIfAbsent(
                                parent, one -> Waits.on(engine.message(user, one)) != null)) {
                    waiting.computeIfAbsent(parent, _ -> new ArrayList<>(1)).add(message);
                    parents++;
                }
            }
            missing.put(message.id(), parents);
            if (parents == 0) {
                ready.add(message);
            }
        }
        for (int i = 0; i < ready.size(); i++) {
            for (Message below : waiting.getOrDefault(ready.get(i).id(), List.of())) {
                if (missing.merge(below.id(), -1, Integer::sum) == 0) {
                    ready.add(below);
                }
            }
        }
        if (ready.size() < byId.size()) {
            report.problem(
                    chat.where(),
                    (byId.size() - ready.size())
                            + " messages follow others that are not there; they are left out.");
        }
        return ready;
    }

    private @Nullable Conversation find(ConversationId id) {
        return Waits.on(engine.conversation(user, id)) instanceof Answer.Done done
                ? done.conversation()
                : null;
    }

    private @Nullable Refusal begin(ReadChat chat, ConversationId id, List<Message> messages) {
        Refusal refusal = options.dryRun() ? null : send(chat, id, messages, messages);
        if (refusal == null) {
            report.chatsAdded++;
            report.messagesAdded += messages.size();
        }
        return refusal;
    }

    private @Nullable Refusal goOn(ReadChat chat, Conversation there, List<Message> messages) {
        Set<MessageId> known = new HashSet<>(ChatTree.read(engine, there).ids());
        List<Message> more =
                messages.stream().filter(message -> !known.contains(message.id())).toList();
        boolean lacksHead = there.head() == null && chat.head() != null;
        if (more.isEmpty() && !lacksHead) {
            report.chatsUnchanged++;
            report.messagesUnchanged += messages.size();
            return null;
        }
        Refusal refusal = options.dryRun() ? null : send(chat, there.id(), more, messages);
        if (refusal == null) {
            report.chatsUpdated++;
            report.messagesAdded += more.size();
            report.messagesUnchanged += messages.size() - more.size();
        }
        return refusal;
    }

    /// Sends messages in parts that one commit can hold; the head goes with the last.
    private @Nullable Refusal send(
            ReadChat chat, ConversationId id, List<Message> messages, List<Message> all) {
        MessageId head = chat.head();
        Role headRole = null;
        for (Message message : all) {
            if (message.id().equals(head)) {
                headRole = message.role();
            }
        }
        int from = 0;
        do {
            int to = from;
            long chars = 0;
            while (to < messages.size()
                    && to - from < ConversationCommand.Import.MESSAGES_MAX
                    && (to == from
                            || chars + messages.get(to).text().length() <= CHARS_AT_ONCE_MAX)) {
                chars += messages.get(to++).text().length();
            }
            boolean last = to == messages.size();
            Refusal refusal =
                    ask(
                            id,
                            command(
                                    chat,
                                    messages.subList(from, to),
                                    last && headRole != null ? head : null,
                                    last ? headRole : null));
            if (refusal != null) {
                return refusal;
            }
            from = to;
        } while (from < messages.size());
        return null;
    }

    private @Nullable Refusal ask(ConversationId id, ConversationCommand command) {
        return switch (Waits.on(engine.ask(user, id, command))) {
            case Answer.Refused(var refusal)
                    when refusal == Refusal.STORE_UNAVAILABLE || refusal == Refusal.OVERLOADED ->
                    throw new StoreException(refusal.sentence());
            case Answer.Refused(var refusal) -> refusal;
            case Answer.Done _, Answer.Ended _, Answer.Withdrawn _ -> null;
        };
    }

    private ConversationCommand.Import command(
            ReadChat chat,
            List<Message> messages,
            @Nullable MessageId head,
            @Nullable Role headRole) {
        String icon = Titles.clean(chat.icon(), held.nameCharsMax());
        String prompt = chat.systemPrompt() == null ? "" : Message.cleaned(chat.systemPrompt());
        return new ConversationCommand.Import(
                user,
                Titles.clean(chat.name(), held.nameCharsMax()),
                icon.isEmpty() ? null : icon,
                model(chat),
                prompt.isEmpty() ? null : Titles.cut(prompt, held.systemPromptCharsMax()),
                chat.marks(),
                chat.createdAt(),
                chat.updatedAt(),
                messages,
                head,
                headRole);
    }

    private ModelId model(ReadChat chat) {
        String named = chat.model();
        if (named != null && ModelId.isValid(named)) {
            var model = new ModelId(named);
            if (chat.ours() || engine.models().find(model) != null) {
                return model;
            }
        }
        return engine.models().defaultModel();
    }

    /// A UUID of version 8 that belongs to this user and this text.
    private ConversationId derived(String text) {
        try {
            byte[] name = ("import\0" + user + "\0" + text).getBytes(StandardCharsets.UTF_8);
            var hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(name));
            long high = (hash.getLong() & ~0xF000L) | 0x8000L;
            long low = (hash.getLong() & ~(0xC000L << 48)) | (0x8000L << 48);
            return new ConversationId(high, low);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
