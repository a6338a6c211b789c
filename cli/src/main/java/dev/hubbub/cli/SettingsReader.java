package dev.hubbub.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Reads settings, and says of what is wrong where it stands and what would be right.
record SettingsReader(Config config) {

    /// Refuses a key that nothing knows.
    ///
    /// @param above the path of both, with a dot at the end; empty for the root
    static void requireKnown(ConfigObject written, ConfigObject known, String above) {
        for (Map.Entry<String, ConfigValue> entry : written.entrySet()) {
            String path = above + entry.getKey();
            ConfigValue value = entry.getValue();
            ConfigValue expected = known.get(entry.getKey());
            if (expected == null) {
                String closest = Spelling.closest(entry.getKey(), known.keySet());
                throw Failure.usage(
                        "There is no setting %s (%s)%s"
                                .formatted(
                                        path,
                                        place(value.origin()),
                                        closest == null
                                                ? "; take it out."
                                                : "; did you mean %s%s?"
                                                        .formatted(above, closest)));
            }
            if (path.equals(Settings.MODELS)) {
                continue;
            }
            if (expected instanceof ConfigObject section) {
                if (!(value instanceof ConfigObject more)) {
                    throw Failure.usage(
                            "%s (%s) is a section; write %s { ... }."
                                    .formatted(path, place(value.origin()), path));
                }
                requireKnown(more, section, path + ".");
            }
        }
    }

    static Failure unreadable(Path file, ConfigException wrong) {
        ConfigOrigin origin = wrong.origin();
        String said = String.valueOf(wrong.getMessage());
        // The library begins with the place, which stands in our sentence already.
        int colon = origin == null ? -1 : said.indexOf(": ");
        return Failure.usage(
                "The configuration (%s) cannot be understood: %s"
                        .formatted(
                                origin == null ? file : place(origin),
                                colon < 0 ? said : said.substring(colon + 2)));
    }

    String text(String path) {
        return read(path, "a text", () -> config.getString(path));
    }

    List<String> texts(String path) {
        return read(
                path, "a list of texts, such as [\"a\", \"b\"]", () -> config.getStringList(path));
    }

    Config section(String path) {
        return read(path, "a section", () -> config.getConfig(path));
    }

    int number(String path, int least, int most) {
        String right = "a whole number from %d to %d".formatted(least, most);
        int number = read(path, right, () -> config.getInt(path));
        if (number < least || number > most) {
            throw wrong(path, right);
        }
        return number;
    }

    int bytes(String path, int least, int most) {
        return Math.toIntExact(longBytes(path, least, most));
    }

    long longBytes(String path, long least, long most) {
        String right = "a size from %d to %d bytes, such as 2MiB".formatted(least, most);
        long bytes = read(path, right, () -> config.getBytes(path));
        if (bytes < least || bytes > most) {
            throw wrong(path, right);
        }
        return bytes;
    }

    Duration time(String path, Duration least, Duration most) {
        String right = "a time from %s to %s, such as 30s".formatted(said(least), said(most));
        Duration time = read(path, right, () -> config.getDuration(path));
        if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
            throw wrong(path, right);
        }
        return time;
    }

    <T> T choice(String path, List<T> all, Function<T, String> name) {
        String text = text(path);
        for (T one : all) {
            if (name.apply(one).equalsIgnoreCase(text)) {
                return one;
            }
        }
        throw wrong(
                path,
                "one of "
                        + all.stream()
                                .map(name)
                                .map(word -> word.toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", ")));
    }

    /// What several settings make together, which says itself what is wrong.
    <T> T checked(String section, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException wrong) {
            throw Failure.usage(
                    "In the section %s of the configuration %s; correct it."
                            .formatted(section, wrong.getMessage()));
        }
    }

    Failure wrong(String path, String right) {
        ConfigValue value = valueOf(path);
        return value == null
                ? Failure.usage("%s has no value; it is %s.".formatted(path, right))
                : Failure.usage(
                        "%s (%s) is %s, not %s."
                                .formatted(
                                        path,
                                        place(value.origin()),
                                        right,
                                        value.valueType() == ConfigValueType.OBJECT
                                                ? "a section"
                                                : String.valueOf(value.unwrapped())));
    }

    private @Nullable ConfigValue valueOf(String path) {
        return config.hasPath(path) ? config.getValue(path) : null;
    }

    private <T> T read(String path, String right, Supplier<T> value) {
        try {
            return value.get();
        } catch (ConfigException wrong) {
            throw wrong(path, right);
        }
    }

    private static String place(ConfigOrigin origin) {
        String file = origin.filename();
        return file == null
                ? origin.description()
                : "%s, line %d".formatted(file, origin.lineNumber());
    }

    private static String said(Duration time) {
        if (time.isZero()) {
            return "0s";
        }
        return time.toMillis() % 1000 != 0
                ? time.toMillis() + "ms"
                : time.toHours() > 48
                        ? time.toDays() + "d"
                        : time.toSeconds() % 3600 == 0
                                ? time.toHours() + "h"
                                : time.toSeconds() + "s";
    }
}
