package dev.hubbub.cli;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.engine.Hubbub;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;

/// One command of the shell while it runs: what it works with, and how it is stopped.
final class ShellRun {

    private final Shell shell;
    private final ShellScreen screen;
    private final Thread thread = Thread.currentThread();
    private final AtomicReference<@Nullable Runnable> stopper = new AtomicReference<>();

    ShellRun(Shell shell, ShellScreen screen) {
        this.shell = shell;
        this.screen = screen;
    }

    Shell shell() {
        return shell;
    }

    Hubbub hubbub() {
        return shell.hubbub();
    }

    Roster roster() {
        return shell.roster();
    }

    ShellScreen screen() {
        return screen;
    }

    /// Does something that Ctrl-C stops in this way, instead of by an interrupt.
    void stoppable(Runnable stop, Runnable work) {
        stopper.set(stop);
        try {
            work.run();
        } finally {
            stopper.set(null);
        }
    }

    /// Ends it, from another thread.
    void stop() {
        Runnable how = stopper.get();
        if (how != null) {
            Thread.ofVirtual().name("hubbub-stop").start(how);
        } else {
            thread.interrupt();
        }
    }

    /// The number of a conversation in this session, or its id where it has none.
    String name(ConversationId id) {
        int number = roster().number(id);
        return number == 0 ? id.value() : "@" + number;
    }
}
