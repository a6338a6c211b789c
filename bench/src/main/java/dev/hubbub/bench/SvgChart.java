package dev.hubbub.bench;

import java.util.List;
import java.util.Locale;

/// Draws charts as SVG that a page can show as they are: they follow the reader's light or dark
/// scheme, and say in words what they show.
final class SvgChart {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final int LEFT = 72;
    private static final int RIGHT = 24;
    private static final int TOP = 64;
    private static final int BOTTOM = 56;
    private static final int TICKS = 6;

    private static final int LABELS = 276;
    private static final int VALUES = 76;
    private static final int BAR = 14;
    private static final int BAR_GAP = 3;
    private static final int GROUP_GAP = 14;

    private static final String STYLE =
            """
            <style>
            svg { --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --grid: #d1d9e0;
              --s0: #0969da; --s1: #bc4c00; --s2: #1a7f37; --s3: #8250df; }
            @media (prefers-color-scheme: dark) {
              svg { --paper: #0d1117; --ink: #f0f6fc; --faint: #9198a1; --grid: #3d444d;
                --s0: #4493f8; --s1: #db6d28; --s2: #3fb950; --s3: #ab7df8; }
            }
            text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--ink); }
            .title { font-size: 16px; font-weight: 600; }
            .faint { fill: var(--faint); }
            .end { text-anchor: end; }
            .middle { text-anchor: middle; }
            .paper { fill: var(--paper); }
            .grid { stroke: var(--grid); stroke-width: 1; }
            .axis { stroke: var(--faint); stroke-width: 1; }
            .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
            .l0 { stroke: var(--s0); } .l1 { stroke: var(--s1); }
            .l2 { stroke: var(--s2); } .l3 { stroke: var(--s3); }
            .f0 { fill: var(--s0); } .f1 { fill: var(--s1); }
            .f2 { fill: var(--s2); } .f3 { fill: var(--s3); }
            </style>
            """;

    /// About as wide as a letter is.
    private static final double LETTER = 6.2;

    private static final int SERIES_MAX = 4;

    private final StringBuilder svg = new StringBuilder();

    private SvgChart() {}

    /// One line of a chart.
    ///
    /// @param points in the order of their x
    record Series(String name, List<Point> points) {

        Series {
            points = List.copyOf(points);
        }
    }

    /// A place on a line.
    record Point(double x, double y) {}

    /// What is compared in one thing.
    ///
    /// @param ratios above 0, one for each series
    record Ratios(String label, List<Double> ratios) {

        Ratios {
            ratios = List.copyOf(ratios);
            if (ratios.stream().anyMatch(ratio -> !(ratio > 0 && ratio < 1e12))) {
                throw new IllegalArgumentException("a ratio is a number above 0: " + ratios);
            }
        }
    }

    /// Lines over a common x axis. The y axis begins at 0, so that what looks flat is.
    ///
    /// @param description what the chart shows, for who cannot see it
    /// @param x what the x axis says, with its unit
    /// @param y the same of the y axis
    /// @param series 1 to 4 of them
    static String lines(String title, String description, String x, String y, List<Series> series) {
        requireSeries(series.size());
        return new SvgChart().draw(title, description, x, y, series);
    }

    /// Bars that begin at 1, on a logarithmic scale: to the right of it is better.
    ///
    /// @param description what the chart shows, for who cannot see it
    /// @param series what the bars of each group stand for, 1 to 4 of them
    /// @param groups from top to bottom
    static String ratios(
            String title, String description, List<String> series, List<Ratios> groups) {
        requireSeries(series.size());
        if (groups.isEmpty()
                || groups.stream().anyMatch(group -> group.ratios().size() != series.size())) {
            throw new IllegalArgumentException("each group has a ratio for each series");
        }
        return new SvgChart().draw(title, description, series, groups);
    }

    private static void requireSeries(int count) {
        if (count < 1 || count > SERIES_MAX) {
            throw new IllegalArgumentException("1 to 4 series, not " + count);
        }
    }

    // --- Lines ---------------------------------------------------------------------------------

    private String draw(String title, String description, String x, String y, List<Series> series) {
        begin(title, description, HEIGHT);
        double xMax = 0;
        double yMax = 0;
        for (Series one : series) {
            for (Point point : one.points()) {
                xMax = Math.max(xMax, point.x());
                yMax = Math.max(yMax, point.y());
            }
        }
        double xStep = step(xMax);
        double yStep = step(yMax);
        double xEnd = xMax > 0 ? xMax : xStep;
        double yEnd = Math.max(1, Math.ceil(yMax / yStep)) * yStep;
        double xScale = (WIDTH - LEFT - RIGHT) / xEnd;
        double yScale = (HEIGHT - TOP - BOTTOM) / yEnd;
        int bottom = HEIGHT - BOTTOM;

        for (int i = 0; i * yStep <= yEnd * 1.0001; i++) {
            double at = bottom - i * yStep * yScale;
            line(i == 0 ? "axis" : "grid", LEFT, at, WIDTH - RIGHT, at);
            text("faint end", LEFT - 8, at + 4, number(i * yStep, yStep));
        }
        for (int i = 0; i * xStep <= xEnd * 1.0001; i++) {
            double at = LEFT + i * xStep * xScale;
            line("axis", at, bottom, at, bottom + 5);
            text("faint middle", at, bottom + 20, number(i * xStep, xStep));
        }
        text("faint middle", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 14, x);
        text("faint", 16, 50, y);
        if (series.size() > 1) {
            legend(series.stream().map(Series::name).toList(), 50);
        }
        for (int i = 0; i < series.size(); i++) {
            var points = new StringBuilder();
            for (Point point : series.get(i).points()) {
                points.append(points.isEmpty() ? "" : " ")
                        .append(place(LEFT + point.x() * xScale))
                        .append(',')
                        .append(place(bottom - point.y() * yScale));
            }
            svg.append("<polyline class=\"line l%d\" points=\"%s\"/>\n".formatted(i, points));
        }
        return end();
    }

