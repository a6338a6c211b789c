package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.model.Models;
import dev.hubbub.model.Routing;
import dev.hubbub.model.RoutingConfig;
import dev.hubbub.store.MemoryStore;
import dev.hubbub.store.SqliteStore;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// Replies of a real engine, on their way through pools, routes and budgets to services that fail
/// as services do.
final class RoutedReplyTest {

    private static final UserId ADA = new UserId("ada");

    @TempDir private Path temp;

    /// Two services as one catalog.
    private record Two(Models first, Models second) implements ModelCatalog {

        static Two of(SpeakingPeer first, SpeakingPeer second) {
            return new Two(models(first, "first"), models(second, "second"));
        }

        private static Models models(SpeakingPeer peer, String model) {
            return Models.fromEnvironment(
                    Map.of("OPENAI_BASE_URL", peer.baseUrl(), "OPENAI_MODELS", model));
        }

        @Override
        public @Nullable ChatModel find(ModelId id) {
            return switch (id.value()) {
                case "first" -> first.find(id);
                case "second" -> second.find(id);
                default -> null;
            };
        }

        @Override
        public List<Entry> models() {
            return List.of(first.models().getFirst(), second.models().getFirst());
        }

        @Override
        public ModelId defaultModel() {
            return new ModelId("first");
        }

        @Override
        public void close() {
            first.close();
            second.close();
        }
    }

    /// An engine over a store and the two services.
    private record Running(Engine engine, Routing routing, ConversationStore store)
            implements AutoCloseable {

        static Running start(ConversationStore store, ModelCatalog models, String config) {
            var routing =
                    new Routing(
                            models,
                            RoutingConfig.from(ConfigFactory.parseString(config)),
                            store,
                            Clock.systemUTC());
            return new Running(Engine.start(EngineConfig.DEFAULT, store, routing), routing, store);
        }

        Message ask(String model, String text) throws Exception {
            var id = new ConversationId(UUID.randomUUID().toString());
            var start = new Start(ADA, "", new ModelId(model), null, null, null);
            Answer started =
                    engine.ask(ADA, id, start).toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(started).isInstanceOf(Answer.Done.class);
            Answer answer =
                    engine.askForReply(ADA, id, Post.text(text))
                            .toCompletableFuture()
                            .get(60, TimeUnit.SECONDS);
            return ((Answer.Ended) answer).reply();
        }

        @Override
        public void close() {
            engine.close();
            store.close();
            routing.close();
        }
    }

    @Test
    void aServiceThatWantsFewerRequestsIsAskedAgainLater() throws Exception {
        try (var first =
                        new SpeakingPeer((exchange, number) -> {
                            if (number == 1) {
                                SpeakingPeer.refuse(exchange, 429, "1");
                            } else {
                                SpeakingPeer.say(exchange, "In what", " way?");
                            }
                        });
                var second = new SpeakingPeer((exchange, _) -> SpeakingPeer.say(exchange));
                var running =
                        Running.start(
                                new MemoryStore(),
                                Two.of(first, second),
                                "hubbub.models.pools.default.retry-jitter = 0")) {
            Message reply = running.ask("first", "Men are all alike.");

            assertThat(reply.text()).isEqualTo("In what way?");
            assertThat(reply.stopReason()).isEqualTo(StopReason.END);
            assertThat(reply.attempts()).isEmpty();
            assertThat(first.nanos.get(1) - first.nanos.get(0)).isGreaterThan(950_000_000L);
            assertThat(running.routing().figures().getFirst().retries()).isEqualTo(1);
        }
    }

