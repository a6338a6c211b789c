package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;

import io.vertx.core.Context;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// One reply of a provider, from LangChain4j's events to the sink. All of it happens on one Vert.x
/// context; only [#cancel] may come from elsewhere.
final class OpenAiReply implements ChatModel.Call, StreamingChatResponseHandler {

    private static final Logger LOG = LoggerFactory.getLogger(OpenAiReply.class);

    private final Context context;
    private final Outlet outlet;
    private final OpenAiFaults faults;
    private final BooleanSupplier closing;
    private final Exchange exchange;

    /// @param closing whether faults are our own doing, and nobody's concern
    /// @param exchanges makes the request beneath this reply
    OpenAiReply(
            Context context,
            Outlet outlet,
            OpenAiFaults faults,
            BooleanSupplier closing,
            Function<OpenAiReply, Exchange> exchanges) {
        this.context = context;
        this.outlet = outlet;
        this.faults = faults;
        this.closing = closing;
        exchange = exchanges.apply(this);
    }

    /// Asks the provider. On the context.
    void start(StreamingChatModel model, ChatRequest request) {
        if (outlet.isOver()) {
            return;
        }
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
        context.runOnContext(_ -> exchange.cancel());
    }

    /// A fault that ends the reply. On the context.
    void fail(ModelFault fault) {
        if (closing.getAsBoolean()) {
            outlet.cancel();
        }
        outlet.failed(fault);
        exchange.cancel();
    }

    @Override
    public void onPartialResponse(String piece) {
        outlet.text(piece);
        if (outlet.isOver()) {
            exchange.cancel();
        }
    }

    /// The stream is at its end; whether the reply is, is seen from what it said.
    @Override
    public void onCompleteResponse(ChatResponse response) {
        FinishReason reason = response.metadata().finishReason();
        if (reason == null && !exchange.saidDone()) {
            fail(faults.cutOff());
            return;
        }
        outlet.completed(stopReason(reason), usage(response.metadata().tokenUsage()));
    }

    /// Only what LangChain4j could not read comes here; the exchange tells of all else.
    @Override
    public void onError(Throwable error) {
        LOG.debug("A provider's answer could not be read: {}", error.getClass().getName());
        fail(faults.garbled());
    }

    private static StopReason stopReason(@Nullable FinishReason reason) {
        return switch (reason) {
            case LENGTH -> StopReason.LENGTH;
            case CONTENT_FILTER -> StopReason.FILTERED;
            case STOP, TOOL_EXECUTION, OTHER -> StopReason.END;
            case null -> StopReason.END;
        };
    }

    private static @Nullable Usage usage(@Nullable TokenUsage usage) {
        if (usage == null) {
            return null;
        }
        Integer input = usage.inputTokenCount();
        Integer output = usage.outputTokenCount();
        return new Usage(
                input == null ? 0 : Math.max(0, input), output == null ? 0 : Math.max(0, output));
    }
}
