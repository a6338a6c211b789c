package dev.hubbub.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;

import java.time.Duration;
import java.util.List;

/// Reads sections of a configuration; what is wrong with them is an [IllegalArgumentException]
/// whose message is one sentence for the user.
final class Sections {

    private Sections() {}

    /// @param path where the section is, for the sentence
    static void allow(String path, Config section, List<String> keys) {
        for (String key : section.root().keySet()) {
            if (!keys.contains(key)) {
                throw new IllegalArgumentException(
                        "%s does not know '%s'; it takes %s"
                                .formatted(path, key, String.join(", ", keys)));
            }
        }
    }

    static Config section(Config models, String name) {
        try {
            return models.getConfig(name);
        } catch (ConfigException e) {
            throw wrong("hubbub.models." + name, e);
        }
    }

    static int count(String path, Config section, String key, int max) {
        try {
            int count = section.getInt(key);
            if (count >= 1 && count <= max) {
                return count;
            }
        } catch (ConfigException e) {
            throw wrong(path + "." + key, e);
        }
        throw new IllegalArgumentException(
                "%s.%s must be a number from 1 to %d".formatted(path, key, max));
    }

    /// More than no time.
    static Duration time(String path, Config section, String key, Duration max) {
        try {
            Duration time = section.getDuration(key);
            if (time.toMillis() >= 1 && time.compareTo(max) <= 0) {
                return time;
            }
        } catch (ConfigException e) {
            throw wrong(path + "." + key, e);
        }
        throw new IllegalArgumentException(
                "%s.%s must be a time from 1ms to %ds".formatted(path, key, max.toSeconds()));
    }

    static IllegalArgumentException wrong(String path, ConfigException e) {
        String said = String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
        return new IllegalArgumentException(
                "%s is wrong: %s".formatted(path, said.replaceAll("\\.+$", "")), e);
    }
}
