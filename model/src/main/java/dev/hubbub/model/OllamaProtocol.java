package dev.hubbub.model;

import dev.hubbub.conversation.StopReason;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/// Ollama's chat: an object in each line, the last with `"done":true`.
final class OllamaProtocol implements Protocol {

    private static final Pattern DONE = Pattern.compile("\"done\"\\s*:\\s*true");
    private static final Pattern REASON = Protocol.field("done_reason");

    @Override
    public String owner() {
        return "Ollama";
    }

    @Override
    public StreamingChatModel open(Service service, HttpClientBuilder transport) {
        String key = service.key();
        return OllamaStreamingChatModel.builder()
                .httpClientBuilder(transport)
                .baseUrl(service.baseUrl())
                .customHeaders(key == null ? Map.of() : Map.of("Authorization", "Bearer " + key))
                .build();
    }

    @Override
    public String mediaType() {
        return "application/x-ndjson";
    }

    @Override
    public Framing framing(BiConsumer<@Nullable String, String> events) {
        return new JsonLines(line -> events.accept(null, line));
    }

    @Override
    public Sign sign(@Nullable String event, String data) {
        if (!DONE.matcher(data).find()) {
            return Sign.MORE;
        }
        String reason = Protocol.value(REASON, data);
        return new Sign.End(reason == null ? StopReason.END : Protocol.reason(reason));
    }

    /// The last line has completed it.
    @Override
    public void complete(ServerSentEventListener listener) {}
}
