package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// Deque's axe-core, which finds what of the [WCAG](https://www.w3.org/TR/WCAG22/) a page breaks as
/// far as a program can tell.
final class Axe {

    private static final String SCRIPT = script();

    /// Each rule that is broken when nothing moves any more, with what breaks it and how. What an
    /// open menu covers in part is not too small for it.
    private static final String RUN =
            """
            async () => {
              const ends = (animation) => animation.effect.getComputedTiming().endTime < Infinity;
              const moving = document.getAnimations().filter(ends);
              await Promise.allSettled(moving.map((animation) => animation.finished));
              await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
              const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
              const options = { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] };
              const results = await axe.run(document, options);
              return results.violations.flatMap((rule) =>
                rule.nodes
                  .filter((node) => !node.failureSummary.includes('partially obscured'))
                  .map((node) =>
                  `${rule.id}: ${node.target.join(' ')}\\n    ${node.failureSummary}`));
            }\
            """;

    private Axe() {}

    /// Fails when what is on the screen breaks a rule of WCAG 2.2 at level AA, or what axe-core
    /// holds to be good practice.
    ///
    /// @param screen what is on it
    static void check(Page page, String screen) {
        if (page.evaluate("typeof axe === 'undefined'").equals(true)) {
            page.evaluate(SCRIPT);
        }
        assertThat((List<?>) page.evaluate(RUN)).as(screen).isEmpty();
    }

    private static String script() {
        try (InputStream script = Axe.class.getResourceAsStream("/axe.min.js")) {
            return new String(
                    Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
