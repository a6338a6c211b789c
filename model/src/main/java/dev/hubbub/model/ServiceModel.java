package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;

import java.util.List;

/// The models of one service. LangChain4j speaks its protocol, over an HTTP client of Vert.x,
/// because LangChain4j's own needs a thread for each reply.
///
/// [#reply] reads the history and writes the request on its caller's thread; everything after that
/// happens on an event loop.
final class ServiceModel implements ChatModel {

    private final Service service;
    private final Transport transport;
    private final KnownModels known;
    private final Faults faults;
    private final StreamingChatModel model;

    ServiceModel(Service service, Transport transport, KnownModels known) {
        this.service = service;
        this.transport = transport;
        this.known = known;
        faults = new Faults(service);
        model = service.vendor().protocol().open(service, new EventStreamClient.Builder());
    }

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        if (transport.isClosed()) {
            throw new IllegalStateException("the models are closed");
        }
        Protocol protocol = service.vendor().protocol();
        KnownModels.Known facts = known.of(prompt.model(), service.vendor());
        List<ChatMessage> messages =
                Messages.of(prompt, facts.images(), protocol.beginsWithTheUser());
        var reply = new ServiceReply(service, transport, faults, facts, prompt.model(), sink);
        if (messages.isEmpty()) {
            reply.fail(faults.nothingToAnswer());
            return reply;
        }
        ChatRequest.Builder request =
                ChatRequest.builder().modelName(prompt.model().value()).messages(messages);
        if (facts.outputMax() > 0) {
            request.maxOutputTokens(facts.outputMax());
        }
        reply.start(model, request.build());
        return reply;
    }
}
