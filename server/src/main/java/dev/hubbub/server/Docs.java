package dev.hubbub.server;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// The page that shows `/openapi.json`, to read and to try: Swagger UI, from the class path, under
/// the rules that the other page has too. See [Page].
final class Docs {

    static final String ADDRESS = "/docs";
    static final String INDEX = "docs/index.html";

    private static final String OURS = "dev/hubbub/server/";
    private static final String THEIRS = "META-INF/resources/webjars/swagger-ui/" + version() + "/";

    private Docs() {}

    /// Where a file of the page is on the class path; null when it is none of them.
    static @Nullable String resourceOf(String name) {
        return switch (name) {
            case INDEX, "docs/docs.js", "docs/docs.css" -> OURS + name;
            case "docs/swagger-ui.css" -> THEIRS + "swagger-ui.css";
            case "docs/swagger-ui-bundle.js" -> THEIRS + "swagger-ui-bundle.js";
            default -> null;
        };
    }

    private static String version() {
        String name = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
        var properties = new Properties();
        try (InputStream stream = Docs.class.getResourceAsStream(name)) {
            if (stream != null) {
                properties.load(stream);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return properties.getProperty("version", "none");
    }
}
