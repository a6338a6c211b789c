package dev.hubbub.model;

import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/// Anthropic's messages. A stream ends with `message_stop`, after a `message_delta` with a reason.
final class AnthropicProtocol implements Protocol {

    /// Anthropic wants to be told; this is for models of which nothing is known.
    private static final int OUTPUT_TOKENS_MAX = 8_192;

    private static final String STOP = "message_stop";
    private static final Pattern REASON = Protocol.field("stop_reason");

    @Override
    public String owner() {
        return "Anthropic";
    }

    @Override
    public StreamingChatModel open(Service service, HttpClientBuilder transport) {
        return AnthropicStreamingChatModel.builder()
                .httpClientBuilder(transport)
                .baseUrl(service.baseUrl())
                .apiKey(service.keyOrNone())
                .maxTokens(OUTPUT_TOKENS_MAX)
                .build();
    }

    @Override
    public boolean beginsWithTheUser() {
        return true;
    }

    @Override
    public Sign sign(@Nullable String event, String data) {
        if (STOP.equals(event)) {
            return new Sign.End(null);
        }
        if (!"message_delta".equals(event)) {
            return Sign.MORE;
        }
        String reason = Protocol.value(REASON, data);
        return reason == null ? Sign.MORE : new Sign.Last(Protocol.reason(reason));
    }

    @Override
    public @Nullable String readable(@Nullable String event, String data) {
        return STOP.equals(event) ? null : data;
    }

    /// LangChain4j completes on this event only, which a stream that breaks off at its end lacks.
    @Override
    public void complete(ServerSentEventListener listener) {
        listener.onEvent(new ServerSentEvent(STOP, "{\"type\":\"message_stop\"}"));
    }
}
