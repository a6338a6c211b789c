package dev.hubbub.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/// Very many streamed chat completions at once, each begun again when it ends, from a [GatewayPeer]
/// or through something that stands before one.
final class GatewayClient implements AutoCloseable {

    private static final long MICROS_MAX = 600_000_000;
    private static final int PRECISION_DIGITS = 3;
    private static final String DATA = "data: ";

    private final Vertx vertx;
    private final HttpClient http;
    private final String path;
    private final String model;
    private final int tokens;
    private final LongAdder ends = new LongAdder();
    private final LongAdder said = new LongAdder();
    private final LongAdder faults = new LongAdder();
    private final AtomicReference<String> firstFault = new AtomicReference<>("");
    private final AtomicInteger open = new AtomicInteger();
    private volatile Histogram first = histogram();
    private volatile Histogram each = histogram();
    private volatile boolean over;

    /// @param base where `/chat/completions` is
    GatewayClient(URI base, String model, int streams) {
        this.model = model;
        tokens = GatewayPeer.parameter(model, "tokens");
        path = base.getPath() + "/chat/completions";
        vertx =
                Vertx.builder()
                        .with(
                                new VertxOptions()
                                        .setPreferNativeTransport(true)
                                        .setEventLoopPoolSize(1))
                        .build();
        http =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setDefaultHost(base.getHost())
                                .setDefaultPort(base.getPort()),
                        new PoolOptions().setHttp1MaxSize(streams));
    }

    private static Histogram histogram() {
        return new ConcurrentHistogram(MICROS_MAX, PRECISION_DIGITS);
    }

    /// What was seen since the last reading.
    ///
    /// @param first from the request to the first token, in microseconds
    /// @param each from the peer to here, of every token but the first of a stream
    record Seen(Histogram first, Histogram each) {}

    Seen take() {
        var seen = new Seen(first, each);
        first = histogram();
        each = histogram();
        return seen;
    }

    long ends() {
        return ends.sum();
    }

    long tokens() {
        return said.sum();
    }

    /// Fails when anything went wrong so far.
    void require() {
        if (faults.sum() > 0) {
            throw new IllegalStateException(
                    "%d streams did not come whole; the first: %s"
                            .formatted(faults.sum(), firstFault.get()));
        }
    }

    /// One more that streams.
    void begin() {
        if (over) {
            return;
        }
        open.incrementAndGet();
        stream()
                .onComplete(done -> {
                    open.decrementAndGet();
                    if (done.failed() && !over) {
                        faults.increment();
                        firstFault.compareAndSet("", String.valueOf(done.cause().getMessage()));
                    } else {
                        ends.increment();
                        begin();
                    }
                });
    }

    private Future<?> stream() {
        long began = System.nanoTime();
        String body =
                new JsonObject()
                        .put("model", model)
                        .put("stream", true)
                        .put(
                                "messages",
                                new JsonArray()
                                        .add(
                                                new JsonObject()
                                                        .put("role", "user")
                                                        .put("content", "Hello.")))
                        .encode();
        return http.request(HttpMethod.POST, path)
                .compose(request ->
                        request.putHeader("content-type", "application/json")
                                .send(body)
                                .compose(response -> read(response, began)));
    }

    private Future<?> read(HttpClientResponse response, long began) {
        if (response.statusCode() != 200) {
            return response.body()
                    .compose(answer -> Future.failedFuture(response.statusCode() + " " + answer));
        }
        Promise<?> ended = Promise.promise();
        var count = new int[1];
        RecordParser lines =
                RecordParser.newDelimited(
                        "\n",
                        line -> {
                            String text = line.toString();
                            if (text.startsWith(DATA + "{")) {
                                count[0] = seen(text.substring(DATA.length()), count[0], began);
                            }
                        });
        response.handler(lines);
        response.exceptionHandler(ended::tryFail);
        response.endHandler(_ -> {
            if (count[0] == tokens) {
                ended.tryComplete();
            } else {
                ended.tryFail(count[0] + " tokens instead of " + tokens);
            }
        });
        return ended.future();
    }

    private int seen(String json, int before, long began) {
        JsonArray choices = new JsonObject(json).getJsonArray("choices");
        if (choices == null || choices.isEmpty()) {
            return before;
        }
        String text = choices.getJsonObject(0).getJsonObject("delta").getString("content", "");
        if (text == null || text.isEmpty()) {
            return before;
        }
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        int count = before;
        // Who stands between may join several into one.
        for (int from = 0; from < text.length(); ) {
            int blank = text.indexOf(' ', from);
            long at = Long.parseLong(text, from, blank, 10);
            if (count++ == 0) {
                record(first, (System.nanoTime() - began) / 1000);
            } else {
                record(each, now - at);
            }
            said.increment();
            from = blank + 1;
        }
        return count;
    }

    private static void record(Histogram histogram, long micros) {
        histogram.recordValue(Math.clamp(micros, 0, MICROS_MAX));
    }

    @Override
    public void close() {
        over = true;
        LoadClient.await(vertx.close());
    }
}
