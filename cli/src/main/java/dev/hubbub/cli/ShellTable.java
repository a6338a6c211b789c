package dev.hubbub.cli;

import java.util.ArrayList;
import java.util.List;

/// A small table: columns as wide as what is in them, the first to the left, numbers to the right.
/// The widest give way where the screen is narrow.
final class ShellTable {

    private static final int COLUMN_MIN = 6;

    private final List<List<String>> rows = new ArrayList<>();
    private final boolean[] right;

    /// @param headings of the columns; one that begins with `>` is to the right
    ShellTable(String... headings) {
        right = new boolean[headings.length];
        var row = new ArrayList<String>();
        for (int i = 0; i < headings.length; i++) {
            right[i] = headings[i].startsWith(">");
            row.add(right[i] ? headings[i].substring(1) : headings[i]);
        }
        rows.add(row);
    }

    ShellTable row(String... cells) {
        if (cells.length != right.length) {
            throw new IllegalArgumentException(
                    "a row of %d cells in a table of %d".formatted(cells.length, right.length));
        }
        rows.add(List.of(cells));
        return this;
    }

    void print(ShellScreen screen) {
        int[] widths = new int[right.length];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        if (screen.isLive()) {
            squeeze(widths, screen.width() - 1);
        }
        for (int r = 0; r < rows.size(); r++) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = rows.get(r).get(i);
                String cut = screen.fit(cell, widths[i]);
                String space = " ".repeat(widths[i] - cut.length());
                line.append(right[i] ? space + cut : cut + space).append("  ");
            }
            String text = line.toString().stripTrailing();
            if (r == 0) {
                screen.heading(text);
            } else {
                screen.line(text);
            }
        }
    }

    /// Takes from the widest until all fit, as far as they still say something.
    private static void squeeze(int[] widths, int room) {
        int all = 2 * (widths.length - 1);
        for (int width : widths) {
            all += width;
        }
        while (all > room) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                widest = widths[i] >= widths[widest] ? i : widest;
            }
            if (widths[widest] <= COLUMN_MIN) {
                return;
            }
            widths[widest]--;
            all--;
        }
    }
}
