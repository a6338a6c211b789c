package dev.hubbub.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.engine.Engine;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.model.Models;
import dev.hubbub.server.Server;
import dev.hubbub.server.ServerConfig;
import dev.hubbub.store.MemoryStore;

import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.ArrayList;
import java.util.Map;

final class StreamLoadTest {

    @Test
    void aLoadSeesEveryTokenOnce() {
        try (var store = new MemoryStore();
                var models = Models.fromEnvironment(Map.of());
                var engine = Engine.start(EngineConfig.DEFAULT, store, models);
                var server = Server.start(engine, ServerConfig.DEFAULT.withPort(0))) {
            var url = URI.create("http://127.0.0.1:" + server.port());
            var said = new ArrayList<String>();

            LoadReport report =
                    StreamLoad.run(new LoadPlan(url, 20, 10, 3, 50, 250, 1, 0), said::add);

            assertThat(report.isWhole()).as(report.table()).isTrue();
            var found = new JsonObject(report.json());
            assertThat(found.getInteger("ended")).isEqualTo(10);
            assertThat(found.getInteger("replying")).isEqualTo(20);
            assertThat(found.getDouble("latency_p50_ms")).isPositive();
            assertThat(said).isNotEmpty();
        }
    }

    @Test
    void watchedConversationsAreSpreadEvenly() {
        var plan = new LoadPlan(URI.create("http://127.0.0.1"), 10, 4, 1, 20, 400, 1, 0);

        var watched = new ArrayList<Integer>();
        for (int i = 0; i < plan.conversations(); i++) {
            if (plan.isWatched(i)) {
                watched.add(i);
            }
        }

        assertThat(watched).containsExactly(2, 4, 7, 9);
    }
}
