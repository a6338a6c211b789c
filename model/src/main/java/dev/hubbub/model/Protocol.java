package dev.hubbub.model;

import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.output.TokenUsage;

import org.jspecify.annotations.Nullable;

import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A language in which a service is asked. LangChain4j speaks it; what is here is what LangChain4j
/// does not tell, or would stumble over. Safe for use by many threads.
sealed interface Protocol
        permits OpenAiProtocol, AnthropicProtocol, GeminiProtocol, OllamaProtocol {

    /// Whose protocol it is, for sentences.
    String owner();

    StreamingChatModel open(Service service, HttpClientBuilder transport);

    /// Whether the first message after the system's must be the user's.
    default boolean beginsWithTheUser() {
        return false;
    }

    /// What a stream of events is called in `Accept` and `Content-Type`.
    default String mediaType() {
        return "text/event-stream";
    }

    default Framing framing(BiConsumer<@Nullable String, String> events) {
        return new EventStreamParser(events);
    }

    Sign sign(@Nullable String event, String data);

    /// The event as LangChain4j can read it; null for one that it need not see.
    default @Nullable String readable(@Nullable String event, String data) {
        return data;
    }

    /// Has LangChain4j complete the reply.
    default void complete(ServerSentEventListener listener) {
        listener.onClose();
    }

    /// What was used; null where the service told nothing.
    default @Nullable Usage used(@Nullable TokenUsage usage) {
        return usage == null
                ? null
                : new Usage(count(usage.inputTokenCount()), count(usage.outputTokenCount()));
    }

    static long count(@Nullable Integer tokens) {
        return tokens == null ? 0 : Math.max(0, tokens);
    }

    /// A pattern of a field whose value is a text, in JSON. Text that looks like one is not
    /// mistaken for it: its quotation marks are escaped.
    static Pattern field(String name) {
        return Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"");
    }

    /// The value of a field, or null where it has none.
    static @Nullable String value(Pattern field, String data) {
        Matcher matcher = field.matcher(data);
        return matcher.find() ? matcher.group(1) : null;
    }

    /// By the names that the services have for it, in small letters.
    static StopReason reason(String name) {
        return switch (name) {
            case "length", "max_tokens", "model_context_window_exceeded" -> StopReason.LENGTH;
            case "content_filter",
                    "refusal",
                    "safety",
                    "recitation",
                    "language",
                    "blocklist",
                    "prohibited_content",
                    "spii",
                    "image_safety",
                    "image_prohibited_content",
                    "image_recitation" ->
                    StopReason.FILTERED;
            default -> StopReason.END;
        };
    }
}
