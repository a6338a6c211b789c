package dev.hubbub.cli;

/// Colours for a terminal, or none.
enum Paint {
    COLOUR,
    PLAIN;

    private static final String RESET = "\u001b[0m";

    static Paint of(Surroundings surroundings) {
        return surroundings.colour() ? COLOUR : PLAIN;
    }

    String bold(String text) {
        return paint("\u001b[1m", text);
    }

    String faint(String text) {
        return paint("\u001b[2m", text);
    }

    String red(String text) {
        return paint("\u001b[31m", text);
    }

    String green(String text) {
        return paint("\u001b[32m", text);
    }

    String yellow(String text) {
        return paint("\u001b[33m", text);
    }

    String indigo(String text) {
        return paint("\u001b[94m", text);
    }

    private String paint(String code, String text) {
        return switch (this) {
            case COLOUR -> code + text + RESET;
            case PLAIN -> text;
        };
    }
}
