package dev.hubbub.conversation;

/// The place from which a list was to go on is none that the store gave.
public final class UnknownPlaceException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public UnknownPlaceException() {
        super("no page ended there");
    }
}
