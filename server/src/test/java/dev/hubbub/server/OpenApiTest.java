package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import dev.hubbub.server.Running.Answered;

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

    /// What the examples name, which the test puts real things in the place of.
    private static final String CHAT = "lunch";

    private static final String MESSAGE =
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private static final String IMAGE =
            "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

    private static final ObjectNode DOCUMENT = OpenApi.document();

    private final Running running = new Running();
    private final AtomicInteger fixtures = new AtomicInteger();

    @AfterAll
    void close() {
        running.close();
    }

    @Test
    void everyRouteIsDocumentedAndNothingElse() {
        var documented = new TreeSet<String>();
        operations().forEach(operation -> documented.add(operation.toString()));
        var there = new TreeSet<String>(running.server.routes());
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
    void anExampleIsAnsweredAsDocumented(Operation operation) {
        Fixture fixture = fixture();
        Answered answered = running.send(request(operation, fixture));
        JsonNode response = expected(operation.node());
        assertThat(answered.status())
                .as(answered.response().body())
                .isEqualTo(Integer.parseInt(codeOf(operation.node())));
        JsonNode content = response.path("content");
        String type = answered.header("Content-Type").split(";", 2)[0];
        assertThat(content.has(type)).as(type).isTrue();
        if (type.equals("application/json")) {
            assertThat(wrong(content.at("/application~1json/schema"), answered.json())).isEmpty();
        }
    }

    @Test
    void aProblemIsAsDocumented() {
        Answered refused = running.get("/api/chats/nobody").expecting(404);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        ObjectNode problem = Running.JSON.createObjectNode();
        problem.put("$ref", "#/components/schemas/Problem");
        assertThat(wrong(problem, refused.json())).isEmpty();
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
                    Fixture fixture = fixture();
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

    private record Operation(String method, String path, JsonNode node) {

        @Override
        public String toString() {
            return method + " " + path;
        }
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

    /// Those whose answer ends.
    static Stream<Operation> tried() {
        return operations()
                .filter(operation ->
                        !Set.of("/ws", "/api/chats/{id}/events").contains(operation.path()));
    }

    private static Stream<JsonNode> commands() {
        return stream(DOCUMENT.at("/x-socket/commands"));
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        var all = new ArrayList<JsonNode>();
        list.forEach(all::add);
        return all.stream();
    }

    private HttpRequest.Builder request(Operation operation, Fixture fixture) {
        String path = operation.path();
        var query = new ArrayList<String>();
        var headers = new ArrayList<Map.Entry<String, String>>();
        for (JsonNode parameter : operation.node().path("parameters")) {
            if (!parameter.has("example")) {
                continue;
            }
            String name = parameter.get("name").asText();
            String value = fixture.real(parameter.get("example").asText());
            switch (parameter.get("in").asText()) {
                case "path" -> path = path.replace("{" + name + "}", value);
                case "query" ->
                        query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
                default -> headers.add(Map.entry(name, fixture.chat() + value));
            }
        }
        String address = query.isEmpty() ? path : path + "?" + String.join("&", query);
        HttpRequest.Builder request = running.request(address);
        headers.forEach(header -> request.header(header.getKey(), header.getValue()));
        JsonNode body = operation.node().path("requestBody");
        if (body.isMissingNode()) {
            return request.method(operation.method(), BodyPublishers.noBody());
        }
        JsonNode json = body.at("/content/application~1json");
        if (json.isMissingNode()) {
            return request.header("Content-Type", "image/png")
                    .POST(BodyPublishers.ofByteArray(Pictures.png(7)));
        }
        assertThat(wrong(json.get("schema"), json.get("example"))).isEmpty();
        return request.header("Content-Type", "application/json")
                .method(
                        operation.method(),
                        BodyPublishers.ofString(real(json.get("example"), fixture).toString()));
    }

    private static String codeOf(JsonNode operation) {
        return operation.get("responses").properties().stream()
                .map(Map.Entry::getKey)
                .filter(code -> code.startsWith("2"))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode expected(JsonNode operation) {
        return operation.get("responses").get(codeOf(operation));
    }

    // What the examples name.

    private record Fixture(String chat, String message, String image) {

        String real(String example) {
            return example.replace(CHAT, chat).replace(MESSAGE, message).replace(IMAGE, image);
        }
    }

    private static JsonNode real(JsonNode example, Fixture fixture) {
        return Running.parse(fixture.real(example.toString()));
    }

    private Fixture fixture() {
        String chat = "chat-" + fixtures.incrementAndGet();
        running.post("/api/chats", "{\"id\":\"" + chat + "\",\"model\":\"echo\"}").expecting(201);
        String message = running.say(chat, "Hello").json().get("message_id").asText();
        running.awaitIdle(chat);
        String image =
                running.send(
                                running.request("/api/images")
                                        .POST(BodyPublishers.ofByteArray(Pictures.png(1))))
                        .expecting(201)
                        .json()
                        .at("/image/id")
                        .asText();
        return new Fixture(chat, message, image);
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
