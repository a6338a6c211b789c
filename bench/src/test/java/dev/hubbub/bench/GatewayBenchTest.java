package dev.hubbub.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.engine.Engine;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.model.Models;
import dev.hubbub.server.Server;
import dev.hubbub.server.ServerConfig;
import dev.hubbub.store.MemoryStore;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

final class GatewayBenchTest {

    @Test
    void everyTokenComesThroughAndIsMeasured() {
        try (var peer = GatewayPeer.start()) {
            String upstream = "http://127.0.0.1:" + peer.port() + "/v1";
            try (var store = new MemoryStore();
                    var models = Models.fromEnvironment(Map.of("OPENAI_BASE_URL", upstream));
                    var engine = Engine.start(EngineConfig.DEFAULT, store, models);
                    var server = Server.start(engine, ServerConfig.DEFAULT.withPort(0))) {
                var through = URI.create("http://127.0.0.1:" + server.port() + "/v1");
                var said = new ArrayList<String>();

                String table =
                        GatewayBench.measure(
                                new GatewayBench.Plan(List.of(1, 8), 100, 20, 1),
                                URI.create(upstream),
                                through,
                                0,
                                said::add);

                assertThat(table.lines().filter(line -> line.startsWith("| 8 | "))).hasSize(2);
                assertThat(table).contains("| | added | ").contains("a second through Hubbub");
                assertThat(said).hasSize(6);
            }
        }
    }

    @Test
    void aServiceThatIsNotThereIsTold() {
        var plan = new GatewayBench.Plan(List.of(1), 100, 20, 1);
        URI nowhere = URI.create("http://127.0.0.1:1/v1");
        assertThatThrownBy(() -> GatewayBench.measure(plan, nowhere, nowhere, 0, _ -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("streams did not come whole");
    }
}
