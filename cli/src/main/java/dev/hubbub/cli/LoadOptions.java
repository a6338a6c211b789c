package dev.hubbub.cli;

import dev.hubbub.bench.GatewayBench;
import dev.hubbub.bench.LoadPlan;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.net.URI;
import java.util.List;

/// How large a load is: the same for every command that makes one.
@Command
final class LoadOptions {

    /// How long sending all the messages may take before the first reply ends.
    private static final int RAMP_SECONDS = 60;

    private static final int GATEWAY_TOKENS = 200;

    @Option(
            names = "--conversations",
            paramLabel = "N",
            description = {"Conversations that stream at once.", "Default: 10000."})
    private int conversations = 10_000;

    @Option(
            names = "--watched",
            paramLabel = "N",
            description = {"How many of them are watched.", "Default: half."})
    private int watched = -1;

    @Option(
            names = "--watches-per-socket",
            paramLabel = "N",
            description = {"Conversations that one socket watches, up to 64.", "Default: 1."})
    private int watchesPerSocket = 1;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = {"Tokens a second of each reply.", "Default: 20."})
    private int rate = 20;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = {"How long to measure, once all stream.", "Default: 30."})
    private int seconds = 30;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            description = {
                "Tokens of each reply. They must last while the messages are sent and while it is"
                        + " measured.",
                "Default: enough for that and a minute."
            })
    private int tokens;

    LoadPlan plan(URI url, long pid) {
        try {
            return new LoadPlan(
                    url,
                    conversations,
                    watched < 0 ? conversations / 2 : watched,
                    watchesPerSocket,
                    rate,
                    tokens > 0 ? tokens : rate * (seconds + RAMP_SECONDS),
                    seconds,
                    pid);
        } catch (IllegalArgumentException impossible) {
            throw Failure.usage("Such a load is impossible: " + impossible.getMessage() + ".");
        }
    }

    GatewayBench.Plan gateway(List<Integer> streams) {
        try {
            return new GatewayBench.Plan(
                    streams, rate, tokens > 0 ? tokens : GATEWAY_TOKENS, seconds);
        } catch (IllegalArgumentException impossible) {
            throw Failure.usage("Such a load is impossible: " + impossible.getMessage() + ".");
        }
    }
}
