package dev.hubbub.bench;

import io.vertx.core.json.JsonObject;

import java.util.Locale;

/// What [EngineBench] found. Bytes are for each conversation.
///
/// @param heapBytesTwo with a message of the user that all of them share, and a reply
/// @param heapBytesTwoOfTheirOwn with a message that nobody shares, and a reply
public record EngineFigures(
        int n,
        EngineBench.Store store,
        double creationsPerSecond,
        long heapBytesEmpty,
        long heapBytesTwo,
        long heapBytesTwoOfTheirOwn,
        long rssBytesEmpty,
        long rssBytesTwo,
        double firstBroadcastPerSecond,
        double broadcastPerSecond,
        double roundTripsPerSecond,
        double recoverMillis,
        int killed,
        int recovered,
        int othersUndisturbed) {

    /// One object, with the keys that `bench/peers` prints too.
    public String json() {
        return new JsonObject()
                .put("n", n)
                .put("store", store.name().toLowerCase(Locale.ROOT))
                .put("creations_per_s", Math.round(creationsPerSecond))
                .put("heap_bytes_empty", heapBytesEmpty)
                .put("heap_bytes_two", heapBytesTwo)
                .put("heap_bytes_two_of_their_own", heapBytesTwoOfTheirOwn)
                .put("rss_bytes_per_conversation_empty", rssBytesEmpty)
                .put("rss_bytes_two", rssBytesTwo)
                .put("broadcast_first_per_s", Math.round(firstBroadcastPerSecond))
                .put("broadcast_per_s", Math.round(broadcastPerSecond))
                .put("round_trips_per_s", Math.round(roundTripsPerSecond))
                .put("recover_ms", Math.round(recoverMillis * 10) / 10.0)
                .put("killed", killed)
                .put("recovered", recovered)
                .put("others_undisturbed", othersUndisturbed)
                .encode();
    }

    /// The same as a table in Markdown.
    public String table() {
        return """
        | %,d conversations, kept in %s | |
        |---|---|
        | starts, a second | %,.0f |
        | heap of an empty one, bytes | %,d |
        | heap of one with two messages of 100 bytes, bytes | %,d |
        | the same, where each user says something else, bytes | %,d |
        | replies of a broadcast gathered, a second | %,.0f |
        | of the first broadcast | %,.0f |
        | messages to one, one after another, a second | %,.0f |
        | until %,d that crashed answer again, ms | %.1f |
        | of these with their history | %,d |
        | others undisturbed | %,d of %,d |
        """
                .formatted(
                        n,
                        store == EngineBench.Store.MEMORY ? "memory" : "SQLite",
                        creationsPerSecond,
                        heapBytesEmpty,
                        heapBytesTwo,
                        heapBytesTwoOfTheirOwn,
                        broadcastPerSecond,
                        firstBroadcastPerSecond,
                        roundTripsPerSecond,
                        killed,
                        recoverMillis,
                        recovered,
                        othersUndisturbed,
                        n - killed);
    }
}
