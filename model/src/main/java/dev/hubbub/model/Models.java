package dev.hubbub.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;

import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The models that this program can call: `eliza` and `simulated` always, and those of the services
/// that are configured, see [Services].
///
/// An id is looked for among the built-in ones, then among those that services list; one that
/// nobody lists is the service's whose ids look so, see [Vendor#claims], then that of the server
/// with OpenAI's protocol when it is not OpenAI, then Ollama's.
///
/// An id with wrong parameters is found; asking it for a reply fails with a sentence that says what
/// is wrong. Replies that are still being made when the models are closed end without a word.
public final class Models implements ModelCatalog {

    /// What answers when nothing else was asked for: it needs no key and no network.
    public static final ModelId ELIZA = new ModelId(ElizaModel.NAME);

    public static final ModelId SIMULATED = new ModelId(SimulatedModel.NAME);

    private static final String BUILT_IN = "built-in";
    private static final List<Entry> BUILT_IN_ENTRIES =
            List.of(
                    new Entry(ELIZA, "ELIZA (1966)", BUILT_IN, 0),
                    new Entry(SIMULATED, "Simulated", BUILT_IN, 0));

    private static final Duration TIME_MAX = Duration.ofHours(1);

    private final Wheel wheel = new Wheel();
    private final ChatModel eliza = new ElizaModel(wheel);
    private final ChatModel simulated = new SimulatedModel(wheel);
    private final KnownModels known;
    private final Map<Vendor, Service> services = new EnumMap<>(Vendor.class);
    private final Map<Vendor, ChatModel> endpoints = new EnumMap<>(Vendor.class);

    /// Null when no service is configured.
    private final @Nullable Transport transport;

    /// Null when there is no Ollama, or its models are listed in the configuration.
    private final @Nullable OllamaTags tags;

    private final ModelId defaultModel;

    /// @param models over the defaults
    private Models(
            Map<String, String> environment,
            Config models,
            Config defaults,
            @Nullable ModelId wanted) {
        known = new KnownModels(Sections.section(models, "known"));
        Transport.Limits limits = limits(models);
        OllamaTags.Limits listing = listing(models);
        for (Service service : new Services(environment, models, defaults).all()) {
            services.put(service.vendor(), service);
        }
        if (wanted != null && vendor(wanted) == null && !isBuiltIn(wanted)) {
            throw unknownDefault(wanted);
        }
        transport = services.isEmpty() ? null : new Transport(limits);
        if (transport != null) {
            services.forEach((vendor, service) ->
                    endpoints.put(vendor, new ServiceModel(service, transport, known)));
        }
        Service ollama = services.get(Vendor.OLLAMA);
        tags =
                transport == null || ollama == null || !ollama.models().isEmpty()
                        ? null
                        : new OllamaTags(ollama, transport, listing);
        defaultModel = wanted == null ? first() : wanted;
    }

    /// The models that these variables, such as the process's environment, make available. What
    /// answers unless told otherwise is ELIZA: never a service that costs money.
    ///
    /// @throws IllegalArgumentException with a sentence for the user when a variable is wrong
    public static Models fromEnvironment(Map<String, String> environment) {
        return fromEnvironment(environment, ELIZA);
    }

    /// The same with a default of the caller's choice.
    ///
    /// @param defaultModel must be one that is found
    /// @throws IllegalArgumentException with a sentence for the user when something is wrong
    public static Models fromEnvironment(Map<String, String> environment, ModelId defaultModel) {
        return open(environment, ConfigFactory.empty(), defaultModel);
    }

    /// The models of these variables and this configuration. Where only an Ollama is configured and
    /// no default is named, this waits until it says which models it has, within the limit for
    /// that.
    ///
    /// @param config the section `hubbub.models`, which is laid over what `models.conf` says
    /// @param defaultModel must be one that is found; null for the first that a service lists,
    ///   ELIZA where none does
    /// @throws IllegalArgumentException with a sentence for the user when something is wrong
    public static Models open(
            Map<String, String> environment, Config config, @Nullable ModelId defaultModel) {
        Config defaults = ConfigFactory.parseResources(Models.class, "models.conf").resolve();
        Config models;
        try {
            models = config.withFallback(defaults).resolve();
        } catch (ConfigException e) {
            throw Sections.wrong("hubbub.models", e);
        }
        return new Models(environment, models, defaults, defaultModel);
    }

    @Override
    public @Nullable ChatModel find(ModelId id) {
        if (isNamed(id, ElizaModel.NAME)) {
            return eliza;
        }
        if (isNamed(id, SimulatedModel.NAME)) {
            return simulated;
        }
        Vendor vendor = vendor(id);
        return vendor == null ? null : endpoints.get(vendor);
    }

    @Override
    public List<Entry> models() {
        return entries(tags == null ? List.of() : tags.latest());
    }

    @Override
    public @Nullable Entry entry(ModelId id) {
        for (Entry builtIn : BUILT_IN_ENTRIES) {
            if (isNamed(id, builtIn.id().value())) {
                return builtIn;
            }
        }
        Vendor vendor = vendor(id);
        Service service = vendor == null ? null : services.get(vendor);
        return service == null ? null : known.entry(id, service);
    }

