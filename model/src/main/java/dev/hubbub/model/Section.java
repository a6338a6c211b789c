package dev.hubbub.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/// A part of the configuration. Whatever is wrong with it is an [IllegalArgumentException] whose
/// message is one sentence for the user, with the whole key.
///
/// @param path where it stands, empty for the whole
record Section(String path, Config config) {

    /// The section below this one; every section has the keys of its defaults.
    Section section(String name) {
        return new Section(key(name), read(name, "a block in braces", config::getConfig));
    }

    /// The names of what is in this section, in order.
    List<String> names() {
        return List.copyOf(new TreeSet<>(config.root().keySet()));
    }

    /// @throws IllegalArgumentException when there is a key that is not one of these
    Section only(List<String> known) {
        for (String name : config.root().keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "there is no key %s; there are %s"
                                .formatted(key(name), String.join(", ", known)));
            }
        }
        return this;
    }

    boolean has(String name) {
        return config.hasPath(ConfigUtil.quoteString(name));
    }

    int whole(String name, int min, int max) {
        return (int) wholeNumber(name, min, max);
    }

    long wholeNumber(String name, long min, long max) {
        String wanted = "a whole number from " + min + " to " + max;
        BigDecimal number = decimal(name, wanted);
        if (number.stripTrailingZeros().scale() > 0
                || number.compareTo(BigDecimal.valueOf(min)) < 0
                || number.compareTo(BigDecimal.valueOf(max)) > 0) {
            throw wrong(name, wanted);
        }
        return number.longValueExact();
    }

    double number(String name, double min, double max) {
        String wanted = "a number from " + min + " to " + max;
        double number = decimal(name, wanted).doubleValue();
        if (number < min || number > max) {
            throw wrong(name, wanted);
        }
        return number;
    }

    BigDecimal decimal(String name, String wanted) {
        return read(name, wanted, quoted -> new BigDecimal(config.getString(quoted)));
    }

    Duration time(String name, Duration min, Duration max) {
        String wanted = "a time from " + shown(min) + " to " + shown(max);
        Duration time = read(name, wanted, config::getDuration);
        if (time.compareTo(min) < 0 || time.compareTo(max) > 0) {
            throw wrong(name, wanted);
        }
        return time;
    }

    String text(String name) {
        return read(name, "a text", config::getString);
    }

    /// One of these words, for what it stands for.
    <T> T choice(String name, Map<String, T> choices) {
        T chosen = choices.get(text(name));
        if (chosen == null) {
            throw wrong(name, "one of " + String.join(", ", new TreeSet<>(choices.keySet())));
        }
        return chosen;
    }

    /// A list of texts and of blocks in braces; a text stands for a block with this key alone.
    List<Section> sections(String name, String only) {
        return read(
                name,
                "a list",
                quoted -> {
                    int[] place = {0};
                    return config.getList(quoted).stream()
                            .map(value ->
                                    new Section(
                                            key(name) + "[" + place[0]++ + "]", of(value, only)))
                            .toList();
                });
    }

    IllegalArgumentException wrong(String name, String wanted) {
        return new IllegalArgumentException("%s is to be %s".formatted(key(name), wanted));
    }

    String key(String name) {
        String quoted = name.matches("[A-Za-z0-9_-]+") ? name : ConfigUtil.quoteString(name);
        return path.isEmpty() ? quoted : path + "." + quoted;
    }

    private static Config of(ConfigValue value, String only) {
        return value.valueType() == ConfigValueType.OBJECT
                ? ((com.typesafe.config.ConfigObject) value).toConfig()
                : value.atKey(only);
    }

    private <T> T read(String name, String wanted, Function<String, T> reader) {
        try {
            return reader.apply(ConfigUtil.quoteString(name));
        } catch (ConfigException.Missing missing) {
            throw new IllegalArgumentException(
                    "%s is missing; it is to be %s".formatted(key(name), wanted), missing);
        } catch (ConfigException | NumberFormatException bad) {
            throw new IllegalArgumentException("%s is to be %s".formatted(key(name), wanted), bad);
        }
    }

    private static String shown(Duration time) {
        return time.toSeconds() >= 1 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }
}
