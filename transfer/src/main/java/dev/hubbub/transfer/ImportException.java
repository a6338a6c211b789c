package dev.hubbub.transfer;

/// A file is nothing that can be imported. Nothing was taken in. The message is a sentence for a
/// person.
public final class ImportException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String sentence;

    ImportException(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    @Override
    public String getMessage() {
        return sentence;
    }
}