    /// The same as [#models], once those services have answered that are asked which models they
    /// have, or the limit for that is over.
    public CompletionStage<List<Entry>> currentModels() {
        return tags == null
                ? CompletableFuture.completedStage(models())
                : tags.current().thenApply(this::entries);
    }

    /// The names of the services that are configured, in the order of [#models].
    public List<String> providers() {
        return services.values().stream().map(Service::provider).toList();
    }

    /// Asks each service that is configured whether it is there and takes the key.
    ///
    /// @param limit for each answer
    public CompletionStage<List<ServiceCheck>> check(Duration limit) {
        if (transport == null) {
            return CompletableFuture.completedStage(List.of());
        }
        var checks = new ArrayList<Future<ServiceCheck>>();
        for (Service service : services.values()) {
            checks.add(
                    new ServiceProbe(service, transport)
                            .ask(limit)
                            .map(ServiceProbe.Answer::status)
                            .otherwise(0)
                            .map(status -> check(service, status)));
        }
        return Future.all(checks).map(CompositeFuture::<ServiceCheck>list).toCompletionStage();
    }

    private static ServiceCheck check(Service service, int status) {
        return new ServiceCheck(
                service.vendor().title(),
                service.baseUrl(),
                service.key() != null,
                service.vendor().keyVariable(),
                service.vendor().urlVariable(),
                status);
    }

    @Override
    public ModelId defaultModel() {
        return defaultModel;
    }

    @Override
    public void close() {
        wheel.close();
        if (transport != null) {
            transport.close();
        }
    }

    /// What there is to call, by the name of whom it is from: one for each service, for whoever
    /// wants to limit what goes to each.
    Map<String, ChatModel> endpoints() {
        var named = new LinkedHashMap<String, ChatModel>();
        named.put(ElizaModel.NAME, eliza);
        named.put(SimulatedModel.NAME, simulated);
        endpoints.forEach((vendor, model) -> named.put(vendor.title(), model));
        return named;
    }

    private static Transport.Limits limits(Config models) {
        Config section = Sections.section(models, "connections");
        String path = "hubbub.models.connections";
        Sections.allow(path, section, List.of("max", "waiting-max", "connect-limit"));
        return new Transport.Limits(
                Sections.count(path, section, "max", 60_000),
                Sections.count(path, section, "waiting-max", 1_000_000),
                Sections.time(path, section, "connect-limit", TIME_MAX));
    }

    private static OllamaTags.Limits listing(Config models) {
        Config section = Sections.section(models, "listing");
        String path = "hubbub.models.listing";
        Sections.allow(path, section, List.of("limit", "keep", "max"));
        return new OllamaTags.Limits(
                Sections.time(path, section, "limit", TIME_MAX),
                Sections.time(path, section, "keep", TIME_MAX),
                Sections.count(path, section, "max", 10_000));
    }

    /// Whose an id is, null when nobody's or built in.
    private @Nullable Vendor vendor(ModelId id) {
        if (isBuiltIn(id)) {
            return null;
        }
        for (Service service : services.values()) {
            if (service.models().contains(id)) {
                return service.vendor();
            }
        }
        for (Vendor vendor : services.keySet()) {
            if (vendor.claims(id)) {
                return vendor;
            }
        }
        Service openAi = services.get(Vendor.OPENAI);
        if (openAi != null && openAi.own()) {
            return Vendor.OPENAI;
        }
        return services.containsKey(Vendor.OLLAMA) ? Vendor.OLLAMA : null;
    }

    private ModelId first() {
        List<Entry> listed = models();
        return services.size() == 1 && tags != null
                ? tags.current()
                        .thenApply(this::entries)
                        .toCompletableFuture()
                        .join()
                        .getFirst()
                        .id()
                : listed.getFirst().id();
    }

    private List<Entry> entries(List<ModelId> ollamas) {
        var entries = new ArrayList<Entry>();
        for (Service service : services.values()) {
            List<ModelId> ids =
                    service.vendor() == Vendor.OLLAMA && tags != null ? ollamas : service.models();
            ids.forEach(id -> entries.add(known.entry(id, service)));
        }
        entries.addAll(BUILT_IN_ENTRIES);
        return List.copyOf(entries);
    }

    private IllegalArgumentException unknownDefault(ModelId wanted) {
        return new IllegalArgumentException(
                "the default model %s is not one of %s; other models need a key or an address such as %s"
                        .formatted(
                                wanted,
                                entriesWithoutTags(),
                                services.containsKey(Vendor.OPENAI)
                                        ? Vendor.OPENAI.modelsVariable()
                                        : Vendor.OPENAI.keyVariable()));
    }

    private List<ModelId> entriesWithoutTags() {
        var ids = new ArrayList<ModelId>();
        services.values().forEach(service -> ids.addAll(service.models()));
        BUILT_IN_ENTRIES.forEach(entry -> ids.add(entry.id()));
        return ids;
    }

    private static boolean isBuiltIn(ModelId id) {
        return isNamed(id, ElizaModel.NAME) || isNamed(id, SimulatedModel.NAME);
    }

    /// Whether an id is this name, with parameters or without.
    private static boolean isNamed(ModelId id, String name) {
        String text = id.value();
        return text.startsWith(name)
                && (text.length() == name.length() || text.charAt(name.length()) == ':');
    }
}
