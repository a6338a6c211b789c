package dev.hubbub.conversation;

/// The one alphabet of ids that outsiders may choose.
final class Names {

    private Names() {}

    static void require(String what, String value, int charsMin, int charsMax) {
        if (!isValid(value, charsMin, charsMax)) {
            throw new IllegalArgumentException(
                    "a %s has %d to %d characters of A-Z a-z 0-9 _ -"
                            .formatted(what, charsMin, charsMax));
        }
    }

    static boolean isValid(String value, int charsMin, int charsMax) {
        if (value.length() < charsMin || value.length() > charsMax) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '_'
                            || c == '-';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}
