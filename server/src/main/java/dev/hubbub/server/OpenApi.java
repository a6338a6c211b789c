package dev.hubbub.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The description of all addresses in OpenAPI 3.1, put together from one file an area: what is
/// added to the server is described in the file of its area, or in a new one that stands in
/// [#AREAS]. A test holds it against the routes.
final class OpenApi {

    /// Later files add to what earlier ones say.
    private static final List<String> AREAS =
            List.of(
                    "base",
                    "chats",
                    "messages",
                    "compare",
                    "turns",
                    "images",
                    "transfer",
                    "live",
                    "openai",
                    "responses",
                    "ui",
                    "usage",
                    "search",
                    "workspace",
                    "shares",
                    "token",
                    "server");

    private final Response response;

    OpenApi() {
        response =
                new Response(
                        200,
                        Response.JSON,
                        Buffer.buffer(document().toString()),
                        Map.of("Cache-Control", "no-cache"));
    }

    void addTo(Routes routes) {
        routes.addOpen(
                HttpMethod.GET, "/openapi.json", _ -> CompletableFuture.completedStage(response));
    }

    static ObjectNode document() {
        ObjectNode all = read(AREAS.getFirst());
        for (String area : AREAS.subList(1, AREAS.size())) {
            merge(all, read(area), area);
        }
        return all;
    }

    private static ObjectNode read(String area) {
        String name = "openapi/" + area + ".json";
        try (InputStream stream = OpenApi.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("there is no resource " + name);
            }
            return Json.object(stream.readAllBytes());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void merge(ObjectNode all, ObjectNode more, String area) {
        for (Map.Entry<String, JsonNode> field : more.properties()) {
            JsonNode there = all.get(field.getKey());
            switch (there) {
                case null -> all.set(field.getKey(), field.getValue());
                case ObjectNode object when field.getValue() instanceof ObjectNode added ->
                        merge(object, added, area);
                case ArrayNode list when field.getValue() instanceof ArrayNode added ->
                        list.addAll(added);
                default ->
                        throw new IllegalStateException(
                                area + ".json says again what " + field.getKey() + " is");
            }
        }
    }
}
