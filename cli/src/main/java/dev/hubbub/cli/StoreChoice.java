package dev.hubbub.cli;

/// Which store keeps the conversations, as `--store` says it.
enum StoreChoice {
    SQLITE("sqlite"),
    CSV("csv"),
    MEMORY("memory");

    private static final String CHOICES =
            "there are sqlite (the default, one file in the data directory), csv (a file for each"
                    + " chat in the data directory, for thousands) and memory (nothing is kept)";

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
        boolean planned = text.startsWith("postgres:");
        throw Failure.usage(
                // An address may hold a password.
                planned
                        ? "The postgres store is not there yet; %s.".formatted(CHOICES)
                        : "There is no store '%s'; %s.".formatted(text, CHOICES));
    }

    @Override
    public String toString() {
        return word;
    }
}