    @Test
    void anotherServiceFinishesAReplyAndBothAreOnRecord() throws Exception {
        try (var first =
                        new SpeakingPeer(
                                (exchange, _) -> SpeakingPeer.die(exchange, "In what", " way"));
                var second =
                        new SpeakingPeer(
                                (exchange, _) -> SpeakingPeer.say(exchange, " are they?"));
                var running =
                        Running.start(
                                new MemoryStore(),
                                Two.of(first, second),
                                "hubbub.models.routes.fast.targets = [first, second]")) {
            Message reply = running.ask("fast", "Men are all alike.");

            assertThat(reply.text()).isEqualTo("In what way are they?");
            assertThat(reply.stopReason()).isEqualTo(StopReason.END);
            assertThat(reply.model()).isEqualTo(new ModelId("second"));
            assertThat(reply.attempts()).hasSize(2);
            assertThat(reply.attempts().get(0).model()).isEqualTo(new ModelId("first"));
            assertThat(reply.attempts().get(0).fault()).contains("before it was complete");
            assertThat(reply.attempts().get(1).model()).isEqualTo(new ModelId("second"));
            assertThat(reply.attempts().get(1).fromChar()).isEqualTo("In what way".length());
            assertThat(reply.attempts().get(1).usage()).isEqualTo(new Usage(60, 40));
            assertThat(reply.isIntact()).isTrue();
            assertThat(second.bodies.getFirst()).contains("In what way");
        }
    }

    @Test
    void aServiceThatIsNotThereIsStoodInFor() throws Exception {
        var gone = new SpeakingPeer((_, _) -> {});
        try (var second = new SpeakingPeer((exchange, _) -> SpeakingPeer.say(exchange, "Yes."))) {
            Two models = Two.of(gone, second);
            gone.close();
            try (var running =
                    Running.start(
                            new MemoryStore(),
                            models,
                            "hubbub.models.routes.fast { targets = [first, second], tries-max = 1"
                                    + " }")) {
                Message reply = running.ask("fast", "Anybody?");

                assertThat(reply.text()).isEqualTo("Yes.");
                assertThat(reply.attempts()).hasSize(2);
                assertThat(reply.attempts().getFirst().fault()).contains("cannot be reached");
            }
        }
    }

    @Test
    void aBudgetOutlivesItsProcess() throws Exception {
        String budget = "hubbub.models.budgets.each { for = each-user, per = month, tokens = 150 }";
        try (var first = new SpeakingPeer((exchange, _) -> SpeakingPeer.say(exchange, "Yes."));
                var second = new SpeakingPeer((exchange, _) -> SpeakingPeer.say(exchange))) {
            try (var running =
                    Running.start(SqliteStore.open(temp), Two.of(first, second), budget)) {
                assertThat(running.ask("first", "One").text()).isEqualTo("Yes.");
            }
            try (var running =
                    Running.start(SqliteStore.open(temp), Two.of(first, second), budget)) {
                assertThat(running.ask("first", "Two").text()).isEqualTo("Yes.");
                Message refused = running.ask("first", "Three");
                assertThat(refused.stopReason()).isEqualTo(StopReason.ERROR);
                assertThat(Objects.requireNonNull(refused.error()))
                        .startsWith("Your budget of 150 tokens a month is used up; it opens again");
                assertThat(first.bodies).hasSize(2);
                assertThat(running.store().total(ADA, null, LocalDate.EPOCH))
                        .isEqualTo(new Usage(120, 80));
            }
        }
    }

    @Test
    void aReplyThatUsesUpItsBudgetKeepsItsText() throws Exception {
        String long1000 = "word ".repeat(200);
        try (var first =
                        new SpeakingPeer((exchange, _) ->
                                SpeakingPeer.say(exchange, long1000, long1000, long1000));
                var second = new SpeakingPeer((exchange, _) -> SpeakingPeer.say(exchange));
                var running =
                        Running.start(
                                new MemoryStore(),
                                Two.of(first, second),
                                "hubbub.models.budgets.each { for = each-user, per = day,"
                                        + " tokens = 300 }")) {
            Message reply = running.ask("first", "Speak!");

            assertThat(reply.stopReason()).isEqualTo(StopReason.BUDGET);
            assertThat(reply.text()).startsWith(long1000).hasSizeLessThanOrEqualTo(3_000);
            assertThat(Objects.requireNonNull(reply.usage()).totalTokens())
                    .isGreaterThanOrEqualTo(300);
        }
    }
}
