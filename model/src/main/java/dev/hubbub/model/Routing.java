package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Price;
import dev.hubbub.conversation.UsageLedger;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// The models of another catalog, with a [Pool] for those of each provider, routes as further
/// models, and budgets around all.
///
/// The models of this program itself have a pool only when the configuration has one for
/// `built-in`: they hold no connection and cost nothing, and there may be a million of their
/// replies at once.
public final class Routing implements ModelCatalog {

    private static final String BUILT_IN = "built-in";
    private static final String ROUTE = "route";

    /// For models of which the catalog does not say whose they are.
    private static final String OTHER = "other";

    private final ModelCatalog catalog;
    private final RoutingConfig config;
    private final @Nullable ModelId defaultModel;
    private final Timers timers;
    private final @Nullable Budgets budgets;
    private final Map<ModelId, Entry> routeEntries = new LinkedHashMap<>();
    private final Map<ModelId, Route> routes = new LinkedHashMap<>();
    private final Map<String, Pool> pools = new ConcurrentHashMap<>();

    /// @param ledger what replies used before; what is stopped from now on is added to it
    /// @param clock says which day it is
    /// @throws IllegalArgumentException with a sentence for the user when a route or a budget names
    ///   a model that is not there
    public Routing(ModelCatalog catalog, RoutingConfig config, UsageLedger ledger, Clock clock) {
        this(catalog, config, ledger, clock, null);
    }

    /// The same with a default of the caller's choice, which may be a route.
    ///
    /// @param defaultModel must be one that is found; null for the other catalog's
    public Routing(
            ModelCatalog catalog,
            RoutingConfig config,
            UsageLedger ledger,
            Clock clock,
            @Nullable ModelId defaultModel) {
        this(
                catalog,
                config,
                ledger,
                clock,
                defaultModel,
                new SystemTimers(),
                RandomGenerator.getDefault());
    }

    Routing(
            ModelCatalog catalog,
            RoutingConfig config,
            UsageLedger ledger,
            Clock clock,
            @Nullable ModelId defaultModel,
            Timers timers,
            RandomGenerator random) {
        this.catalog = catalog;
        this.defaultModel = defaultModel;
        this.config = config;
        this.timers = timers;
        budgets = config.budgets().isEmpty() ? null : budgets(ledger, clock);
        Route.Affordable affordable = budgets == null ? (_, _) -> null : budgets;
        for (RouteConfig route : config.routes()) {
            routes.put(route.id(), new Route(route, targets(route), affordable, timers, random));
            routeEntries.put(route.id(), entry(route));
        }
    }

    private Budgets budgets(UsageLedger ledger, Clock clock) {
        for (BudgetConfig budget : config.budgets()) {
            ModelId model = budget.model();
            if (model != null && catalog.find(model) == null) {
                throw new IllegalArgumentException(
                        "the budget %s is for the model %s, which is not there; name another in"
                                        .formatted(budget.name(), model)
                                + " hubbub.models.budgets."
                                + budget.name()
                                + ".model, or set the key of its provider");
            }
        }
        return new Budgets(
                config.budgets(),
                ledger,
                clock,
                timers,
                model -> {
                    Entry entry = catalog.entry(model);
                    Price price = entry == null ? null : entry.price();
                    return price;
                },
                config.budgetAccountsMax());
    }

    private List<Route.Target> targets(RouteConfig route) {
        if (isListed(route.id())) {
            throw new IllegalArgumentException(
                    "hubbub.models.routes.%s has the name of a model; choose another name"
                            .formatted(route.id()));
        }
        var targets = new ArrayList<Route.Target>();
        for (RouteConfig.Target target : route.targets()) {
            ChatModel model = catalog.find(target.model());
            if (model == null) {
                throw new IllegalArgumentException(
                        "the route %s leads to the model %s, which is not there; take it out of"
                                        .formatted(route.id(), target.model())
                                + " hubbub.models.routes."
                                + route.id()
                                + ".targets, or set the key of its provider");
            }
            targets.add(
                    new Route.Target(
                            target.model(), target.weight(), pooled(target.model(), model)));
        }
        return targets;
    }

    /// What holds for whichever target answers.
    private Entry entry(RouteConfig route) {
        int tokensMax = Integer.MAX_VALUE;
        boolean images = true;
        for (RouteConfig.Target target : route.targets()) {
            Entry entry = catalog.entry(target.model());
            tokensMax = Math.min(tokensMax, entry == null ? 0 : entry.maxTokens());
            images &= entry != null && entry.images();
        }
        return new Entry(route.id(), route.displayName(), ROUTE, tokensMax, images, null);
    }

    @Override
    public @Nullable ChatModel find(ModelId id) {
        ChatModel model = routes.get(id);
        if (model == null) {
            ChatModel found = catalog.find(id);
            model = found == null ? null : pooled(id, found);
        }
        return model == null || budgets == null ? model : budgets.around(model);
    }

    @Override
    public List<Entry> models() {
        var all = new ArrayList<Entry>(catalog.models());
        all.addAll(routeEntries.values());
        return List.copyOf(all);
    }

    @Override
    public @Nullable Entry entry(ModelId id) {
        Entry route = routeEntries.get(id);
        return route == null ? catalog.entry(id) : route;
    }

    private boolean isListed(ModelId id) {
        return catalog.models().stream().anyMatch(entry -> entry.id().equals(id));
    }

    @Override
    public ModelId defaultModel() {
        return defaultModel == null ? catalog.defaultModel() : defaultModel;
    }

    /// How the pools fare, in the order of their names.
    public List<PoolFigures> figures() {
        return pools.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(pool -> pool.getValue().figures())
                .toList();
    }

    /// Null when a user may have a reply of a model now, else why not and when again. May block.
    public @Nullable ModelFault refusal(UserId user, ModelId model) {
        return budgets == null ? null : budgets.refusal(user, model);
    }

    /// Closes the other catalog, too.
    @Override
    public void close() {
        timers.close();
        catalog.close();
    }

    private Pooled pooled(ModelId id, ChatModel model) {
        Entry known = catalog.entry(id);
        String provider = known == null ? OTHER : known.provider();
        boolean needsNone = provider.equals(BUILT_IN) && !config.pools().containsKey(BUILT_IN);
        return new Pooled(
                model,
                needsNone
                        ? null
                        : pools.computeIfAbsent(
                                provider, name -> new Pool(config.pool(name), timers)));
    }
}
