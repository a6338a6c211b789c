package dev.hubbub.model;

import dev.hubbub.conversation.ModelId;

import java.util.Locale;
import java.util.regex.Pattern;

/// Whom a service is from: its protocol, its variables and its section of the configuration.
///
/// The order is that in which models are listed.
enum Vendor {
    OPENAI("http://localhost:8000/v1"),
    ANTHROPIC("https://api.anthropic.com"),
    GEMINI("https://generativelanguage.googleapis.com"),
    OPENROUTER("https://openrouter.ai/api/v1"),
    OLLAMA("http://localhost:11434");

    private static final Protocol OPENAI_PROTOCOL = new OpenAiProtocol();
    private static final Protocol ANTHROPIC_PROTOCOL = new AnthropicProtocol();
    private static final Protocol GEMINI_PROTOCOL = new GeminiProtocol();
    private static final Protocol OLLAMA_PROTOCOL = new OllamaProtocol();

    private static final Pattern VERSION = Pattern.compile(".*/v1(alpha|beta)?[0-9]*");

    /// What may stand in an address, of which Gemini's ids become a part.
    private static final Pattern GEMINI_ID = Pattern.compile("(gemini|gemma)-[A-Za-z0-9._-]+");

    private final String exampleUrl;

    Vendor(String exampleUrl) {
        this.exampleUrl = exampleUrl;
    }

    Protocol protocol() {
        return switch (this) {
            case OPENAI, OPENROUTER -> OPENAI_PROTOCOL;
            case ANTHROPIC -> ANTHROPIC_PROTOCOL;
            case GEMINI -> GEMINI_PROTOCOL;
            case OLLAMA -> OLLAMA_PROTOCOL;
        };
    }

    /// The name of its section, and of the provider in lists.
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    String keyVariable() {
        return name() + "_API_KEY";
    }

    String urlVariable() {
        return name() + "_BASE_URL";
    }

    String modelsVariable() {
        return name() + "_MODELS";
    }

    String stallVariable() {
        return name() + "_STALL_LIMIT";
    }

    String exampleUrl() {
        return exampleUrl;
    }

    /// Whether an id that nobody lists is one of its, by the looks of it.
    boolean claims(ModelId id) {
        return switch (this) {
            case ANTHROPIC -> id.value().startsWith("claude-");
            case GEMINI -> GEMINI_ID.matcher(id.value()).matches();
            case OPENROUTER -> id.value().indexOf('/') > 0;
            case OPENAI, OLLAMA -> false;
        };
    }

    /// The base URL with the version that its own clients add by themselves.
    ///
    /// @param url without a slash at its end
    String versioned(String url) {
        return switch (this) {
            case ANTHROPIC -> VERSION.matcher(url).matches() ? url : url + "/v1";
            case GEMINI -> VERSION.matcher(url).matches() ? url : url + "/v1beta";
            case OPENAI, OPENROUTER, OLLAMA -> url;
        };
    }
}
