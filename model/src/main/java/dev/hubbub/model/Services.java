package dev.hubbub.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;

import dev.hubbub.conversation.ModelId;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Finds out which services are configured. A service is there when its key is set, or another
/// address than its vendor's.
final class Services {

    private static final List<String> KEYS = List.of("base-url", "models", "stall-limit");
    private static final Duration STALL_LIMIT_MAX = Duration.ofHours(1);

    private final Map<String, String> environment;
    private final Config models;
    private final Config defaults;

    /// @param models the section `hubbub.models`, over the defaults
    /// @param defaults those alone
    Services(Map<String, String> environment, Config models, Config defaults) {
        this.environment = environment;
        this.models = models;
        this.defaults = defaults;
    }

    /// Those that are configured, in the vendors' order.
    ///
    /// @throws IllegalArgumentException with a sentence for the user that names what is wrong
    List<Service> all() {
        var services = new ArrayList<Service>();
        for (Vendor vendor : Vendor.values()) {
            Service service = of(vendor);
            if (service != null) {
                services.add(service);
            }
        }
        return services;
    }

    private @Nullable Service of(Vendor vendor) {
        String path = "hubbub.models." + vendor.title();
        Config section = Sections.section(models, vendor.title());
        Sections.allow(path, section, KEYS);
        String standard = defaults.getString(vendor.title() + ".base-url");
        String key = variable(vendor.keyVariable());
        String url = baseUrl(vendor, path, section);
        boolean own = !url.equals(standard);
        if (url.isEmpty() || (key.isEmpty() && !own)) {
            return null;
        }
        if (!key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    vendor.keyVariable()
                            + " has a character in it that no key has; copy the key again");
        }
        return new Service(
                vendor,
                url,
                own,
                key.isEmpty() ? null : key,
                models(vendor, path, section, own),
                stallLimit(vendor, path, section));
    }

    private String baseUrl(Vendor vendor, String path, Config section) {
        String variable = variable(vendor.urlVariable());
        if (!variable.isEmpty()) {
            return checkedUrl(vendor, vendor.urlVariable(), variable);
        }
        try {
            String url = section.getString("base-url").strip();
            return url.isEmpty() ? url : checkedUrl(vendor, path + ".base-url", url);
        } catch (ConfigException e) {
            throw Sections.wrong(path + ".base-url", e);
        }
    }

    private static String checkedUrl(Vendor vendor, String source, String url) {
        String stripped = url.replaceAll("/+$", "");
        try {
            var uri = new URI(stripped);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean plain =
                    uri.getRawUserInfo() == null
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null;
            if (web && plain && uri.getHost() != null) {
                return vendor.versioned(stripped);
            }
        } catch (URISyntaxException e) {
            // Told below; what was given may hold a password.
        }
        throw new IllegalArgumentException(
                "%s must be a plain address such as %s".formatted(source, vendor.exampleUrl()));
    }

    /// Of a service that only looks like OpenAI's, OpenAI's own models are not listed.
    private List<ModelId> models(Vendor vendor, String path, Config section, boolean own) {
        String variable = environment.get(vendor.modelsVariable());
        if (variable != null) {
            return checkedModels(vendor.modelsVariable(), Arrays.asList(variable.split(",")));
        }
        try {
            List<String> listed = section.getStringList("models");
            boolean vendors = listed.equals(defaults.getStringList(vendor.title() + ".models"));
            return vendor == Vendor.OPENAI && own && vendors
                    ? List.of()
                    : checkedModels(path + ".models", listed);
        } catch (ConfigException e) {
            throw Sections.wrong(path + ".models", e);
        }
    }

    private static List<ModelId> checkedModels(String source, List<String> names) {
        return names.stream()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .map(name -> checkedModel(source, name))
                .toList();
    }

    private static ModelId checkedModel(String source, String name) {
        if (!ModelId.isValid(name)) {
            throw new IllegalArgumentException(
                    source
                            + " must be the names of models with commas between them, such as"
                            + " gpt-4o-mini,gpt-4o");
        }
        return new ModelId(name);
    }

    private Duration stallLimit(Vendor vendor, String path, Config section) {
        String name = vendor.stallVariable();
        String text = variable(name);
        if (text.isEmpty()) {
            return Sections.time(path, section, "stall-limit", STALL_LIMIT_MAX);
        }
        var parameters = new Parameters("Hubbub", Map.of(name, text));
        Duration limit = parameters.duration(name, Duration.ZERO, STALL_LIMIT_MAX);
        if (limit.toMillis() == 0) {
            throw parameters.bad(name, "more than no time, such as 60s");
        }
        return limit;
    }

    private String variable(String name) {
        return environment.getOrDefault(name, "").strip();
    }
}
