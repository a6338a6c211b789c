package dev.hubbub.cli;

import java.io.PrintWriter;
import java.util.function.IntSupplier;

/// Where the shell prints: at a terminal, where lines may be painted over, or into a pipe, where
/// results and what is said about them go separate ways. Safe for use by many threads.
///
/// @param out results
/// @param err what goes wrong, and how far things are; at a terminal the same as `out`
/// @param columns how wide it is now
/// @param isLive whether a line may be painted over
/// @param isUnicode whether it shows bars and sparks
record ShellScreen(
        PrintWriter out,
        PrintWriter err,
        Paint paint,
        IntSupplier columns,
        boolean isLive,
        boolean isUnicode) {

    private static final int COLUMNS_MIN = 20;

    /// A result.
    void line(String text) {
        out.println(ChatPrompt.printable(text));
        out.flush();
    }

    void lines(Iterable<String> texts) {
        texts.forEach(text -> out.println(ChatPrompt.printable(text)));
        out.flush();
    }

    /// A part of a line of a result.
    void piece(String text) {
        out.print(ChatPrompt.printable(text));
        out.flush();
    }

    /// A heading of a result.
    void heading(String text) {
        out.println(paint.bold(ChatPrompt.printable(text)));
        out.flush();
    }

    /// A word beside the results.
    void note(String text) {
        err.println(paint.faint(ChatPrompt.printable(text)));
        err.flush();
    }

    void complain(String text) {
        err.println(paint.red(ChatPrompt.printable(text)));
        err.flush();
    }

    int width() {
        int now = columns.getAsInt();
        return now <= 0 ? 80 : Math.max(COLUMNS_MIN, now);
    }

    /// Tells how far something is, until it is closed.
    Progress progress(String what, long all) {
        return Progress.begin(this, what, all);
    }

    /// A share of one as a bar.
    String bar(double share, int width) {
        int full = (int) Math.round(Math.clamp(share, 0, 1) * width);
        return isUnicode
                ? "█".repeat(full) + "░".repeat(width - full)
                : "#".repeat(full) + ".".repeat(width - full);
    }

    /// Shortened to fit, with a mark where something is missing.
    String fit(String text, int width) {
        String line = text.replace('\n', ' ').replace('\t', ' ');
        if (line.length() <= width) {
            return line;
        }
        String mark = isUnicode ? "…" : "...";
        int kept = Math.max(0, width - mark.length());
        if (kept > 0 && Character.isHighSurrogate(line.charAt(kept - 1))) {
            kept--;
        }
        return line.substring(0, kept) + mark;
    }
}
