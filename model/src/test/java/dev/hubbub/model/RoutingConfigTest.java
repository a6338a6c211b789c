package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;

import dev.hubbub.conversation.ModelId;
import dev.hubbub.model.BudgetConfig.Window;
import dev.hubbub.model.RouteConfig.Choose;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.List;

final class RoutingConfigTest {

    private static RoutingConfig of(String text) {
        return RoutingConfig.from(ConfigFactory.parseString(text));
    }

    @Test
    void withoutAnyWordThereAreOnlyDefaults() {
        RoutingConfig config = RoutingConfig.defaults();

        assertThat(config.pool("openai"))
                .isEqualTo(
                        new PoolConfig(
                                "openai",
                                2_000,
                                10_000,
                                1_000,
                                Duration.ofMinutes(5),
                                7,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(64),
                                0.5,
                                new PoolConfig.Breaker(50, 10, 50, Duration.ofSeconds(30), 3)));
        assertThat(config.routes()).isEmpty();
        assertThat(config.budgets()).isEmpty();
    }

    @Test
    void aPoolSaysWhatIsDifferentAboutIt() {
        RoutingConfig config =
                of(
                        """
                        hubbub.models.pools {
                          default.tries-max = 3
                          openai { concurrent-max = 50, breaker.open = 5s }
                          "localhost:11434" { concurrent-max = 2 }
                        }
                        """);

        assertThat(config.pool("openai").concurrentMax()).isEqualTo(50);
        assertThat(config.pool("openai").triesMax()).isEqualTo(3);
        assertThat(config.pool("openai").breaker().open()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.pool("openai").breaker().calls()).isEqualTo(50);
        assertThat(config.pool("localhost:11434").concurrentMax()).isEqualTo(2);
        assertThat(config.pool("another").concurrentMax()).isEqualTo(2_000);
        assertThat(config.pool("another").triesMax()).isEqualTo(3);
    }

    @Test
    void aRouteHasItsTargets() {
        RoutingConfig config =
                of(
                        """
                        hubbub.models.routes {
                          fast { targets = [gpt-4o-mini, { model = haiku, weight = 3 }] }
                          "any/free" { name = "Free", choose = by-weight, targets = [a], tries-max = 1 }
                        }
                        """);

        assertThat(config.routes())
                .containsExactly(
                        new RouteConfig(
                                new ModelId("any/free"),
                                "Free",
                                Choose.BY_WEIGHT,
                                List.of(new RouteConfig.Target(new ModelId("a"), 1)),
                                4,
                                1),
                        new RouteConfig(
                                new ModelId("fast"),
                                "fast",
                                Choose.IN_ORDER,
                                List.of(
                                        new RouteConfig.Target(new ModelId("gpt-4o-mini"), 1),
                                        new RouteConfig.Target(new ModelId("haiku"), 3)),
                                4,
                                2));
    }

    @Test
    void aBudgetHasItsLimits() {
        RoutingConfig config =
                of(
                        """
                        hubbub.models.budgets {
                          each { for = each-user, per = day, tokens = 1000000 }
                          dear { for = all-users, model = gpt-4o, per = month, dollars = 12.50 }
                        }
                        """);

        assertThat(config.budgets())
                .containsExactly(
                        new BudgetConfig(
                                "dear",
                                false,
                                new ModelId("gpt-4o"),
                                Window.MONTH,
                                Long.MAX_VALUE,
                                12_500_000_000L),
                        new BudgetConfig(
                                "each", true, null, Window.DAY, 1_000_000, Long.MAX_VALUE));
    }

    @Test
    void otherPartsOfTheConfigurationAreNotItsBusiness() {
        assertThat(of("hubbub.models.openai.key = x, hubbub.server.port = 1"))
                .isEqualTo(RoutingConfig.defaults());
        assertThatThrownBy(() -> of("hubbub = 7"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("hubbub is to be a block in braces");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "pools.openai.concurrent-max = 0 | pools.openai.concurrent-max is to be a whole"
                        + " number from 1 to 1000000",
                "pools.openai.concurrent-max = many | pools.openai.concurrent-max is to be a whole"
                        + " number from 1 to 1000000",
                "pools.openai.concurrent-max = 1.5 | pools.openai.concurrent-max is to be a whole"
                        + " number from 1 to 1000000",
                "pools.openai.concurent-max = 5 | there is no key"
                        + " hubbub.models.pools.openai.concurent-max; there are concurrent-max,",
                "pools.openai = 7 | pools.openai is to be a block in braces",
                "pools.openai.retry-first = soon | retry-first is to be a time from",
                "pools.openai.retry-longest = 10ms | retry-longest is to be a time from 1s",
                "pools.openai.breaker.calls-min = 51 | breaker.calls-min is to be a whole number"
                        + " from 1 to 50",
                "pools.\"a b\".retry-jitter = 2 | pools.\"a b\".retry-jitter is to be a number",
                "routes.fast { } | routes.fast.targets is missing; it is to be a list",
                "routes.fast.targets = [] | routes.fast.targets is to be a list of 1 to 16 models",
                "routes.fast.targets = [a, a] | targets is to be a list of models without a twice",
                "routes.fast.targets = [\"a b\"] | routes.fast.targets[0].model is to be the id",
                "routes.fast.targets = [{model = a, wait = 3}] | there is no key"
                        + " hubbub.models.routes.fast.targets[0].wait; there are model, weight",
                "routes.\"a b\".targets = [a] | cannot be the name of a route",
                "routes.fast { targets = [a], choose = best } | routes.fast.choose is to be one of"
                        + " by-weight, in-order, least-busy",
                "budgets.b { for = each-user, per = day } | budgets.b limits nothing: give it"
                        + " tokens or dollars",
                "budgets.b { for = me, per = day, tokens = 5 } | budgets.b.for is to be one of"
                        + " all-users, each-user",
                "budgets.b { for = each-user, per = year, tokens = 5 } | budgets.b.per is to be"
                        + " one of day, month",
                "budgets.b { for = each-user, per = day, tokens = -1 } | tokens is to be a whole",
                "budgets.b { for = each-user, per = day, dollars = -1 } | dollars is to be a"
                        + " number of US dollars from 0",
                "budgets.b { per = day, tokens = 1 } | budgets.b.for is missing",
                "budget-accounts-max = 0 | budget-accounts-max is to be a whole number",
            })
    void whatIsWrongIsSaidInOneSentence(String line, String sentence) {
        assertThatThrownBy(() -> of("hubbub.models." + line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }
}
