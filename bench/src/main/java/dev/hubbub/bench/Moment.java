package dev.hubbub.bench;

import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;

/// Everything that counts up during a load, read at one moment.
///
/// @param server its `/health`
/// @param process the server's, null when it is not known
record Moment(
        long nanos,
        long frames,
        long tokens,
        long clientCpuMillis,
        JsonObject server,
        @Nullable ProcessReading process) {

    static Moment read(LoadPlan plan, LoadClient client, Tally tally) {
        ProcessReading own = ProcessReading.of(ProcessHandle.current().pid());
        return new Moment(
                System.nanoTime(),
                tally.frames.sum(),
                tally.tokens.sum(),
                own == null ? 0 : own.cpuMillis(),
                LoadClient.await(client.get("/health")),
                plan.pid() == 0 ? null : ProcessReading.of(plan.pid()));
    }

    long figure(String name) {
        Long value = server.getLong(name);
        return value == null ? 0 : value;
    }
}
