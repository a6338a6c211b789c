package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the page says, in each of its languages.
final class LanguagesTest {

    private static final Path WEB =
            Path.of("").toAbsolutePath().resolveSibling("web").resolve("src/main/web");
    private static final Path WORDS = WEB.resolve("i18n");
    private static final Pattern VALUE = Pattern.compile("(?<!\\{)\\{(\\w+)}(?!})");
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Path> languages() {
        return list(WORDS).filter(Files::isDirectory).toList();
    }

    @ParameterizedTest
    @MethodSource("languages")
    void aLanguageSaysAllThatEnglishSaysWithTheSameValues(Path language) {
        Map<String, JsonNode> english = words(WORDS.resolve("en"));
        Map<String, JsonNode> words = words(language);

        assertThat(words.keySet()).isEqualTo(english.keySet());
        assertThat(words)
                .allSatisfy((key, word) -> {
                    assertThat(values(word))
                            .as(key)
                            .isEqualTo(values(Objects.requireNonNull(english.get(key))));
                    assertThat(word.isTextual() || word.hasNonNull("other")).as(key).isTrue();
                });
    }

    @Test
    void aKeyIsInOneAreaAndThePageUsesIt() {
        String source =
                Stream.concat(list(WEB), list(WEB.resolve("components")))
                        .filter(file -> file.toString().endsWith(".ts"))
                        .map(LanguagesTest::text)
                        .collect(Collectors.joining());

        assertThat(words(WORDS.resolve("en")).keySet())
                .allSatisfy(key -> assertThat(source).contains("'" + key + "'"));
    }

    /// The words of all areas; a key that is in two of them fails.
    private static Map<String, JsonNode> words(Path language) {
        var words = new TreeMap<String, JsonNode>();
        list(language)
                .filter(file -> file.toString().endsWith(".json"))
                .forEach(area ->
                        parse(area)
                                .properties()
                                .forEach(word ->
                                        assertThat(words.put(word.getKey(), word.getValue()))
                                                .as("%s in %s and elsewhere", word.getKey(), area)
                                                .isNull()));
        return words;
    }

    private static Set<String> values(JsonNode word) {
        return VALUE.matcher(word.toString())
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted(Comparator.naturalOrder()).toList().stream();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static JsonNode parse(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
