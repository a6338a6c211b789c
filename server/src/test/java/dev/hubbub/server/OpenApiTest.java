package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import dev.hubbub.server.Running.Answered;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenApiTest {

    private static final ObjectNode DOCUMENT = OpenApi.document();

    private final Running running = new Running();
    private final Running guarded = new Running(Guarded.config());
    private final AtomicInteger fixtures = new AtomicInteger();

    @AfterAll
    void close() {
        running.close();
        guarded.close();
    }

    @Test
    void everyRouteIsDocumentedAndNothingElse() {
        var documented = new TreeSet<String>();
        operations().forEach(operation -> documented.add(operation.toString()));
        var there = new TreeSet<String>();
        // OpenAPI has no word for a parameter that takes slashes.
        running.server.routes().forEach(route -> there.add(route.replace("...}", "}")));
        assertThat(documented).isEqualTo(there);
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        DOCUMENT.findValuesAsText("$ref")
                .forEach(reference ->
                        assertThat(DOCUMENT.at(reference.substring(1)).isMissingNode())
                                .as(reference)
                                .isFalse());
    }

    @Test
    void everyOperationHasItsOwnNameAndSaysWhatItDoes() {
        var names = new TreeSet<String>();
        operations()
                .forEach(operation -> {
                    assertThat(names.add(operation.node().path("operationId").asText())).isTrue();
                    assertThat(operation.node().path("summary").asText()).isNotBlank();
                });
    }

    @Test
    void theDocumentIsServed() {
        Answered served = running.get("/openapi.json").expecting(200);
        assertThat(served.json()).isEqualTo(DOCUMENT);
        assertThat(served.json().get("openapi").asText()).startsWith("3.1");
    }

    @Test
    void thePageComesFromHereAlone() {
        Answered page = running.get("/docs").expecting(200);
        assertThat(page.response().body()).doesNotContain("http:").doesNotContain("https:");
        assertThat(page.header("Content-Security-Policy")).contains("script-src 'self'");
        for (String file :
                List.of("swagger-ui-bundle.js", "swagger-ui.css", "docs.js", "docs.css")) {
            running.get("/docs/" + file).expecting(200);
        }
        running.get("/docs/swagger-ui.js").expecting(404);
    }

    @ParameterizedTest
    @MethodSource("tried")
    void anExampleIsAnsweredAsDocumented(Trial trial) {
        // What makes tokens can be tried where there are some.
        Running server = trial.operation().wantsIssuer() ? guarded : running;
        OpenApiFixture fixture = fixture(server);
        HttpRequest.Builder request = request(server, trial, fixture);
        if (server == guarded) {
            request.header("Authorization", "Bearer " + Guarded.ISSUER_KEY);
        }
        Answered answered = server.send(request, fixture::endReply);
        String code = trial.operation().code();
        JsonNode response = trial.operation().node().get("responses").get(code);
        assertThat(answered.status())
                .as(answered.response().body())
                .isEqualTo(Integer.parseInt(code));
        response.path("headers")
                .fieldNames()
                .forEachRemaining(name -> assertThat(answered.header(name)).as(name).isNotEmpty());
        JsonNode content = response.path("content");
        String type = answered.header("Content-Type").split(";", 2)[0];
        assertThat(content.has(type)).as(type).isTrue();
        assertThat(type.equals("text/event-stream")).isEqualTo(trial.streams(content));
        if (type.equals("application/json")) {
            assertThat(wrong(content.get(type).get("schema"), answered.json())).isEmpty();
        }
        if (type.equals("text/event-stream")) {
            List<JsonNode> events = events(answered.response().body());
            assertThat(events).isNotEmpty();
            events.forEach(event ->
                    assertThat(wrong(content.get(type).get("x-data"), event))
                            .as(event.toString())
                            .isEmpty());
        }
    }

    /// What a stream that has ended said, without the word of its end.
    private static List<JsonNode> events(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: ") && !line.equals("data: [DONE]"))
                .map(line -> Running.parse(line.substring("data: ".length())))
                .toList();
    }

    @Test
    void whereThereIsNothingToGoOnWithTheAnswerIsEmpty() {
        List<Operation> mayBeEmpty =
                operations()
                        .filter(operation -> operation.node().get("responses").has("204"))
                        .toList();
        assertThat(mayBeEmpty).isNotEmpty();
        for (Operation operation : mayBeEmpty) {
            String quiet = fixture(running).real("/lunch/");
            Answered answered = running.get(operation.path().replace("/{id}/", quiet));
            answered.expecting(204);
            assertThat(answered.response().body()).isEmpty();
            assertThat(operation.node().at("/responses/204").has("content")).isFalse();
        }
    }

    @Test
    void whoseTokenIsWantedIsDocumented() {
        operations()
                .forEach(operation -> {
                    int status =
                            guarded.send(
                                            guarded.request(
                                                            operation
                                                                    .path()
                                                                    .replaceAll("\\{\\w+}", "x"))
                                                    .method(
                                                            operation.method(),
                                                            BodyPublishers.noBody()))
                                    .status();
                    assertThat(status == 401)
                            .as(operation.toString())
                            .isEqualTo(!operation.node().has("security"));
                });
    }

    @Test
    void withoutTokensThereIsNoneToMake() {
        Answered refused = running.post("/token?userid=alice", "").expecting(404);
        assertThat(refused.json().get("code").asText()).isEqualTo("tokens_off");
        assertThat(DOCUMENT.at("/paths/~1token/post/responses/404/description").asText())
                .contains("`tokens_off`");
        assertThat(guarded.post("/token?userid=x", "").expecting(422).json().get("code").asText())
                .isEqualTo("userid_invalid");
    }

    @Test
    void aProblemIsAsDocumented() {
        Answered refused = running.get("/api/chats/nobody").expecting(404);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(wrong(schema("Problem"), refused.json())).isEmpty();
    }

    @Test
    void anErrorOfOpenAisProtocolsIsAsDocumented() {
        for (String address : List.of("/v1/models/nobody", "/v1/responses/nothing")) {
            Answered refused = running.get(address).expecting(404);
            assertThat(refused.header("Content-Type")).isEqualTo("application/json");
            assertThat(wrong(schema("OpenAiError"), refused.json())).isEmpty();
        }
        Answered refused = running.post("/v1/chat/completions", "{\"n\":2}").expecting(400);
        assertThat(wrong(schema("OpenAiError"), refused.json())).isEmpty();
    }

    private static ObjectNode schema(String name) {
        return Running.JSON.createObjectNode().put("$ref", "#/components/schemas/" + name);
    }

    @Test
    void everySocketCommandIsDocumentedAndNothingElse() {
        assertThat(commands().map(command -> command.get("type").asText()))
                .containsExactlyInAnyOrderElementsOf(SocketCommands.types());
    }

    @Test
    void everySocketCommandAnswersItsExample() {
        commands()
                .forEach(command -> {
                    OpenApiFixture fixture = fixture(running);
                    try (SocketClient socket = running.socket()) {
                        var example = (ObjectNode) real(command.get("example"), fixture);
                        socket.next("chats_update");
                        socket.send(example.put("request_id", "r1").toString());
                        JsonNode answer = socket.answer("r1");
                        assertThat(answer.get("type"))
                                .as(answer.toString())
                                .isEqualTo(command.get("answer"));
                        assertFrame(answer);
                    }
                });
    }

    @Test
    void aTokenThatKeepsASocketOpenIsAnsweredAsDocumented() {
        String token = Guarded.token(Guarded.ALICE);
        try (SocketClient socket = SocketClient.connect(guarded, "/ws?token=" + token)) {
            socket.send(
                    "{\"type\":\"authenticate\",\"token\":\"%s\",\"request_id\":\"r1\"}"
                            .formatted(token));
            JsonNode answer = socket.answer("r1");
            assertThat(answer.get("type").asText()).isEqualTo("authenticated");
            assertThat(answer.get("expires_in").asLong()).isPositive();
            assertFrame(answer);
        }
    }

    @Test
    void everyFieldOfAnExampleCommandIsDocumented() {
        commands()
                .forEach(command -> {
                    Set<String> known =
                            new TreeSet<>(command.get("fields").findValuesAsText("name"));
                    known.add("type");
                    command.get("example")
                            .fieldNames()
                            .forEachRemaining(field -> assertThat(known).contains(field));
                });
    }

    private static void assertFrame(JsonNode answer) {
        JsonNode frame =
                stream(DOCUMENT.at("/x-socket/frames"))
                        .filter(known -> known.get("type").equals(answer.get("type")))
                        .findFirst()
                        .orElseThrow();
        var known = new TreeSet<String>(Set.of("type", "request_id"));
        frame.get("fields").forEach(field -> known.add(field.asText()));
        answer.fieldNames().forEachRemaining(field -> assertThat(known).contains(field));
    }

    // Operations.

    record Operation(String method, String path, JsonNode node) {

        @Override
        public String toString() {
            return method + " " + path;
        }

        /// Of the answer to its examples.
        String code() {
            return node.get("responses").properties().stream()
                    .map(Map.Entry::getKey)
                    .filter(known -> known.startsWith("2"))
                    .findFirst()
                    .orElseThrow();
        }

        boolean wantsIssuer() {
            return stream(node.path("security")).anyMatch(way -> way.has("issuerKey"));
        }
    }

    /// One example of an operation.
    ///
    /// @param body null where it has none in JSON
    /// @param streamed whether a parameter asks for a stream
    record Trial(Operation operation, String name, @Nullable JsonNode body, boolean streamed) {

        /// Whether the answer is a stream: where it need not be one, the example says.
        boolean streams(JsonNode content) {
            return content.has("text/event-stream")
                    && (content.size() == 1
                            || streamed
                            || (body != null && body.path("stream").asBoolean()));
        }

        @Override
        public String toString() {
            return operation + " " + name;
        }
    }

    private static Stream<Trial> trials(Operation operation) {
        JsonNode json = operation.node().at("/requestBody/content/application~1json");
        if (json.has("examples")) {
            return json.get("examples").properties().stream()
                    .map(example ->
                            new Trial(
                                    operation,
                                    example.getKey(),
                                    example.getValue().get("value"),
                                    false));
        }
        var trial = new Trial(operation, "", json.get("example"), false);
        boolean mayStream =
                stream(operation.node().path("parameters"))
                        .anyMatch(parameter -> parameter.get("name").asText().equals("stream"));
        return mayStream
                ? Stream.of(trial, new Trial(operation, "streamed", null, true))
                : Stream.of(trial);
    }

    private static Stream<Operation> operations() {
        return DOCUMENT.get("paths").properties().stream()
                .flatMap(path ->
                        path.getValue().properties().stream()
                                .map(method ->
                                        new Operation(
                                                method.getKey().toUpperCase(Locale.ROOT),
                                                path.getKey(),
                                                method.getValue())));
    }

    /// The examples of those whose answer ends.
    static Stream<Trial> tried() {
        return operations()
                .filter(operation ->
                        !Set.of("/ws", "/api/chats/{id}/events").contains(operation.path()))
                .flatMap(OpenApiTest::trials);
    }

    private static Stream<JsonNode> commands() {
        return stream(DOCUMENT.at("/x-socket/commands"));
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        var all = new ArrayList<JsonNode>();
        list.forEach(all::add);
        return all.stream();
    }

    /// Without a body.
    private static HttpRequest.Builder plain(Running server, Trial trial, OpenApiFixture fixture) {
        Operation operation = trial.operation();
        String path = operation.path();
        var query = new ArrayList<String>();
        var headers = new ArrayList<Map.Entry<String, String>>();
        for (JsonNode parameter : operation.node().path("parameters")) {
            String name = parameter.get("name").asText();
            if (!parameter.has("example") || (name.equals("stream") && !trial.streamed())) {
                continue;
            }
            String value = fixture.real(parameter.get("example").asText());
            switch (parameter.get("in").asText()) {
                case "path" -> path = path.replace("{" + name + "}", value);
                case "query" ->
                        query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
                default -> headers.add(Map.entry(name, fixture.own(value)));
            }
        }
        String address = query.isEmpty() ? path : path + "?" + String.join("&", query);
        HttpRequest.Builder request = server.request(address);
        headers.forEach(header -> request.header(header.getKey(), header.getValue()));
        return request.method(operation.method(), BodyPublishers.noBody());
    }

    private static HttpRequest.Builder request(
            Running server, Trial trial, OpenApiFixture fixture) {
        HttpRequest.Builder request = plain(server, trial, fixture);
        JsonNode body = trial.operation().node().path("requestBody");
        if (body.isMissingNode()) {
            return request;
        }
        JsonNode json = body.at("/content/application~1json");
        if (trial.body() == null) {
            assertThat(json.isMissingNode()).as("there is an example").isTrue();
            return request.header("Content-Type", "image/png")
                    .POST(BodyPublishers.ofByteArray(Pictures.png(7)));
        }
        assertThat(wrong(json.get("schema"), trial.body())).isEmpty();
        return request.header("Content-Type", "application/json")
                .method(
                        trial.operation().method(),
                        BodyPublishers.ofString(real(trial.body(), fixture).toString()));
    }

    // What the examples name.

    private static JsonNode real(JsonNode example, OpenApiFixture fixture) {
        return Running.parse(fixture.real(example.toString()));
    }

    private OpenApiFixture fixture(Running server) {
        return new OpenApiFixture(server, fixtures.incrementAndGet());
    }

    // Schemas.

    /// What of a value is not as its schema says. A field that the schema does not know is wrong
    /// too, though the document allows more to come.
    private static List<?> wrong(JsonNode schema, JsonNode value) {
        ObjectNode closed = Running.JSON.createObjectNode();
        closed.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        closed.setAll((ObjectNode) schema.deepCopy());
        closed.set("components", DOCUMENT.get("components").deepCopy());
        close(closed);
        Schema compiled =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(closed.toString(), InputFormat.JSON);
        return compiled.validate(value.toString(), InputFormat.JSON);
    }

    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object
                && object.get("properties") instanceof ObjectNode
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        schema.forEach(OpenApiTest::close);
    }
}
