package dev.hubbub.bench;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A load generator: many conversations that stream replies at once, some of them watched over
/// sockets, against a server in another process on the same machine.
///
/// Every token of the `simulated` model carries the time at which it was made, so what is measured
/// is the whole way: from the model over the commit to a viewer who has parsed it. Every delta's
/// offset is checked, every watched reply is compared with the message that it became, and some of
/// both kinds with what REST says afterwards.
public final class StreamLoad {

    private static final int CONNECTS_MAX = 64;
    private static final int CONNECT_TRIES = 3;
    private static final int SAMPLE = 100;
    private static final long SETTLE_SECONDS = 2;
    private static final long END_SECONDS_MAX = 120;

    private final LoadPlan plan;
    private final Consumer<String> progress;
    private final LoadClient client;
    private final Tally tally = new Tally();
    private final String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    private final List<Watched> watched = new ArrayList<>();
    private final CountDownLatch firstEnd = new CountDownLatch(1);

    private StreamLoad(LoadPlan plan, Consumer<String> progress, LoadClient client) {
        this.plan = plan;
        this.progress = progress;
        this.client = client;
    }

    /// Does what the plan says; takes as long as the replies do.
    ///
    /// @param progress is told in a sentence how far it is
    /// @throws IllegalStateException with a sentence for the user when the server does not do what
    ///   it is asked
    public static LoadReport run(LoadPlan plan, Consumer<String> progress) {
        return run(plan, null, progress);
    }

    /// The same as a user of a server that wants to know who asks.
    public static LoadReport run(LoadPlan plan, @Nullable String token, Consumer<String> progress) {
        try (var client =
                new LoadClient(plan.url(), token, plan.watched() / plan.watchesPerSocket() + 1)) {
            return new StreamLoad(plan, progress, client).run();
        }
    }

    private LoadReport run() {
        int refused = start();
        watch();
        refused += send();
        pause(firstEnd, SETTLE_SECONDS);
        var _ = tally.takeLatency();
        Moment before = Moment.read(plan, client, tally);
        progress.accept(
                "streaming: %d replies at once, %d watched"
                        .formatted(before.figure("replying"), plan.watched()));
        pause(firstEnd, plan.secondsMax());
        Histogram latency = tally.takeLatency();
        Moment after = Moment.read(plan, client, tally);
        awaitEnds();
        int differing = compareSample();
        return new LoadReport(plan, before, after, latency, tally, refused, differing);
    }

    private int start() {
        return new Steps("conversations started", LoadClient.REQUESTS_MAX, progress)
                .take(
                        plan.conversations(),
                        i ->
                                client.post(
                                        "/api/chats",
                                        new JsonObject()
                                                .put("id", chat(i))
                                                .put("name", "load " + i)
                                                .put("model", plan.model())));
    }

    private void watch() {
        for (int i = 0; i < plan.conversations(); i++) {
            if (plan.isWatched(i)) {
                var one = new Watched(chat(i), tally);
                one.ended().onComplete(_ -> firstEnd.countDown());
                watched.add(one);
            }
        }
        int each = plan.watchesPerSocket();
        int sockets = (watched.size() + each - 1) / each;
        new Steps("sockets opened", CONNECTS_MAX, progress)
                .take(
                        sockets,
                        i -> {
                            int end = Math.min(watched.size(), (i + 1) * each);
                            return open(watched.subList(i * each, end), CONNECT_TRIES);
                        });
    }

    private Future<?> open(List<Watched> chats, int triesLeft) {
        return client.socket()
                .recover(failed -> {
                    tally.connectFailures.increment();
                    return Future.failedFuture(failed);
                })
                .compose(socket -> new LoadSocket(socket, chats).begin())
                .mapEmpty()
                .recover(failed ->
                        triesLeft > 1
                                ? open(chats, triesLeft - 1).mapEmpty()
                                : Future.failedFuture(failed));
    }

    private int send() {
        return new Steps("messages sent", LoadClient.REQUESTS_MAX, progress)
                .take(
                        plan.conversations(),
                        i ->
                                client.post(
                                        "/api/chats/" + chat(i) + "/messages",
                                        new JsonObject()
                                                .put("content", "Message of load " + i)
                                                .put("client_message_id", "m" + i)));
    }

    private void awaitEnds() {
        progress.accept("waiting for the replies to end");
        long deadline =
                System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS_MAX + replySeconds());
        var never = new CountDownLatch(1);
        while (System.nanoTime() < deadline
                && (tally.ended.sum() + tally.lost.sum() < watched.size() || replying() > 0)) {
            pause(never, 1);
        }
    }

    private long replySeconds() {
        return plan.tokens() / plan.ratePerSecond();
    }

    private long replying() {
        Long replying = LoadClient.await(client.get("/health")).getLong("replying");
        return replying == null ? 0 : replying;
    }

    /// @return how many of a sample are not what they should be
    private int compareSample() {
        int differing = 0;
        int step = Math.max(1, watched.size() / SAMPLE);
        for (int i = 0; i < watched.size(); i += step) {
            Watched one = watched.get(i);
            String kept = reply(one.chat());
            if (kept.length() != one.chars() || kept.hashCode() != one.hash()) {
                differing++;
            }
        }
        step = Math.max(1, plan.conversations() / SAMPLE);
        for (int i = 0; i < plan.conversations(); i += step) {
            if (reply(chat(i)).chars().filter(c -> c == ' ').count() != plan.tokens()) {
                differing++;
            }
        }
        return differing;
    }

    private String reply(String chat) {
        JsonArray messages =
                LoadClient.await(client.get("/api/chats/" + chat + "/messages?limit=1"))
                        .getJsonArray("messages");
        return messages.isEmpty() ? "" : messages.getJsonObject(0).getString("content");
    }

    private String chat(int conversation) {
        return "load-" + run + "-" + conversation;
    }

    private static void pause(CountDownLatch until, long seconds) {
        try {
            var _ = until.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        }
    }
}
