package dev.hubbub.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Everything of `hubbub.models` that [Routing] goes by.
///
/// @param defaultPool for a provider that has no pool of its own here
/// @param pools by the provider's name
/// @param budgetAccountsMax budgets of users that are kept in memory while no reply uses them
public record RoutingConfig(
        PoolConfig defaultPool,
        Map<String, PoolConfig> pools,
        List<RouteConfig> routes,
        List<BudgetConfig> budgets,
        int budgetAccountsMax) {

    private static final String DEFAULT = "default";

    public RoutingConfig {
        pools = Map.copyOf(pools);
        routes = List.copyOf(routes);
        budgets = List.copyOf(budgets);
    }

    /// What a program has that was not told otherwise.
    public static RoutingConfig defaults() {
        return from(ConfigFactory.empty());
    }

    /// Reads what `hubbub.models` says.
    ///
    /// @param config the whole configuration; what it does not say has its default
    /// @throws IllegalArgumentException with a sentence for the user when something is wrong
    public static RoutingConfig from(Config config) {
        Config all =
                config.withFallback(
                                ConfigFactory.parseResources(
                                        RoutingConfig.class, PoolConfig.RESOURCE))
                        .resolve();
        Section models = new Section("", all).section("hubbub").section("models");
        Section pools = models.section("pools");
        Config poolDefaults = pools.section(DEFAULT).config();
        var named = new LinkedHashMap<String, PoolConfig>();
        for (String name : pools.names()) {
            if (!name.equals(DEFAULT)) {
                named.put(name, PoolConfig.from(name, below(pools, name, poolDefaults)));
            }
        }
        var routes = new ArrayList<RouteConfig>();
        Section routesSection = models.section("routes");
        Config routeDefaults = models.section("route-defaults").config();
        for (String id : routesSection.names()) {
            routes.add(RouteConfig.from(id, below(routesSection, id, routeDefaults)));
        }
        var budgets = new ArrayList<BudgetConfig>();
        Section budgetsSection = models.section("budgets");
        for (String name : budgetsSection.names()) {
            budgets.add(BudgetConfig.from(name, budgetsSection.section(name)));
        }
        return new RoutingConfig(
                PoolConfig.from(DEFAULT, pools.section(DEFAULT)),
                named,
                routes,
                budgets,
                models.whole("budget-accounts-max", 1, 10_000_000));
    }

    PoolConfig pool(String provider) {
        PoolConfig own = pools.get(provider);
        return own != null
                ? own
                : new PoolConfig(
                        provider,
                        defaultPool.concurrentMax(),
                        defaultPool.waitingMax(),
                        defaultPool.waitingPerUserMax(),
                        defaultPool.beforeTextMax(),
                        defaultPool.triesMax(),
                        defaultPool.retryFirst(),
                        defaultPool.retryLongest(),
                        defaultPool.retryJitter(),
                        defaultPool.breaker());
    }

    private static Section below(Section section, String name, Config defaults) {
        Section own = section.section(name);
        return new Section(own.path(), own.config().withFallback(defaults));
    }
}
