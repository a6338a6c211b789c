package dev.hubbub.model;

import dev.hubbub.conversation.ModelId;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// How to reach a service with models.
///
/// @param baseUrl ends without a slash; LangChain4j adds the path to it
/// @param own whether the address is not the vendor's: only the service knows its models
/// @param key null when none is to be sent
/// @param models what to list, the most useful first
/// @param stallLimit how long the service may send nothing, before its first byte or between two
record Service(
        Vendor vendor,
        String baseUrl,
        boolean own,
        @Nullable String key,
        List<ModelId> models,
        Duration stallLimit) {

    private static final String NO_KEY = "none";

    Service {
        models = List.copyOf(models);
    }

    /// For clients that will not be without a key; [Exchange] does not send this one.
    String keyOrNone() {
        return key == null ? NO_KEY : key;
    }

    /// Whether a header has nothing to say because there is no key.
    boolean isWithoutKey(String header, String value) {
        return key == null
                && value.equals(NO_KEY)
                && header.toLowerCase(Locale.ROOT).endsWith("-key");
    }

    String host() {
        return URI.create(baseUrl).getRawAuthority();
    }

    /// Who serves, for lists.
    String provider() {
        return own && vendor == Vendor.OPENAI ? host() : vendor.title();
    }

    /// Without the key.
    @Override
    public String toString() {
        return "Service[" + vendor.title() + " at " + baseUrl + ", models " + models + "]";
    }
}
