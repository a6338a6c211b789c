package dev.hubbub.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

import java.io.StringReader;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

final class SvgChartTest {

    @Test
    void linesBeginAtZeroAndReachTheirEnds() throws Exception {
        String svg =
                SvgChart.lines(
                        "Heap <now>",
                        "Flat & low",
                        "minutes",
                        "MiB",
                        List.of(
                                new SvgChart.Series(
                                        "heap",
                                        List.of(
                                                new SvgChart.Point(0, 20),
                                                new SvgChart.Point(30, 10)))));

        Document page = parsed(svg);
        assertThat(page.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("Heap <now>");
        assertThat(page.getElementsByTagName("desc").item(0).getTextContent())
                .isEqualTo("Flat & low");
        assertThat(page.getElementsByTagName("polyline"))
                .satisfies(lines -> assertThat(lines.getLength()).isEqualTo(1));
        // Twenty is at the top, and ten halfway down to the axis.
        assertThat(svg).contains("points=\"72.0,64.0 736.0,194.0\"");
        assertThat(svg).contains("prefers-color-scheme: dark");
        assertThat(svg).contains(">minutes<", ">MiB<", ">0<", ">20<", ">30<");
    }

    @Test
    void nothingToDrawIsStillAChart() throws Exception {
        parsed(SvgChart.lines("t", "d", "x", "y", List.of(new SvgChart.Series("s", List.of()))));
    }

    @Test
    void aRatioBelowOneGoesToTheLeft() throws Exception {
        String svg =
                SvgChart.ratios(
                        "Ratios",
                        "of two",
                        List.of("speed", "memory"),
                        List.of(
                                new SvgChart.Ratios("starts", List.of(20.0, 24.4)),
                                new SvgChart.Ratios("trips", List.of(0.5, 1.0))));

        parsed(svg);
        assertThat(svg).contains(">20 ×<", ">24 ×<", ">0.50 ×<", ">1 ×<");
        assertThat(svg).contains("<text class=\"end\"");
    }

    @Test
    void ratiosAreSaidWithTheDigitsThatMatter() {
        assertThat(List.of(0.123, 0.5, 1.0, 1.26, 9.949, 63.4, 12_345.0))
                .extracting(SvgChart::ratio)
                .containsExactly("0.12 ×", "0.50 ×", "1 ×", "1.3 ×", "9.9 ×", "63 ×", "12,345 ×");
    }

    @Test
    void whatCannotBeDrawnIsRefused() {
        assertThatThrownBy(() -> new SvgChart.Ratios("zero", List.of(0.0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SvgChart.ratios("t", "d", List.of("a"), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SvgChart.lines("t", "d", "x", "y", List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)));
    }
}
