package dev.hubbub.model;

import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/// Chat completions: OpenAI's, OpenRouter's, and those of vLLM and the like. A stream ends with
/// `[DONE]`, after a choice with a reason and, because LangChain4j asks for it, the usage.
final class OpenAiProtocol implements Protocol {

    private static final String DONE = "[DONE]";
    private static final Pattern REASON = Protocol.field("finish_reason");

    @Override
    public String owner() {
        return "OpenAI";
    }

    @Override
    public StreamingChatModel open(Service service, HttpClientBuilder transport) {
        return OpenAiStreamingChatModel.builder()
                .httpClientBuilder(transport)
                .baseUrl(service.baseUrl())
                .apiKey(service.key())
                .build();
    }

    @Override
    public Sign sign(@Nullable String event, String data) {
        if (isDone(data)) {
            return new Sign.End(null);
        }
        String reason = Protocol.value(REASON, data);
        return reason == null || reason.isEmpty()
                ? Sign.MORE
                : new Sign.Last(Protocol.reason(reason));
    }

    @Override
    public @Nullable String readable(@Nullable String event, String data) {
        return isDone(data) ? null : data;
    }

    private static boolean isDone(String data) {
        return data.length() < 16 && data.strip().equals(DONE);
    }
}
