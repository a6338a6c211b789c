package dev.hubbub.transfer;

import org.jspecify.annotations.Nullable;

/// What a conversation can be written out as.
public enum ExportFormat {
    /// All of it, with every branch and image: what an import takes back byte for byte.
    JSON("json", "application/json", "json"),
    /// The way to the head, for people.
    MARKDOWN("markdown", "text/markdown; charset=utf-8", "md"),
    /// All messages, a row each, for spreadsheets.
    CSV("csv", "text/csv; charset=utf-8; header=present", "csv");

    private final String word;
    private final String mediaType;
    private final String extension;

    ExportFormat(String word, String mediaType, String extension) {
        this.word = word;
        this.mediaType = mediaType;
        this.extension = extension;
    }

    /// The format with this name, or null.
    public static @Nullable ExportFormat of(String word) {
        for (ExportFormat format : values()) {
            if (format.word.equals(word)) {
                return format;
            }
        }
        return null;
    }

    /// Its name outside the program.
    public String word() {
        return word;
    }

    public String mediaType() {
        return mediaType;
    }

    /// Of a file, without the dot.
    public String extension() {
        return extension;
    }
}
