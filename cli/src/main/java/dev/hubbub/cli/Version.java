package dev.hubbub.cli;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/// Which Hubbub this is, and on what it runs.
final class Version implements IVersionProvider {

    /// The version alone, such as `1.2.3`.
    static String number() {
        var properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            properties.load(Objects.requireNonNull(in, "the build leaves version.properties"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return properties.getProperty("version", "unknown");
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "Hubbub " + number(),
            "Java %s (%s)".formatted(property("java.version"), property("java.vendor")),
            "%s %s on %s"
                    .formatted(property("os.name"), property("os.version"), property("os.arch"))
        };
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }
}
