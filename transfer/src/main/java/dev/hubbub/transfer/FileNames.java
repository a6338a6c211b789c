package dev.hubbub.transfer;

import java.nio.charset.StandardCharsets;

/// File names made of what people call a chat, which may be anything.
public final class FileNames {

    private static final int CHARS_MAX = 80;

    private FileNames() {}

    /// A name that every system takes, with nothing in it that leads elsewhere.
    ///
    /// @param fallback what it is called where nothing of `name` is left
    public static String of(String name, String fallback, String extension) {
        var kept = new StringBuilder();
        name.codePoints()
                .map(point -> Character.isLetterOrDigit(point) ? point : ' ')
                .forEach(kept::appendCodePoint);
        String words = kept.toString().strip().replaceAll("\\s+", "-");
        int[] points = words.codePoints().limit(CHARS_MAX).toArray();
        String stem = new String(points, 0, points.length);
        return (stem.isEmpty() || isReserved(stem) ? fallback : stem) + "." + extension;
    }

    /// The header `Content-Disposition` for such a file (RFC 6266): a name in ASCII, and the name.
    public static String attachment(String fileName) {
        var ascii = new StringBuilder();
        fileName.codePoints()
                .map(point ->
                        point > ' ' && point < 0x7f && point != '"' && point != '\\' ? point : '_')
                .forEach(ascii::appendCodePoint);
        var encoded = new StringBuilder();
        for (byte unit : fileName.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (unit & 0xff);
            boolean plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '-'
                            || c == '.'
                            || c == '_';
            if (plain) {
                encoded.append(c);
            } else {
                encoded.append("%%%02X".formatted((int) c));
            }
        }
        return "attachment; filename=\"%s\"; filename*=UTF-8''%s".formatted(ascii, encoded);
    }

    /// Names of devices on Windows, with any extension.
    private static boolean isReserved(String stem) {
        return stem.matches("(?i)con|prn|aux|nul|com\\d|lpt\\d");
    }
}
