package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelCatalog.Entry;
import dev.hubbub.conversation.ModelFault.Kind;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Price;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

final class RoutingTest {

    private static final ModelId BIG = new ModelId("big");
    private static final ModelId SMALL = new ModelId("small");
    private static final ModelId ELIZA = new ModelId("eliza");

    private final VirtualTimers timers = new VirtualTimers();
    private final ScriptedModel first = new ScriptedModel();
    private final ScriptedModel second = new ScriptedModel();
    private final ScriptedModel builtIn = new ScriptedModel();
    private boolean closed;

    private final ModelCatalog catalog =
            new ModelCatalog() {
                @Override
                public @Nullable ChatModel find(ModelId id) {
                    return switch (id.value()) {
                        case "big", "unlisted" -> first;
                        case "small" -> second;
                        case "eliza", "eliza:delay=0" -> builtIn;
                        default -> null;
                    };
                }

                @Override
                public List<Entry> models() {
                    return List.of(
                            new Entry(BIG, "Big", "acme", 1_000, true, new Price(1, 2)),
                            new Entry(SMALL, "Small", "zeta", 500, true, null),
                            new Entry(ELIZA, "ELIZA", "built-in", 0));
                }

                @Override
                public @Nullable Entry entry(ModelId id) {
                    return switch (id.value()) {
                        case "unlisted" -> new Entry(id, "Unlisted", "acme", 0);
                        case "eliza:delay=0" -> new Entry(id, "ELIZA", "built-in", 0);
                        default -> ModelCatalog.super.entry(id);
                    };
                }

                @Override
                public ModelId defaultModel() {
                    return ELIZA;
                }

                @Override
                public void close() {
                    closed = true;
                }
            };

    private Routing routing(String config) {
        return new Routing(
                catalog,
                RoutingConfig.from(ConfigFactory.parseString(config)),
                new KeptLedger(),
                new SetClock("2026-11-25T22:00:00Z"),
                null,
                timers,
                new SplittableRandom(1));
    }

    private static Transcript ask(Routing routing, String model) {
        var transcript = new Transcript();
        Objects.requireNonNull(routing.find(new ModelId(model)))
                .reply(ScriptedModel.prompt("ada", model), transcript);
        return transcript;
    }

    @Test
    void everyProviderHasAPoolOfItsOwn() {
        Routing routing = routing("hubbub.models.pools.acme { concurrent-max = 1 }");
        ask(routing, "big");
        ask(routing, "unlisted");
        ask(routing, "small");

        assertThat(first.sayings).hasSize(1);
        assertThat(second.sayings).hasSize(1);
        assertThat(routing.figures()).extracting(PoolFigures::pool).containsExactly("acme", "zeta");
        assertThat(routing.figures()).extracting(PoolFigures::queued).containsExactly(1, 0);
    }

    @Test
    void theModelsOfTheProgramItselfArePooledOnlyWhenAskedFor() {
        Routing plain = routing("");
        ask(plain, "eliza");
        ask(plain, "eliza:delay=0");
        assertThat(plain.figures()).isEmpty();
        assertThat(builtIn.sayings).hasSize(2);

        Routing pooled = routing("hubbub.models.pools.built-in { concurrent-max = 1 }");
        ask(pooled, "eliza");
        ask(pooled, "eliza:delay=0");
        assertThat(builtIn.sayings).hasSize(3);
    }

    @Test
    void aRouteIsAModelLikeOthers() {
        Routing routing =
                routing("hubbub.models.routes.fast { name = Fast, targets = [big, small] }");

        assertThat(routing.models().getLast())
                .isEqualTo(new Entry(new ModelId("fast"), "Fast", "route", 500, true, null));
        assertThat(routing.models()).hasSize(4);
        Transcript asked = ask(routing, "fast");
        first.last().says("Yes").fails(Kind.STALLED);
        timers.settle();
        second.last().says(", indeed.").ends();
        assertThat(asked.text()).isEqualTo("Yes, indeed.");
    }

    @Test
    void budgetsAreAroundAllOfIt() {
        Routing routing =
                routing(
                        """
                        hubbub.models.routes.fast { targets = [big, small] }
                        hubbub.models.budgets.dear {
                          for = all-users, model = big, per = day, tokens = 50
                        }
                        hubbub.models.budgets.each { for = each-user, per = day, tokens = 200 }
                        """);
        ask(routing, "fast");
        first.last().says("a").ends();
        assertThat(first.sayings).hasSize(1);

        // The budget of the first target is used up: the other answers.
        ask(routing, "fast");
        assertThat(first.sayings).hasSize(1);
        second.last().says("b").ends();
        assertThat(Objects.requireNonNull(ask(routing, "big").fault).kind()).isEqualTo(Kind.BUDGET);
        assertThat(routing.refusal(new UserId("ada"), BIG)).isNotNull();
        assertThat(routing.refusal(new UserId("ada"), SMALL)).isNull();
        ask(routing, "small");
        second.last().says("c").ends();
        ask(routing, "small");
        second.last().says("d").ends();
        assertThat(Objects.requireNonNull(ask(routing, "fast").fault).kind())
                .isEqualTo(Kind.BUDGET);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(routing("").find(new ModelId("nobody"))).isNull();
    }

    @Test
    void whatNamesAModelThatIsNotThereIsToldSo() {
        assertThatThrownBy(() -> routing("hubbub.models.routes.fast.targets = [big, gone]"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the route fast leads to the model gone, which is not there; take it out"
                                + " of hubbub.models.routes.fast.targets, or set the key of its"
                                + " provider");
        assertThatThrownBy(() -> routing("hubbub.models.routes.big.targets = [small]"))
                .hasMessageContaining("has the name of a model");
        assertThatThrownBy(() ->
                        routing(
                                "hubbub.models.budgets.b {for = each-user, model = gone,"
                                        + " per = day, tokens = 1}"))
                .hasMessageContaining("the budget b is for the model gone, which is not there");
    }

    @Test
    void itClosesWhatItWraps() {
        Routing routing = routing("");
        ask(routing, "big");
        first.last().fails(Kind.UNREACHABLE);
        routing.close();
        timers.advance(Duration.ofMinutes(1));

        assertThat(closed).isTrue();
        assertThat(first.sayings).hasSize(1);
    }
}
