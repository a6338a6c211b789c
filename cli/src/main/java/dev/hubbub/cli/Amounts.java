package dev.hubbub.cli;

import java.util.Locale;

/// Numbers as a person reads them.
final class Amounts {

    private static final long KIB = 1024;

    private Amounts() {}

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// A number of things with their name, which takes an s for all but one.
    static String of(long number, String thing) {
        return count(number) + " " + thing + (number == 1 ? "" : "s");
    }

    /// How many in each second; 0 when no time passed.
    static String perSecond(double number, double seconds) {
        double rate = seconds <= 0 ? 0 : number / seconds;
        return rate < 10
                ? String.format(Locale.ROOT, "%.1f/s", rate)
                : String.format(Locale.ROOT, "%,.0f/s", rate);
    }

    static String time(long nanos) {
        double millis = nanos / 1e6;
        if (millis < 1) {
            return String.format(Locale.ROOT, "%.0f µs", nanos / 1e3);
        }
        if (millis < 10) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        return millis < 1000
                ? String.format(Locale.ROOT, "%.0f ms", millis)
                : String.format(Locale.ROOT, "%,.2f s", millis / 1000);
    }

    /// Minutes and seconds, for what is still to wait.
    static String clock(long seconds) {
        return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }

    static String bytes(long bytes) {
        if (bytes < KIB) {
            return bytes + " B";
        }
        if (bytes < KIB * KIB) {
            return String.format(Locale.ROOT, "%.1f KiB", bytes / (double) KIB);
        }
        return bytes < KIB * KIB * KIB
                ? String.format(Locale.ROOT, "%.0f MiB", bytes / (double) (KIB * KIB))
                : String.format(Locale.ROOT, "%.2f GiB", bytes / (double) (KIB * KIB * KIB));
    }
}
