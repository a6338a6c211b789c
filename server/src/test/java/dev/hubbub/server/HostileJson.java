package dev.hubbub.server;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/// JSON as nobody means well with: wrong types, huge numbers, deep nesting, half characters, and
/// what is not JSON at all.
final class HostileJson {

    private static final List<String> VALUES =
            List.of(
                    "null",
                    "true",
                    "0",
                    "-1",
                    "1e400",
                    "1e999999999",
                    "-0.0",
                    "9".repeat(64),
                    "9".repeat(70),
                    "[]",
                    "{}",
                    "[null]",
                    "[1,\"a\",[]]",
                    "{\"a\":{\"b\":1}}",
                    "\"\"",
                    "\" \"",
                    "\"\\u0000\"",
                    "\"\\ud800\"",
                    "\"\\udc00x\"",
                    "\"a\\u0000b\"",
                    "\"\\u202e\\u2066\"",
                    "\"<script>alert(1)</script>\"",
                    "\"'; DROP TABLE chat; --\"",
                    "\"../../etc/passwd\"",
                    "\"%00%2e%2e%2f\"",
                    "\"${jndi:ldap://x}\"",
                    "\"{}%s%n\"",
                    "\"a\\r\\nb: c\"",
                    "\"1.1\"",
                    "\"99999999999999999999.1\"",
                    "\"-1\"",
                    "\"" + "a".repeat(64) + "\"",
                    "\"" + "0".repeat(64) + "\"",
                    "\"" + "i".repeat(129) + "\"",
                    "\"" + "x".repeat(40_000) + "\"");

    private static final List<String> BROKEN =
            List.of(
                    "",
                    "{",
                    "}",
                    "[]",
                    "null",
                    "\"a\"",
                    "{\"a\":1,\"a\":2}",
                    "{\"a\"}",
                    "{a:1}",
                    "{\"a\":1}{\"b\":2}",
                    "{\"a\":NaN}",
                    "{\"a\":01}",
                    "\u0000",
                    "\ufeff{}",
                    "{\"a\":\"\u0001\"}",
                    "/* */{}");

    private HostileJson() {}

    /// An object with some of these fields, each with anything in it; now and then not even that.
    static byte[] object(RandomGenerator random, List<String> fields, List<String> known) {
        return switch (random.nextInt(20)) {
            case 0 -> bytes(BROKEN.get(random.nextInt(BROKEN.size())));
            case 1 -> bytes(nested(random, 1 << random.nextInt(1, 15)));
            case 2 -> cut(random, fields(random, fields, known));
            case 3 -> flipped(random, fields(random, fields, known));
            default -> fields(random, fields, known);
        };
    }

    private static byte[] fields(RandomGenerator random, List<String> fields, List<String> known) {
        var json = new StringBuilder("{");
        for (String field : fields) {
            int times = random.nextInt(30) == 0 ? 2 : random.nextInt(5) == 0 ? 0 : 1;
            for (int i = 0; i < times; i++) {
                json.append(json.length() == 1 ? "" : ",").append('"').append(field).append("\":");
                json.append(value(random, known));
            }
        }
        return bytes(json.append('}').toString());
    }

    /// @param known JSON of what means something to the server
    static String value(RandomGenerator random, List<String> known) {
        if (random.nextInt(3) == 0) {
            return known.get(random.nextInt(known.size()));
        }
        if (random.nextInt(40) == 0) {
            return nested(random, 40);
        }
        return VALUES.get(random.nextInt(VALUES.size()));
    }

    private static String nested(RandomGenerator random, int levels) {
        return random.nextBoolean()
                ? "[".repeat(levels) + "]".repeat(levels)
                : "{\"data\":".repeat(levels) + "1" + "}".repeat(levels);
    }

    private static byte[] cut(RandomGenerator random, byte[] json) {
        return java.util.Arrays.copyOf(json, random.nextInt(json.length));
    }

    private static byte[] flipped(RandomGenerator random, byte[] json) {
        json[random.nextInt(json.length)] = (byte) random.nextInt();
        return json;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
