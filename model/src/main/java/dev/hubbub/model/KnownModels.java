package dev.hubbub.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;

import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Price;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is known of models: the section `known` of the configuration. An id that ends in `*` stands
/// for all that begin so; the longest that fits counts, one without `*` before all.
final class KnownModels {

    private static final List<String> KEYS =
            List.of("name", "context", "output-max", "images", "input", "output");

    private static final Known UNKNOWN = new Known("", 0, 0, false, null);
    private static final Price FREE = new Price(0, 0);

    private final Map<String, Known> exact = new HashMap<>();
    private final Map<String, Known> beginnings = new HashMap<>();

    /// @param name empty where the id says enough
    /// @param tokensMax the size of its context, 0 when not known
    /// @param outputMax tokens that it is asked for at most, 0 for as many as its service likes
    /// @param price null when not known
    record Known(
            String name, int tokensMax, int outputMax, boolean images, @Nullable Price price) {}

    /// @throws IllegalArgumentException with a sentence for the user
    KnownModels(Config section) {
        for (String id : section.root().keySet()) {
            if (!(section.root().get(id) instanceof ConfigObject object)) {
                throw new IllegalArgumentException(
                        "hubbub.models.known.\"%s\" must be a section".formatted(id));
            }
            Known known = known(id, object.toConfig());
            if (id.endsWith("*")) {
                beginnings.put(id.substring(0, id.length() - 1), known);
            } else {
                exact.put(id, known);
            }
        }
    }

    Known of(ModelId id, Vendor vendor) {
        Known known = find(id.value());
        boolean free = vendor == Vendor.OLLAMA || id.value().endsWith(":free");
        return free && known.price() == null
                ? new Known(
                        known.name(), known.tokensMax(), known.outputMax(), known.images(), FREE)
                : known;
    }

    ModelCatalog.Entry entry(ModelId id, Service service) {
        Known known = of(id, service.vendor());
        return new ModelCatalog.Entry(
                id,
                known.name().isEmpty() ? id.value() : known.name(),
                service.provider(),
                known.tokensMax(),
                known.images(),
                known.price());
    }

    private Known find(String id) {
        Known known = exact.get(id);
        for (int length = id.length(); known == null && length >= 0; length--) {
            known = beginnings.get(id.substring(0, length));
        }
        return known == null ? UNKNOWN : known;
    }

    private static Known known(String id, Config facts) {
        String path = "hubbub.models.known.\"" + id + "\"";
        Sections.allow(path, facts, KEYS);
        try {
            return new Known(
                    facts.hasPath("name") ? facts.getString("name") : "",
                    tokens(path, facts, "context"),
                    tokens(path, facts, "output-max"),
                    facts.hasPath("images") && facts.getBoolean("images"),
                    price(path, facts));
        } catch (ConfigException e) {
            throw Sections.wrong(path, e);
        }
    }

    private static int tokens(String path, Config facts, String key) {
        int tokens = facts.hasPath(key) ? facts.getInt(key) : 0;
        if (tokens < 0) {
            throw new IllegalArgumentException(
                    "%s.%s must be a number of tokens, or 0".formatted(path, key));
        }
        return tokens;
    }

    private static @Nullable Price price(String path, Config facts) {
        boolean input = facts.hasPath("input");
        if (input != facts.hasPath("output")) {
            throw new IllegalArgumentException(
                    path + " must have both of input and output, or neither");
        }
        return input ? new Price(nanos(path, facts, "input"), nanos(path, facts, "output")) : null;
    }

    /// Dollars for a million tokens are thousands of billionths for one.
    private static long nanos(String path, Config facts, String key) {
        try {
            long nanos = new BigDecimal(facts.getString(key)).movePointRight(3).longValueExact();
            if (nanos >= 0) {
                return nanos;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException(
                "%s.%s must be US dollars for a million tokens, such as 2.50, with three decimals at most"
                        .formatted(path, key));
    }
}
