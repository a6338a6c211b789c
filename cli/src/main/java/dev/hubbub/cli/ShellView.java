package dev.hubbub.cli;

/// A terminal that a person presses keys at while something is shown.
@FunctionalInterface
interface ShellView {

    /// Takes the keys, each as it is pressed, until it is closed.
    Keys keys();

    /// The keys that are pressed.
    interface Keys extends AutoCloseable {

        /// What stands for no key.
        int NONE = -2;

        /// The next key, or [#NONE] when none was pressed in this time. Ctrl-C is a key, too.
        int next(long millisMax);

        @Override
        void close();
    }
}
