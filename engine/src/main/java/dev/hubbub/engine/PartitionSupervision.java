package dev.hubbub.engine;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// How a partition fares: a value, read at one moment. What a defect outside any one conversation
/// ends is a partition's run; it begins again by itself, with what is durable.
///
/// @param number which, from 0
/// @param waiting messages that wait in its mailbox; one may be about thousands of conversations
/// @param restarts how often it began again since the engine started
/// @param lastFault why it did the last time, or null
/// @param lastFaultAt when that was, null with it
public record PartitionSupervision(
        int number,
        int waiting,
        int restarts,
        @Nullable String lastFault,
        @Nullable Instant lastFaultAt) {

    static PartitionSupervision steady(int number) {
        return new PartitionSupervision(number, 0, 0, null, null);
    }

    PartitionSupervision withWaiting(int messages) {
        return new PartitionSupervision(number, messages, restarts, lastFault, lastFaultAt);
    }

    PartitionSupervision after(Throwable defect, Instant at) {
        return new PartitionSupervision(number, waiting, restarts + 1, Crashes.fault(defect), at);
    }
}
