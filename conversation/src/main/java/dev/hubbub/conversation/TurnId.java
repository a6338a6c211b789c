package dev.hubbub.conversation;

/// Numbers the turns of one conversation in the order in which they were accepted, from 1.
public record TurnId(long number) {

    public TurnId {
        if (number < 1) {
            throw new IllegalArgumentException("turns are numbered from 1");
        }
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
