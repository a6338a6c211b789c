package dev.hubbub.cli;

import dev.hubbub.conversation.StoreException;
import dev.hubbub.engine.CallInterrupted;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubException;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Does what is typed, line by line, with the conversations of one [Hubbub]. Lines come from one
/// thread; one that ends in ` &` runs on beside the others.
final class Shell {

    private final Hubbub hubbub;
    private final Roster roster;
    private final ShellScreen screen;
    private final Surroundings surroundings;
    private final Map<String, Verb> verbs = new LinkedHashMap<>();
    private final List<Job> jobs = new ArrayList<>();
    private final BlockingQueue<Job> ended = new LinkedBlockingQueue<>();
    private @Nullable ShellView view;
    private volatile @Nullable ShellRun running;
    private int jobsBegun;
    private boolean isLeft;

    Shell(Hubbub hubbub, ShellScreen screen, Surroundings surroundings) {
        this.hubbub = hubbub;
        this.screen = screen;
        this.surroundings = surroundings;
        roster = new Roster(hubbub);
        var all = new ArrayList<Verb>();
        all.addAll(ShellTalk.verbs());
        all.addAll(ShellKeeping.verbs());
        all.addAll(ShellSupervision.verbs());
        all.addAll(ShellLab.verbs());
        all.addAll(ShellHelp.verbs());
        all.forEach(verb -> verbs.put(verb.name(), verb));
    }

    /// Something that runs beside the prompt.
    private record Job(int number, String line, StringWriter said, List<Failure> failure) {}

    Hubbub hubbub() {
        return hubbub;
    }

    Roster roster() {
        return roster;
    }

    ShellScreen screen() {
        return screen;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Map<String, Verb> verbs() {
        return verbs;
    }

    /// What a person can press keys at, or null.
    @Nullable ShellView view() {
        return view;
    }

    void view(ShellView value) {
        view = value;
    }

    /// Whether the session was told to end.
    boolean isLeft() {
        return isLeft;
    }

    void leave() {
        isLeft = true;
    }

    /// Stops what runs now, from any thread.
    void stop() {
        ShellRun now = running;
        if (now != null) {
            now.stop();
        }
    }

    /// Does what a line says. Blank lines and comments say nothing.
    ///
    /// @throws Failure when it could not be done, with a sentence for whoever typed it
    void run(String line) {
        String typed = line.strip();
        if (typed.isEmpty() || typed.startsWith("#")) {
            return;
        }
        if (typed.endsWith(" &")) {
            begin(typed.substring(0, typed.length() - 2).strip());
        } else {
            var run = new ShellRun(this, screen);
            running = run;
            try {
                obey(run, typed);
            } finally {
                running = null;
                // A Ctrl-C that came too late is not meant for the next command.
                Thread.interrupted();
            }
        }
    }

    private void obey(ShellRun run, String typed) {
        int blank = 0;
        while (blank < typed.length() && !Character.isWhitespace(typed.charAt(blank))) {
            blank++;
        }
        Verb verb = verb(typed.substring(0, blank));
        try {
            verb.action().run(run, new Arguments(verb, typed.substring(blank)));
        } catch (CallInterrupted interrupted) {
            // The thread goes on with the next command.
            Thread.interrupted();
            throw Failure.of("Interrupted; what was asked goes on.", interrupted);
        } catch (HubbubException | StoreException failed) {
            throw Failure.of(String.valueOf(failed.getMessage()), failed);
        } catch (IllegalStateException failed) {
            // What could not be closed in time, say.
            if (Thread.interrupted()) {
                throw Failure.of("Interrupted.", failed);
            }
            throw failed;
        }
    }

    Verb verb(String name) {
        Verb verb = verbs.get(name);
        if (verb == null) {
            String closest = Spelling.closest(name, verbs.keySet());
            throw Failure.usage(
                    "There is no command '%s'%s `help` lists them."
                            .formatted(
                                    name,
                                    closest == null
                                            ? "."
                                            : "; did you mean %s?".formatted(closest)));
        }
        return verb;
    }

    // --- Beside the prompt -----------------------------------------------------------------

    private void begin(String typed) {
        if (typed.equals("wait")) {
            throw Failure.usage("wait would wait for itself; leave out the &.");
        }
        var job = new Job(++jobsBegun, typed, new StringWriter(), new ArrayList<>());
        jobs.add(job);
        var writer = new PrintWriter(job.said());
        var nowhere = new PrintWriter(Writer.nullWriter());
        var aside =
                new ShellScreen(
                        writer, nowhere, screen.paint(), () -> 80, false, screen.isUnicode());
        Thread.ofVirtual().name("hubbub-job-" + job.number()).start(() -> finish(job, aside));
        screen.note("[%d] %s".formatted(job.number(), typed));
    }

    private void finish(Job job, ShellScreen aside) {
        try {
            obey(new ShellRun(this, aside), job.line());
        } catch (Failure failure) {
            job.failure().add(failure);
        } catch (RuntimeException defect) {
            job.failure().add(Failure.of("Something is wrong in Hubbub itself: " + defect, defect));
        } finally {
            ended.add(job);
        }
    }

    /// Says what became of jobs that have ended.
    ///
    /// @throws Failure the first that one of them ended with, after all were told of
    void tellOfJobs() {
        var told = new ArrayList<Job>();
        ended.drainTo(told);
        tell(told);
    }

    /// Waits until no job runs any more; Ctrl-C ends the waiting.
    void awaitJobs() {
        var told = new ArrayList<Job>();
        try {
            while (told.size() < jobs.size()) {
                told.add(ended.take());
            }
        } catch (InterruptedException ctrlC) {
            screen.note("Still running: " + Amounts.of(jobs.size() - told.size(), "command"));
        }
        tell(told);
    }

    private void tell(List<Job> told) {
        Failure first = null;
        for (Job job : told) {
            jobs.remove(job);
            screen.note(
                    "[%d] %s: %s"
                            .formatted(
                                    job.number(),
                                    job.failure().isEmpty() ? "done" : "failed",
                                    job.line()));
            screen.out().print(job.said());
            screen.out().flush();
            for (Failure failure : job.failure()) {
                if (first == null) {
                    first = failure;
                } else {
                    screen.complain(failure.sentence());
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
