package dev.hubbub.server;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Recall;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Receipt;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/// Begins turns for clients of other protocols than ours, in the conversation that they mean. A
/// stage fails with a [FaultException] when it is refused.
final class Turns {

    private final Engine engine;
    private final Chats chats;

    Turns(Engine engine, Chats chats) {
        this.engine = engine;
        this.chats = chats;
    }

    /// A turn, and its conversation right after it began.
    record Begun(TurnRef turn, Conversation chat) {}

    /// What is asked.
    ///
    /// @param model null for the conversation's own, in a new one the default
    /// @param system what the conversation's system prompt becomes; null leaves it
    /// @param before what was said before and is to be taken in; none where it is known
    /// @param line what is to be answered
    /// @param key what makes it safe to ask again
    record Question(
            UserId user,
            @Nullable ModelId model,
            @Nullable String system,
            List<Transcript.Line> before,
            Transcript.Line line,
            @Nullable ClientMessageId key) {

        /// With another history before it.
        Question after(List<Transcript.Line> history) {
            return new Question(user, model, system, history, line, key);
        }
    }

    /// A model that there is.
    ModelId model(ModelId id) {
        if (engine.models().find(id) == null) {
            throw Fault.of(Refusal.MODEL_UNKNOWN).exception();
        }
        return id;
    }

    /// In the conversation with this id: one that is there, whose own history counts, or else a new
    /// one with the history that came along.
    ///
    /// @param fresh what is to be taken in where it is there: all that was said since it replied
    CompletionStage<Begun> in(ConversationId chat, Question question, List<Transcript.Line> fresh) {
        return engine.conversation(question.user(), chat)
                .thenCompose(answer ->
                        answer instanceof Answer.Done(_, var found)
                                ? inOld(found, null, question.after(fresh))
                                : inNew(chat, null, question));
    }

    /// In a new conversation.
    ///
    /// @param head what it goes on from, or null
    CompletionStage<Begun> inNew(ConversationId chat, @Nullable MessageId head, Question question) {
        ModelId model = question.model();
        var start =
                new Start(
                        question.user(),
                        "",
                        model == null ? engine.models().defaultModel() : model,
                        question.system(),
                        head,
                        // The engine finds out who said it.
                        head == null ? null : Role.USER);
        if (head == null && question.before().isEmpty() && question.line().pictures().isEmpty()) {
            return atOnce(chat, start, question);
        }
        return kept(question)
                .thenCompose(_ -> engine.ask(question.user(), chat, start))
                .thenCompose(answer ->
                        switch (answer) {
                            case Answer.Refused(var refusal)
                                    when refusal == Refusal.CONVERSATION_EXISTS ->
                                    again(chat, question);
                            case Answer.Refused(var refusal) ->
                                    throw Fault.of(refusal, chat.value()).exception();
                            case Answer given -> recalled(chat, head, question, given);
                        });
    }

    /// Without waiting for the beginning before it says something: both are judged in this order,
    /// and mostly kept in one commit.
    private CompletionStage<Begun> atOnce(ConversationId chat, Start start, Question question) {
        CompletionStage<Answer> started = engine.ask(question.user(), chat, start);
        CompletionStage<Begun> begun = posted(chat, null, question);
        return started.thenCompose(answer -> {
            if (answer instanceof Answer.Refused(var refusal)
                    && refusal != Refusal.CONVERSATION_EXISTS) {
                throw Fault.of(refusal, chat.value()).exception();
            }
            return begun;
        });
    }

    /// Asked again, or somebody else has that id.
    private CompletionStage<Begun> again(ConversationId chat, Question question) {
        return chats.find(question.user(), chat)
                .thenCompose(found -> recalled(chat, null, question, found.head() != null));
    }

    private CompletionStage<Begun> recalled(
            ConversationId chat, @Nullable MessageId parent, Question question, Answer begun) {
        return recalled(chat, parent, question, !(begun instanceof Answer.Done));
    }

    private CompletionStage<Begun> recalled(
            ConversationId chat, @Nullable MessageId parent, Question question, boolean known) {
        if (known || question.before().isEmpty()) {
            return posted(chat, parent, question);
        }
        List<Recall.Line> lines =
                question.before().stream().map(Transcript.Line::recalled).toList();
        return chats.done(question.user(), chat, new Recall(parent, lines))
                .thenCompose(done -> posted(chat, done.receipt().message(), question));
    }

    /// In a conversation that is there.
    ///
    /// @param parent what the question follows; null for the head. Where another reply is being
    ///   made, a question with a parent begins a conversation of its own there
    CompletionStage<Begun> inOld(Conversation chat, @Nullable MessageId parent, Question question) {
        if (chat.reply() != null && parent != null && question.key() == null) {
            return inNew(Chats.newId(), parent, question);
        }
        return kept(question)
                .thenCompose(_ -> prompted(chat, question))
                .thenCompose(_ -> recalled(chat.id(), parent, question, false));
    }

    private CompletionStage<?> prompted(Conversation chat, Question question) {
        String system = question.system();
        String before = chat.systemPrompt() == null ? "" : chat.systemPrompt();
        return system == null || system.equals(before)
                ? CompletableFuture.completedStage(null)
                : chats.done(question.user(), chat.id(), new Change(null, null, null, system));
    }

    private CompletionStage<Begun> posted(
            ConversationId chat, @Nullable MessageId parent, Question question) {
        var post =
                new Post(
                        question.key(),
                        question.line().text(),
                        question.line().images(),
                        parent,
                        true,
                        WhenBusy.REJECT,
                        question.model());
        return engine.ask(question.user(), chat, post)
                .thenCompose(answer ->
                        switch (answer) {
                            case Answer.Done(var receipt, var now) ->
                                    CompletableFuture.completedStage(begun(chat, receipt, now, 0));
                            case Answer.Refused(var refusal)
                                    when refusal == Refusal.BUSY && parent != null ->
                                    inNew(Chats.newId(), parent, question.after(List.of()));
                            case Answer.Refused(var refusal) ->
                                    throw Fault.of(refusal, chat.value()).exception();
                            case Answer.Ended _, Answer.Withdrawn _ ->
                                    throw new IllegalStateException("nobody waited for a reply");
                        });
    }

    /// One more reply to a message.
    CompletionStage<Begun> anew(
            UserId user, ConversationId chat, MessageId from, @Nullable ModelId model) {
        return engine.children(user, chat, from)
                .thenCompose(children -> {
                    int before =
                            (int)
                                    children.stream()
                                            .filter(child -> child.role() == Role.ASSISTANT)
                                            .count();
                    return chats.done(user, chat, new ConversationCommand.Generate(from, model))
                            .thenApply(done ->
                                    begun(chat, done.receipt(), done.conversation(), before));
                });
    }

    private static Begun begun(ConversationId chat, Receipt receipt, Conversation now, int place) {
        TurnId turn = receipt.turn();
        MessageId message = receipt.message();
        if (turn == null || message == null) {
            // A message of this key came another way, and waits or wanted no reply.
            throw Fault.of(Refusal.BUSY).exception();
        }
        return new Begun(new TurnRef(chat, turn, message, place), now);
    }

    /// Keeps the images that messages are going to show.
    private CompletionStage<?> kept(Question question) {
        List<Picture> pictures =
                Stream.concat(question.before().stream(), Stream.of(question.line()))
                        .flatMap(line -> line.pictures().stream())
                        .toList();
        return CompletableFuture.allOf(
                pictures.stream()
                        .map(picture ->
                                engine.keepImage(
                                                question.user(), picture.image(), picture.content())
                                        .toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new));
    }
}
