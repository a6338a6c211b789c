package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// docs/reference/configuration.md lists what hubbub-defaults.conf has.
final class SettingsReferenceTest {

    private static final Path REFERENCE = Path.of("../docs/reference/configuration.md");
    private static final String LIST = "-Dsurefire.failIfNoSpecifiedTests=false`.\n";

    /// Repair with the command that stands in the page.
    @Test
    void thePageHasEverySetting() throws IOException {
        String page = Files.readString(REFERENCE);
        String written = page.substring(0, page.indexOf(LIST) + LIST.length());
        var expected =
                new StringBuilder(written).append("\n| setting | default | |\n|---|---|---|\n");
        ConfigObject all = Settings.defaults().getObject("hubbub");
        list(expected, "hubbub.", all, List.of());
        if (System.getProperty("update") != null) {
            Files.writeString(REFERENCE, expected);
        }
        assertThat(REFERENCE).hasContent(expected.toString());
    }

    @Test
    void everySettingIsExplained() throws IOException {
        assertThat(Files.readString(REFERENCE).lines())
                .filteredOn(line -> line.startsWith("| `hubbub."))
                .isNotEmpty()
                .noneMatch(line -> line.endsWith("|  |"));
    }

    private static void list(
            StringBuilder page, String above, ConfigObject section, List<String> said) {
        section.entrySet().stream()
                .sorted(
                        Comparator.comparingInt((Map.Entry<String, ConfigValue> entry) ->
                                        line(entry.getValue()))
                                .thenComparing(Map.Entry::getKey))
                .forEach(entry -> {
                    ConfigValue value = entry.getValue();
                    String path = above + entry.getKey();
                    List<String> comments = comments(value);
                    if (value instanceof ConfigObject deeper && !deeper.isEmpty()) {
                        list(page, path + ".", deeper, comments);
                        return;
                    }
                    page.append(
                            "| `%s` | `%s` | %s |\n"
                                    .formatted(
                                            path,
                                            shown(value),
                                            String.join(" ", comments.isEmpty() ? said : comments)
                                                    .strip()));
                });
    }

    private static int line(ConfigValue value) {
        return value.origin().lineNumber();
    }

    private static List<String> comments(ConfigValue value) {
        return value.origin().comments().stream().map(String::strip).toList();
    }

    private static String shown(ConfigValue value) {
        Object plain = value.unwrapped();
        return plain instanceof String text && text.isEmpty() ? "\"\"" : String.valueOf(plain);
    }
}
