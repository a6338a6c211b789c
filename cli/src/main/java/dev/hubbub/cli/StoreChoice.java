package dev.hubbub.cli;

/// Which store keeps the conversations, as `--store` says it.
enum StoreChoice {
    SQLITE("sqlite"),
    MEMORY("memory");

    private static final String CHOICES =
            "there are sqlite (the default, one file in the data directory) and memory (nothing is"
                    + " kept)";

    private final String word;

    StoreChoice(String word) {
        this.word = word;
    }

    static StoreChoice parse(String text) {
        for (StoreChoice choice : values()) {
            if (choice.word.equals(text)) {
                return choice;
            }
        }
        boolean planned = text.equals("csv") || text.startsWith("postgres:");
        // An address may hold a password.
        String name = text.startsWith("postgres:") ? "postgres" : text;
        throw Failure.usage(
                planned
                        ? "The %s store is not there yet; %s.".formatted(name, CHOICES)
                        : "There is no store '%s'; %s.".formatted(name, CHOICES));
    }

    @Override
    public String toString() {
        return word;
    }
}
