package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.UnixOperatingSystemMXBean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A thousand hostile inputs for each thing that listens. What there is to attack, the document
/// says: a new address or command is among it at once.
final class FuzzTest {

    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 1000);
    private static final int WARM_UP_INPUTS = 100;
    private static final int ROUND_INPUTS = 50;

    private static final int QUIET_MILLIS = 60;
    private static final int HUNG_MILLIS = 20_000;

    private static final int THREADS_MORE_MAX = 4;
    private static final int DESCRIPTORS_MORE_MAX = 8;
    private static final long HEAP_BYTES_MORE_MAX = 48 << 20;

    /// Threads of pools that grow to a fixed size as they are first used, and of the JDK's own
    /// timers: how many of them there are says how busy it was, not what was left behind.
    private static final Pattern POOLED =
            Pattern.compile(
                    "vert\\.x-(worker|eventloop|acceptor)-thread-\\d+"
                        + "|hubbub-pekko\\..*|HttpClient-\\d+-Worker-\\d+"
                        + "|vert\\.x-internal-blocking-\\d+"
                        + "|ForkJoinPool.*-delayScheduler|VirtualThread-unblocker|awaitility-thread");

    /// Every error of the server but the one that is meant: 503.
    private static final Pattern SERVER_ERROR = Pattern.compile("HTTP/1\\.[01] 5(?!03)\\d\\d");

    private static final Pattern DEFECT = Pattern.compile("\"code\":\"(internal|crashed)\"");

    private static final JsonNode DOCUMENT = OpenApi.document();

    private final Running running =
            new Running(
                    ServerConfig.DEFAULT
                            .withLimits(100_000, 60_000, 1000, 64)
                            .withImages(new ImageLimits(20_000, 1 << 20, 16))
                            .withBodyMax(Duration.ofMillis(100)));
    private String chat = "";
    private String message = "";

    @BeforeEach
    void makeAChat() {
        // Some requests are answered with a reply, and the puppet is the default.
        running.puppet.answersAtOnce = true;
        chat = running.chat("echo");
        message = running.say(chat, "Hello").json().get("message_id").asText();
    }

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void pathsThatNobodyServes() {
        attack(random -> exchange(HostileHttp.path(random, paths()), false));
    }

    @Test
    void headersThatNobodySends() {
        attack(random -> exchange(HostileHttp.headers(random, paths()), true));
    }

    @Test
    void jsonThatNobodyMeansForTheApi() {
        List<Taker> takers =
                takers().stream().filter(taker -> !taker.path().equals("/chat")).toList();
        attack(random -> exchange(bodyFor(random, takers), false));
    }

    @Test
    void jsonThatNobodyMeansForChat() {
        List<Taker> takers =
                takers().stream().filter(taker -> taker.path().equals("/chat")).toList();
        attack(random -> exchange(bodyFor(random, takers), false));
    }

    @Test
    void bodiesThatDoNotEndWhereTheyShould() {
        attack(random -> {
            Taker taker = one(random, takers());
            byte[] body = HostileJson.object(random, taker.fields(), known());
            byte[] request =
                    HostileHttp.framed(
                            random, taker.method(), taker.path(), "application/json", body);
            exchange(request, isPatient(random));
        });
    }

    @Test
    void imagesThatAreNone() {
        attack(random -> {
            byte[] image = Pictures.png(random.nextInt(3), 8 + random.nextInt(200));
            byte[] noise = new byte[random.nextInt(30_000)];
            random.nextBytes(noise);
            byte[] body = random.nextBoolean() ? image : noise;
            String type = random.nextBoolean() ? "image/png" : "text/html";
            if (random.nextInt(3) == 0) {
                exchange(HostileHttp.post("POST", "/api/images", type, body), false);
            } else if (random.nextInt(3) == 0) {
                exchange(HostileHttp.path(random, List.of("/api/images/" + "a".repeat(64))), false);
            } else {
                exchange(
                        HostileHttp.framed(random, "POST", "/api/images", type, body),
                        isPatient(random));
            }
        });
    }

    @Test
    void eventStreamsThatAreCutOrWrong() {
        attack(random -> {
            List<String> paths = List.of("/api/chats/" + chat + "/events");
            byte[] request =
                    random.nextInt(3) == 0
                            ? HostileHttp.headers(random, paths)
                            : HostileHttp.path(random, paths);
            exchange(request, true);
        });
    }

    @Test
    void framesThatBreakTheRules() {
        byte[] valid = bytes("{\"type\":\"list_models\"}");
        attack(random -> frames(HostileFrames.some(random, valid), true));
    }

    @Test
    void commandsThatNobodyGives() {
        List<JsonNode> commands = commands();
        attack(random -> {
            JsonNode command = commands.get(random.nextInt(commands.size()));
            frames(HostileFrames.text(command(random, command)), false);
        });
    }

    @Test
    void joinsOfWhatIsNotThere() {
        List<String> fields = List.of("streamName", "groupId", "id", "subscriptionId", "deltas");
        attack(random -> {
            String data =
                    new String(HostileJson.object(random, fields, known()), StandardCharsets.UTF_8);
            String type = random.nextBoolean() ? "join" : "leave";
            String both = "{\"type\":\"" + type + "\",\"request_id\":1,\"data\":" + data + "}";
            frames(HostileFrames.text(bytes(both)), false);
        });
    }

    @Test
    void handshakesThatAreNone() {
        attack(random ->
                exchange(HostileHttp.headers(random, List.of("/ws", "/ws?quiet=%")), true));
    }

    // Attacks.

    /// Runs an attack many times; afterwards everything must be as it was before.
    private void attack(Consumer<RandomGenerator> input) {
        Property.forAll(WARM_UP_INPUTS, input);
        awaitCalm();
        Resources before = Resources.now();
        for (int done = 0; done < INPUTS; done += ROUND_INPUTS) {
            Property.forAll(ROUND_INPUTS, input);
            // Some inputs delete it.
            makeAChat();
        }
        awaitCalm();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertAsBefore(before, Resources.now()));
        running.get("/health/live").expecting(200);
        running.say(chat, "Still there?");
    }

    private void awaitCalm() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> {
                    assertThat(viewers()).as("sockets and streams").isZero();
                    assertThat(running.server.connections())
                            .as("connections")
                            .isLessThanOrEqualTo(1);
                });
    }

    private int viewers() {
        return running.get("/health").json().get("total_connections").asInt();
    }

    private static void assertAsBefore(Resources before, Resources after) {
        assertThat(after.threads())
                .as("threads, of which there were %s", before.threads())
                .hasSizeLessThanOrEqualTo(before.threads().size() + THREADS_MORE_MAX);
        assertThat(after.descriptors())
                .as("open files and sockets")
                .isLessThanOrEqualTo(before.descriptors() + DESCRIPTORS_MORE_MAX);
        assertThat(after.heapBytes())
                .as("heap")
                .isLessThanOrEqualTo(before.heapBytes() + HEAP_BYTES_MORE_MAX);
    }

    private record Resources(List<String> threads, long descriptors, long heapBytes) {

        static Resources now() {
            System.gc();
            var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return new Resources(
                    Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .filter(name -> !POOLED.matcher(name).matches())
                            .sorted()
                            .toList(),
                    system.getOpenFileDescriptorCount(),
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
    }

    /// Sends a request, and reads until the server closes.
    ///
    /// @param waits whether the server may wait for more: then it is told, after a while without an
    ///   answer, that nothing more comes
    private void exchange(byte[] request, boolean waits) {
        try (var connection = new RawConnection(running.server.port())) {
            connection.send(request);
            String answer = "";
            if (waits) {
                answer = connection.until("event: snapshot", QUIET_MILLIS);
                connection.finish();
            }
            assertNoDefect(answer + connection.rest(), request);
        }
    }

    /// Sends frames, and then a command whose answer tells that they are dealt with.
    ///
    /// @param waits whether the server may wait for the rest of a frame
    private void frames(byte[] frames, boolean waits) {
        try (var connection = RawConnection.webSocket(running.server.port(), "/ws")) {
            connection.send(frames);
            connection.send(
                    HostileFrames.text(
                            bytes("{\"type\":\"list_models\",\"request_id\":\"the end\"}")));
            String answer =
                    connection.until(
                            "\"request_id\":\"the end\"", waits ? QUIET_MILLIS : HUNG_MILLIS);
            connection.finish();
            assertNoDefect(answer + connection.rest(), frames);
        }
    }

    private static void assertNoDefect(String answer, byte[] sent) {
        for (Pattern wrong : List.of(SERVER_ERROR, DEFECT)) {
            Matcher found = wrong.matcher(answer);
            if (found.find()) {
                throw new AssertionError(
                        found.group() + " to " + new String(sent, StandardCharsets.ISO_8859_1));
            }
        }
    }

    /// Most bodies that do not end are cut; for some the server has to lose patience.
    private static boolean isPatient(RandomGenerator random) {
        return random.nextInt(20) > 0;
    }

    // What there is to attack.

    /// JSON of what means something to the server.
    private List<String> known() {
        return List.of(
                "\"" + chat + "\"",
                "\"" + message + "\"",
                "\"echo\"",
                "\"conversation\"",
                "\"Hello\"",
                "true",
                "1",
                "\"1\"");
    }

    /// An address that takes JSON.
    private record Taker(String method, String path, List<String> fields) {}

    private List<String> paths() {
        var paths = new ArrayList<String>();
        DOCUMENT.get("paths").fieldNames().forEachRemaining(path -> paths.add(real(path)));
        // It would answer for as long as it is read.
        paths.removeIf(path -> path.endsWith("/events"));
        return paths;
    }

    private String real(String path) {
        return path.replace("{id}", path.contains("/messages/") ? message : chat);
    }

    private List<Taker> takers() {
        var takers = new ArrayList<Taker>();
        DOCUMENT.get("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .properties()
                                .forEach(method -> {
                                    JsonNode schema =
                                            method.getValue()
                                                    .at(
                                                            "/requestBody/content/application~1json/schema");
                                    if (!schema.isMissingNode()) {
                                        takers.add(
                                                new Taker(
                                                        method.getKey().toUpperCase(Locale.ROOT),
                                                        real(path.getKey()),
                                                        fields(schema)));
                                    }
                                }));
        return takers;
    }

    private static List<String> fields(JsonNode schema) {
        JsonNode properties =
                schema.has("$ref")
                        ? DOCUMENT.at(schema.get("$ref").asText().substring(1)).path("properties")
                        : schema.path("properties");
        var fields = new ArrayList<String>();
        properties.fieldNames().forEachRemaining(fields::add);
        return fields;
    }

    private byte[] bodyFor(RandomGenerator random, List<Taker> takers) {
        Taker taker = one(random, takers);
        byte[] body = HostileJson.object(random, taker.fields(), known());
        return HostileHttp.post(taker.method(), taker.path(), "application/json", body);
    }

    private static Taker one(RandomGenerator random, List<Taker> takers) {
        return takers.get(random.nextInt(takers.size()));
    }

    private static List<JsonNode> commands() {
        var commands = new ArrayList<JsonNode>();
        DOCUMENT.at("/x-socket/commands").forEach(commands::add);
        return commands;
    }

    private byte[] command(RandomGenerator random, JsonNode command) {
        var fields = new ArrayList<String>(List.of("request_id"));
        command.get("fields").forEach(field -> fields.add(field.get("name").asText()));
        String object =
                new String(HostileJson.object(random, fields, known()), StandardCharsets.UTF_8);
        String type = "{\"type\":" + command.get("type") + (object.startsWith("{}") ? "" : ",");
        return bytes(object.startsWith("{") ? type + object.substring(1) : object);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
