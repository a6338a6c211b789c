package dev.hubbub.engine;

import dev.hubbub.conversation.Limits;

import java.time.Duration;

/// How an engine is sized. Start from [#DEFAULT] and change what you need. A value out of range is
/// an [IllegalArgumentException].
///
/// @param limits what conversations hold their users and models to
/// @param partitions slices that conversations are divided into; fixed for the life of a store
/// @param historyMessagesMax messages of history given to a model, the newest
/// @param historyCharsMax UTF-16 units of history given to a model
/// @param historyImagesMax images of history given to a model, the newest
/// @param stallMax how long a model may be silent before its reply fails
/// @param idleMax how long a conversation stays in memory after its last use
/// @param residentBytesMax rough memory budget for conversations in memory; the least recently used
///   idle ones are let go first
/// @param requestsMax requests under way on this node, which are as many callers that wait at once;
///   more are refused with [dev.hubbub.conversation.Refusal#OVERLOADED]. Of a call for many each
///   partition's part counts as one
/// @param commitEventsMax events in one commit
/// @param commitGap from the beginning of a commit of many conversations to that of the next, at
///   least; zero never waits. What one waits, it gains by being one of more: measured, 10 ms take
///   an eighth off the processor time of a token
/// @param viewerEventsMax numbered events kept for slow viewers of a conversation; one that falls
///   further behind gets a snapshot
/// @param bulkMax conversations that calls for many have under way on this node at once; the rest
///   of such a call waits. Calls that only look, or crash, are counted apart: they do not wait for
///   those that wait for models
/// @param crashesMax crashes of one conversation within `crashWindow` after which it is started
///   again; one more puts it in quarantine
/// @param crashWindow see `crashesMax`
/// @param closeMax how long closing waits for commits under way
public record EngineConfig(
        Limits limits,
        int partitions,
        int historyMessagesMax,
        int historyCharsMax,
        int historyImagesMax,
        Duration stallMax,
        Duration idleMax,
        long residentBytesMax,
        int requestsMax,
        int commitEventsMax,
        Duration commitGap,
        int viewerEventsMax,
        int bulkMax,
        int crashesMax,
        Duration crashWindow,
        Duration closeMax) {

    public static final EngineConfig DEFAULT =
            new EngineConfig(
                    Limits.DEFAULT,
                    1024,
                    200,
                    200_000,
                    16,
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(10),
                    256L << 20,
                    100_000,
                    8192,
                    Duration.ofMillis(10),
                    64,
                    32_768,
                    5,
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(10));

    public EngineConfig {
        requirePositive("partitions", partitions);
        requirePositive("historyMessagesMax", historyMessagesMax);
        requirePositive("historyCharsMax", historyCharsMax);
        requireNotNegative("historyImagesMax", historyImagesMax);
        requirePositive("stallMax in milliseconds", stallMax.toMillis());
        requireNotNegative("idleMax in milliseconds", idleMax.toMillis());
        requireNotNegative("residentBytesMax", residentBytesMax);
        requirePositive("requestsMax", requestsMax);
        requirePositive("commitEventsMax", commitEventsMax);
        requireNotNegative("commitGap in milliseconds", commitGap.toMillis());
        requirePositive("viewerEventsMax", viewerEventsMax);
        requirePositive("bulkMax", bulkMax);
        requireNotNegative("crashesMax", crashesMax);
        requireNotNegative("crashWindow in milliseconds", crashWindow.toMillis());
        requireNotNegative("closeMax in milliseconds", closeMax.toMillis());
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is at least 1, not " + value);
        }
    }

    private static void requireNotNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is at least 0, not " + value);
        }
    }

    public EngineConfig withStallMax(Duration value) {
        return new EngineConfig(
                limits,
                partitions,
                historyMessagesMax,
                historyCharsMax,
                historyImagesMax,
                value,
                idleMax,
                residentBytesMax,
                requestsMax,
                commitEventsMax,
                commitGap,
                viewerEventsMax,
                bulkMax,
                crashesMax,
                crashWindow,
                closeMax);
    }

    public EngineConfig withIdle(Duration idle, long residentBytes) {
        return new EngineConfig(
                limits,
                partitions,
                historyMessagesMax,
                historyCharsMax,
                historyImagesMax,
                stallMax,
                idle,
                residentBytes,
                requestsMax,
                commitEventsMax,
                commitGap,
                viewerEventsMax,
                bulkMax,
                crashesMax,
                crashWindow,
                closeMax);
    }

    public EngineConfig withCrashes(int most, Duration within) {
        return new EngineConfig(
                limits,
                partitions,
                historyMessagesMax,
                historyCharsMax,
                historyImagesMax,
                stallMax,
                idleMax,
                residentBytesMax,
                requestsMax,
                commitEventsMax,
                commitGap,
                viewerEventsMax,
                bulkMax,
                most,
                within,
                closeMax);
    }

    /// See `requestsMax`.
    public EngineConfig withRequestsMax(int value) {
        return new EngineConfig(
                limits,
                partitions,
                historyMessagesMax,
                historyCharsMax,
                historyImagesMax,
                stallMax,
                idleMax,
                residentBytesMax,
                value,
                commitEventsMax,
                commitGap,
                viewerEventsMax,
                bulkMax,
                crashesMax,
                crashWindow,
                closeMax);
    }

    /// See `bulkMax`.
    public EngineConfig withBulkMax(int value) {
        return new EngineConfig(
                limits,
                partitions,
                historyMessagesMax,
                historyCharsMax,
                historyImagesMax,
                stallMax,
                idleMax,
                residentBytesMax,
                requestsMax,
                commitEventsMax,
                commitGap,
                viewerEventsMax,
                value,
                crashesMax,
                crashWindow,
                closeMax);
    }
}
