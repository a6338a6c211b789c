package dev.hubbub.model;

/// The time that pools go by, and the threads that they have work done on. Safe for use by many
/// threads.
interface Timers extends AutoCloseable {

    /// As [System#nanoTime].
    long nanos();

    /// Does something later, as [#fork] does.
    Alarm after(long nanos, Runnable task);

    /// Does something soon, on a thread that may block.
    void fork(Runnable task);

    /// What is not done yet is not done.
    @Override
    void close();

    /// Something that is to be done later.
    interface Alarm {

        /// Does nothing when it is done already.
        void cancel();
    }
}
