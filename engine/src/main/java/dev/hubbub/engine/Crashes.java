package dev.hubbub.engine;

import java.time.Instant;

/// The crashes of one conversation since it came into memory.
final class Crashes {

    private static final int FAULT_CHARS_MAX = 200;

    private int all;
    private int inWindow;
    private Instant windowBegan = Instant.EPOCH;
    private Instant lastAt = Instant.EPOCH;
    private String last = "";
    private boolean quarantined;

    /// Counts one more.
    ///
    /// @return whether it is in quarantine now
    boolean add(RuntimeException defect, Instant now, EngineConfig config) {
        if (now.isAfter(windowBegan.plus(config.crashWindow()))) {
            windowBegan = now;
            inWindow = 0;
        }
        all++;
        inWindow++;
        lastAt = now;
        last = fault(defect);
        quarantined = inWindow > config.crashesMax();
        return quarantined;
    }

    /// A defect in a few words.
    static String fault(Throwable defect) {
        String fault = defect.getClass().getSimpleName() + ": " + defect.getMessage();
        return fault.substring(0, Math.min(FAULT_CHARS_MAX, fault.length()));
    }

    /// Ends the quarantine; false when there was none.
    boolean release() {
        boolean was = quarantined;
        quarantined = false;
        inWindow = 0;
        return was;
    }

    int all() {
        return all;
    }

    String last() {
        return last;
    }

    Instant lastAt() {
        return lastAt;
    }

    boolean isQuarantined() {
        return quarantined;
    }
}
