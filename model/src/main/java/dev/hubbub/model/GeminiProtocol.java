package dev.hubbub.model;

import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.googleai.GoogleAiGeminiStreamingChatModel;
import dev.langchain4j.model.googleai.GoogleAiGeminiTokenUsage;
import dev.langchain4j.model.output.TokenUsage;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.regex.Pattern;

/// Google's `streamGenerateContent`. A stream has no mark at its end: its last event has a reason.
/// A prompt that is not to be answered has no candidates but a reason for that.
final class GeminiProtocol implements Protocol {

    private static final Pattern REASON = Protocol.field("finishReason");
    private static final Pattern BLOCKED = Protocol.field("blockReason");

    @Override
    public String owner() {
        return "Gemini";
    }

    @Override
    public StreamingChatModel open(Service service, HttpClientBuilder transport) {
        return GoogleAiGeminiStreamingChatModel.builder()
                .httpClientBuilder(transport)
                .baseUrl(service.baseUrl())
                .apiKey(service.keyOrNone())
                .returnThinking(false)
                .build();
    }

    @Override
    public boolean beginsWithTheUser() {
        return true;
    }

    @Override
    public Sign sign(@Nullable String event, String data) {
        String reason = Protocol.value(REASON, data);
        if (reason != null) {
            return new Sign.Last(Protocol.reason(reason.toLowerCase(Locale.ROOT)));
        }
        return Protocol.value(BLOCKED, data) == null
                ? Sign.MORE
                : new Sign.End(StopReason.FILTERED);
    }

    /// LangChain4j knows only some of the reasons, and a text with another is lost to it; the
    /// reason was read before.
    @Override
    public String readable(@Nullable String event, String data) {
        return data.contains("\"finishReason\"")
                ? REASON.matcher(data).replaceAll("\"finishReason\":\"STOP\"")
                : data;
    }

    /// What a model thinks is written too, and paid for, but counted apart.
    @Override
    public @Nullable Usage used(@Nullable TokenUsage usage) {
        if (!(usage instanceof GoogleAiGeminiTokenUsage all)) {
            return Protocol.super.used(usage);
        }
        return new Usage(
                Protocol.count(all.inputTokenCount()),
                Protocol.count(all.outputTokenCount()) + Protocol.count(all.thoughtsTokenCount()));
    }
}
