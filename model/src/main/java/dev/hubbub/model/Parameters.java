package dev.hubbub.model;

import dev.hubbub.conversation.ModelId;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What rides along in a model id, as in `simulated:rate=20,ttft=50ms`. Whatever is wrong with it
/// is an [IllegalArgumentException] whose message is one sentence for the user.
record Parameters(String model, Map<String, String> values) {

    private static final Pattern DURATION =
            Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ms|s|m)");

    /// @param allowed the names that this model takes
    static Parameters of(ModelId id, List<String> allowed) {
        String text = id.value();
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new Parameters(text, Map.of());
        }
        String model = text.substring(0, colon);
        var values = new LinkedHashMap<String, String>();
        for (String pair : text.substring(colon + 1).split(",", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!allowed.contains(name)) {
                throw new IllegalArgumentException(
                        "%s does not know the parameter '%s'; it takes %s"
                                .formatted(model, name, listed(allowed)));
            }
            if (equals < 0 || equals == pair.length() - 1) {
                throw new IllegalArgumentException(
                        "%s wants a value for its parameter '%s'".formatted(model, name));
            }
            if (values.put(name, pair.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(
                        "%s was given its parameter '%s' twice".formatted(model, name));
            }
        }
        return new Parameters(model, values);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name, String absent) {
        return values.getOrDefault(name, absent);
    }

    long whole(String name, long absent, long min, long max) {
        String text = values.get(name);
        if (text == null) {
            return absent;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with what is allowed.
        }
        throw bad(name, "a whole number from " + min + " to " + max);
    }

    double number(String name, double absent, double min, double max) {
        String text = values.get(name);
        if (text == null) {
            return absent;
        }
        try {
            double number = Double.parseDouble(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with what is allowed.
        }
        throw bad(name, "a number from " + plain(min) + " to " + plain(max));
    }

    Duration duration(String name, Duration absent, Duration max) {
        String text = values.get(name);
        if (text == null) {
            return absent;
        }
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            double unitMillis =
                    switch (matcher.group(2)) {
                        case "ms" -> 1;
                        case "s" -> 1_000;
                        default -> 60_000;
                    };
            double millis = Double.parseDouble(matcher.group(1)) * unitMillis;
            if (millis <= max.toMillis()) {
                return Duration.ofNanos(Math.round(millis * 1_000_000));
            }
        }
        throw bad(name, "a time up to " + max.toSeconds() + "s, such as 50ms or 2s");
    }

    IllegalArgumentException bad(String name, String wanted) {
        return new IllegalArgumentException(
                "%s cannot take %s=%s: '%s' is %s"
                        .formatted(model, name, values.get(name), name, wanted));
    }

    private static String listed(List<String> names) {
        int last = names.size() - 1;
        return last == 0
                ? names.getFirst()
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
