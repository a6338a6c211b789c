package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Price;
import dev.hubbub.conversation.Usage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One reply of a service, from LangChain4j's events to the sink. What comes from the service comes
/// on one Vert.x context; [#start] and [#cancel] may be called from anywhere.
final class ServiceReply implements ChatModel.Call, StreamingChatResponseHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceReply.class);

    private final Protocol protocol;
    private final Transport transport;
    private final Faults faults;
    private final @Nullable Price price;
    private final Outlet outlet;
    private final Exchange exchange;

    ServiceReply(
            Service service,
            Transport transport,
            Faults faults,
            KnownModels.Known facts,
            ModelId model,
            ChatModel.Sink sink) {
        protocol = service.vendor().protocol();
        this.transport = transport;
        this.faults = faults;
        price = facts.price();
        outlet = new Outlet(sink);
        exchange = new Exchange(service, transport, faults, model, this::fail);
    }

    /// Asks the service.
    void start(StreamingChatModel model, ChatRequest request) {
        try {
            ScopedValue.where(EventStreamClient.EXCHANGE, exchange)
                    .run(() -> model.chat(request, this));
        } catch (RuntimeException e) {
            LOG.error("A request could not be made", e);
            fail(faults.defect());
        }
    }

    @Override
    public void cancel() {
        outlet.cancel();
        exchange.cancelSoon();
    }

    /// A fault that ends the reply.
    void fail(ModelFault fault) {
        if (transport.isClosed()) {
            // Our own doing, and nobody's concern.
            outlet.cancel();
        }
        outlet.failed(fault);
        exchange.cancelSoon();
    }

    @Override
    public void onPartialResponse(String piece) {
        outlet.text(piece);
        if (outlet.isOver()) {
            exchange.cancel();
        }
    }

    /// The exchange has seen to it that the reply is complete.
    @Override
    public void onCompleteResponse(ChatResponse response) {
        outlet.completed(
                exchange.reason(), priced(protocol.used(response.metadata().tokenUsage())));
    }

    /// Only what LangChain4j could not read comes here; the exchange tells of all else.
    @Override
    public void onError(Throwable error) {
        LOG.debug("A provider's answer could not be read: {}", error.getClass().getName());
        fail(faults.garbled());
    }

    private @Nullable Usage priced(@Nullable Usage usage) {
        return usage == null || price == null
                ? usage
                : price.of(usage.inputTokens(), usage.outputTokens());
    }
}
