package dev.hubbub.engine;

import java.util.Arrays;
import java.util.List;

/// The answers of many conversations to one caller, gathered by their partition until the last is
/// there.
final class Many {

    private final Caller caller;
    private final Answer[] answers;
    private int open;

    /// One of the many.
    record Member(Many many, int index) implements Addressee {}

    Many(Caller caller, int size) {
        this.caller = caller;
        answers = new Answer[size];
        open = size;
    }

    Caller caller() {
        return caller;
    }

    /// True when this was the last answer that was wanted.
    boolean put(int index, Answer answer) {
        if (answers[index] != null) {
            return false;
        }
        answers[index] = answer;
        return --open == 0;
    }

    List<Answer> all() {
        return Arrays.asList(answers);
    }
}