    /// A round number of which some [#TICKS] fit.
    private static double step(double most) {
        if (!(most > 0)) {
            return 1;
        }
        double rough = most / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (double factor : new double[] {1, 2, 5}) {
            if (rough <= factor * power) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private static String number(double value, double step) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    // --- Ratios --------------------------------------------------------------------------------

    private String draw(
            String title, String description, List<String> series, List<Ratios> groups) {
        int groupHeight = series.size() * (BAR + BAR_GAP) - BAR_GAP;
        int bottom = TOP + groups.size() * (groupHeight + GROUP_GAP) + GROUP_GAP / 2;
        begin(title, description, bottom + 36);
        double least = 0;
        double most = 1;
        for (Ratios group : groups) {
            for (double ratio : group.ratios()) {
                least = Math.min(least, Math.log10(ratio));
                most = Math.max(most, Math.log10(ratio));
            }
        }
        // A ratio that is worse needs room for its number on its left.
        int left = LABELS + (least < 0 ? VALUES : 0);
        double from = least;
        double scale = (WIDTH - VALUES - left) / (most - from);
        double one = left - from * scale;

        for (int power = (int) Math.ceil(from - 1e-9); power <= most + 1e-9; power++) {
            double at = left + (power - from) * scale;
            line(power == 0 ? "axis" : "grid", at, TOP - 4, at, bottom);
            text("faint middle", at, bottom + 18, ratio(Math.pow(10, power)));
        }
        int top = TOP + GROUP_GAP / 2;
        for (Ratios group : groups) {
            text("end", LABELS - 12, top + groupHeight / 2.0 + 4, group.label());
            for (int i = 0; i < series.size(); i++) {
                double value = group.ratios().get(i);
                double end = left + (Math.log10(value) - from) * scale;
                int at = top + i * (BAR + BAR_GAP);
                svg.append(
                        "<rect class=\"f%d\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" rx=\"2\"/>\n"
                                .formatted(
                                        i,
                                        place(Math.min(one, end)),
                                        at,
                                        place(Math.max(1, Math.abs(end - one))),
                                        BAR));
                boolean better = value >= 1;
                text(better ? "" : "end", end + (better ? 6 : -6), at + BAR - 3, ratio(value));
            }
            top += groupHeight + GROUP_GAP;
        }
        legend(series, 50);
        return end();
    }

    /// As one says it: 0.52 ×, 5.1 ×, 63 ×.
    static String ratio(double value) {
        boolean whole = value >= 9.95 || Math.abs(value - Math.rint(value)) < 1e-9;
        return String.format(
                Locale.ROOT, (whole ? "%,.0f" : value < 0.995 ? "%.2f" : "%.1f") + " ×", value);
    }

    // --- Both ----------------------------------------------------------------------------------

    private void begin(String title, String description, int height) {
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" \
                role="img" aria-labelledby="title desc">
                <title id="title">%s</title>
                <desc id="desc">%s</desc>
                """
                        .formatted(
                                WIDTH, height, WIDTH, height, escape(title), escape(description)));
        svg.append(STYLE);
        svg.append(
                "<rect class=\"paper\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n"
                        .formatted(WIDTH, height));
        text("title", 16, 28, title);
    }

    private String end() {
        return svg.append("</svg>\n").toString();
    }

    /// At the right, so that what the y axis says has room at the left.
    private void legend(List<String> names, int y) {
        double at = WIDTH - RIGHT;
        for (int i = names.size() - 1; i >= 0; i--) {
            text("end", at, y, names.get(i));
            at -= LETTER * names.get(i).length() + 18;
            svg.append(
                    "<rect class=\"f%d\" x=\"%s\" y=\"%d\" width=\"11\" height=\"11\" rx=\"2\"/>\n"
                            .formatted(i, place(at), y - 10));
            at -= 20;
        }
    }

    private void line(String kind, double x1, double y1, double x2, double y2) {
        svg.append(
                "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
                        .formatted(kind, place(x1), place(y1), place(x2), place(y2)));
    }

    private void text(String kind, double x, double y, String what) {
        svg.append(
                "<text%s x=\"%s\" y=\"%s\">%s</text>\n"
                        .formatted(
                                kind.isEmpty() ? "" : " class=\"" + kind + "\"",
                                place(x),
                                place(y),
                                escape(what)));
    }

    private static String place(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
