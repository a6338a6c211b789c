package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;
import dev.hubbub.model.RouteConfig.Choose;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

final class RouteTest {

    private static final ModelId FAST = new ModelId("fast");

    private final VirtualTimers timers = new VirtualTimers();
    private final Map<String, ScriptedModel> models = new HashMap<>();
    private final Map<String, Pool> pools = new HashMap<>();
    private final Map<String, ModelFault> refusals = new HashMap<>();
    private @Nullable StoreException refusing;

    private Route route(Choose choose, int attemptsMax, String... names) {
        var targets = new ArrayList<Route.Target>();
        var configs = new ArrayList<RouteConfig.Target>();
        for (String name : names) {
            String model = name.split("=", 2)[0];
            int weight = name.contains("=") ? Integer.parseInt(name.split("=", 2)[1]) : 1;
            var pool = new Pool(PoolTest.config(2, 10, 10), timers);
            var scripted = new ScriptedModel();
            models.put(model, scripted);
            pools.put(model, pool);
            var id = new ModelId(model);
            configs.add(new RouteConfig.Target(id, weight));
            targets.add(new Route.Target(id, weight, new Pooled(scripted, pool)));
        }
        return new Route(
                new RouteConfig(FAST, "Fast", choose, configs, attemptsMax, 2),
                targets,
                this::refusal,
                timers,
                new SplittableRandom(7));
    }

    private @Nullable ModelFault refusal(UserId user, ModelId model) {
        if (refusing != null) {
            throw refusing;
        }
        return refusals.get(model.value());
    }

    private ScriptedModel model(String name) {
        return Objects.requireNonNull(models.get(name));
    }

    /// A transcript that has the attempts, too.
    private static final class Recorded implements ChatModel.Sink {

        final Transcript transcript = new Transcript();
        final List<String> attempts = new ArrayList<>();

        @Override
        public void text(String piece) {
            transcript.text(piece);
        }

        @Override
        public void attempt(ModelId model, @Nullable Usage used, @Nullable ModelFault why) {
            attempts.add(model + (why == null ? "" : " after " + why.kind()));
        }

        @Override
        public void completed(dev.hubbub.conversation.StopReason reason, @Nullable Usage usage) {
            transcript.completed(reason, usage);
        }

        @Override
        public void failed(ModelFault fault) {
            transcript.failed(fault);
        }

        Kind fault() {
            return Objects.requireNonNull(transcript.fault).kind();
        }
    }

    private static Recorded ask(Route route) {
        var asked = new Recorded();
        route.reply(ScriptedModel.prompt("ada", "fast"), asked);
        return asked;
    }

    @Test
    void theFirstTargetAnswersUnderItsOwnName() {
        Recorded asked = ask(route(Choose.IN_ORDER, 4, "one", "two"));
        assertThat(model("one").last().prompt.model()).isEqualTo(new ModelId("one"));
        model("one").last().says("In what way?").ends();

        assertThat(asked.attempts).containsExactly("one");
        assertThat(asked.transcript.text()).isEqualTo("In what way?");
        assertThat(asked.transcript.usage).isEqualTo(ScriptedModel.USED);
        assertThat(model("two").sayings).isEmpty();
    }

    @Test
    void theNextStandsInWhenTheFirstDoesNotAnswer() {
        Recorded asked = ask(route(Choose.IN_ORDER, 4, "one", "two"));
        model("one").last().fails(Kind.UNREACHABLE);
        timers.advance(Duration.ofSeconds(1));
        assertThat(model("one").sayings).hasSize(2);
        model("one").last().fails(Kind.UNREACHABLE);
        timers.settle();
        model("two").last().says("Yes.").ends();

        assertThat(asked.attempts).containsExactly("one", "two after UNREACHABLE");
        assertThat(asked.transcript.text()).isEqualTo("Yes.");
        assertThat(asked.transcript.fault).isNull();
    }

    @Test
    void theNextGoesOnFromTheTextSoFar() {
        Recorded asked = ask(route(Choose.IN_ORDER, 4, "one", "two"));
        model("one").last().says("In what ").says("way").fails(Kind.CUT_OFF);
        timers.settle();
        assertThat(model("two").last().prompt.soFar()).isEqualTo("In what way");
        model("two").last().says(" are they?").ends();

        assertThat(asked.attempts).containsExactly("one", "two after CUT_OFF");
        assertThat(asked.transcript.text()).isEqualTo("In what way are they?");
    }

    @Test
    void whatAReplySaidBeforeACrashCountsToo() {
        var asked = new Recorded();
        ChatModel.Prompt plain = ScriptedModel.prompt("ada", "fast");
        route(Choose.IN_ORDER, 4, "one", "two")
                .reply(
                        new ChatModel.Prompt(
                                plain.user(), FAST, null, plain.messages(), "Before. "),
                        asked);
        model("one").last().says("Then").fails(Kind.STALLED);
        timers.settle();

        assertThat(model("two").last().prompt.soFar()).isEqualTo("Before. Then");
    }

    @Test
    void halfACharacterIsNotGoneOnFrom() {
        Recorded asked = ask(route(Choose.IN_ORDER, 4, "one", "two"));
        model("one").last().says("a\ud83d").says("\ude42b\ud83d").fails(Kind.CUT_OFF);
        timers.settle();
        assertThat(model("two").last().prompt.soFar()).isEqualTo("a\ud83d\ude42b");
        model("two").last().says("\ud83d\ude42").ends();

        assertThat(asked.transcript.text()).isEqualTo("a\ud83d\ude42b\ud83d\ude42");
        assertThat(asked.transcript.broken).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"REJECTED", "BUDGET"})
    void whatNoOtherCanHelpIsToldAtOnce(Kind kind) {
        Recorded asked = ask(route(Choose.IN_ORDER, 4, "one", "two"));
        model("one").last().fails(kind);
        timers.advance(Duration.ofMinutes(10));

        assertThat(asked.fault()).isEqualTo(kind);
        assertThat(model("two").sayings).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNAUTHORIZED", "GARBLED", "INTERNAL", "BUSY"})
    void whatConcernsOneProviderIsAnothersChance(Kind kind) {
        Recorded asked = ask(route(Choose.IN_ORDER, 4, "one", "two"));
        model("one").last().fails(kind);
        timers.settle();
        model("two").last().says("Yes.").ends();

        assertThat(asked.transcript.text()).isEqualTo("Yes.");
    }

    @Test
    void whenAllHaveFailedTheLastFaultIsTold() {
        Recorded asked = ask(route(Choose.IN_ORDER, 4, "one", "two", "three"));
        model("one").last().fails(Kind.UNAUTHORIZED);
        timers.settle();
        model("two").last().fails(Kind.GARBLED);
        timers.settle();
        model("three").last().fails(Kind.UNAUTHORIZED);
        timers.settle();

        assertThat(asked.fault()).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(asked.attempts)
                .containsExactly("one", "two after UNAUTHORIZED", "three after GARBLED");
        assertThat(timers.size()).isZero();
    }

    @Test
    void theLastTargetHasAllTries() {
        Recorded asked = ask(route(Choose.IN_ORDER, 4, "one", "two"));
        model("one").last().fails(Kind.UNAUTHORIZED);
        timers.settle();
        for (int i = 0; i < 7; i++) {
            model("two").last().fails(Kind.PROVIDER_ERROR);
            timers.advance(Duration.ofSeconds(32));
        }
        assertThat(model("two").sayings).hasSize(7);
        assertThat(asked.fault()).isEqualTo(Kind.PROVIDER_ERROR);
    }

    @Test
    void whoGotSomewhereMayGetFurtherAndAttemptsAreBounded() {
        Recorded asked = ask(route(Choose.IN_ORDER, 4, "one", "two"));
        for (String name : List.of("one", "two", "one", "two")) {
            model(name).last().says(name + " ").fails(Kind.CUT_OFF);
            timers.settle();
        }
        assertThat(asked.attempts)
                .containsExactly(
                        "one", "two after CUT_OFF", "one after CUT_OFF", "two after CUT_OFF");
        assertThat(asked.transcript.text()).isEqualTo("one two one two ");
        assertThat(asked.fault()).isEqualTo(Kind.CUT_OFF);
        assertThat(model("two").sayings).hasSize(2);
    }

    @Test
    void oneTargetAloneGoesOnAfterItself() {
        Recorded asked = ask(route(Choose.IN_ORDER, 2, "one"));
        model("one").last().says("a").fails(Kind.CUT_OFF);
        timers.settle();
        model("one").last().says("b").ends();

        assertThat(model("one").last().prompt.soFar()).isEqualTo("a");
        assertThat(asked.transcript.text()).isEqualTo("ab");
    }

    @Test
    void weightsSayHowOftenEachIsChosen() {
        Route route = route(Choose.BY_WEIGHT, 4, "rare=1", "often=9");
        for (int i = 0; i < 1_000; i++) {
            ask(route);
            for (ScriptedModel model : models.values()) {
                model.sayings.stream()
                        .filter(saying -> !saying.cancelled)
                        .forEach(saying -> {
                            saying.cancelled = true;
                            saying.ends();
                        });
            }
        }
        assertThat(model("rare").sayings.size()).isBetween(60, 140);
        assertThat(model("often").sayings.size()).isBetween(860, 940);
    }

    @Test
    void theLeastBusyIsAsked() {
        Route route = route(Choose.LEAST_BUSY, 4, "one", "two");
        ask(route);
        ask(route);
        ask(route);
        assertThat(model("one").sayings).hasSize(2);
        assertThat(model("two").sayings).hasSize(1);
        model("one").sayings.forEach(ScriptedModel.Saying::ends);
        ask(route);
        assertThat(model("one").sayings).hasSize(3);
    }

    @Test
    void cancelEndsTheCallThatRuns() {
        var asked = new Recorded();
        ChatModel.Call call =
                route(Choose.IN_ORDER, 4, "one", "two")
                        .reply(ScriptedModel.prompt("ada", "fast"), asked);
        model("one").last().says("a").fails(Kind.CUT_OFF);
        timers.settle();
        call.cancel();
        assertThat(model("two").last().cancelled).isTrue();
        model("two").last().says("late").fails(Kind.CUT_OFF);
        timers.advance(Duration.ofMinutes(10));

        assertThat(asked.transcript.text()).isEqualTo("a");
        assertThat(asked.transcript.ends).hasValue(0);
        assertThat(Objects.requireNonNull(pools.get("two")).figures().active()).isZero();
    }

    @Test
    void cancelBetweenTwoTargetsEndsItToo() {
        var asked = new Recorded();
        ChatModel.Call call =
                route(Choose.IN_ORDER, 4, "one", "two")
                        .reply(ScriptedModel.prompt("ada", "fast"), asked);
        model("one").last().fails(Kind.UNAUTHORIZED);
        call.cancel();
        timers.settle();

        assertThat(model("two").sayings).isEmpty();
        assertThat(asked.attempts).containsExactly("one");
    }

    @Test
    void aTargetWithoutBudgetIsPassedOver() {
        Route route = route(Choose.IN_ORDER, 4, "one", "two");
        refusals.put("one", ScriptedModel.fault(Kind.BUDGET, null));
        Recorded asked = ask(route);
        assertThat(asked.attempts).containsExactly("two");

        refusals.put("two", ScriptedModel.fault(Kind.BUDGET, null));
        assertThat(ask(route).fault()).isEqualTo(Kind.BUDGET);
    }

    @Test
    void aLedgerThatFailsInTheMiddleFailsTheReply() {
        Route route = route(Choose.IN_ORDER, 4, "one", "two");
        Recorded asked = ask(route);
        refusing = new StoreException("The disk is full; make room.");
        model("one").last().says("a").fails(Kind.CUT_OFF);
        timers.settle();

        assertThat(asked.fault()).isEqualTo(Kind.INTERNAL);
        assertThat(asked.transcript.text()).isEqualTo("a");
    }

    @Test
    void nothingIsLostOrToldTwiceUnderRandomFaults() {
        Property.forAll(
                300,
                random -> {
                    int attemptsMax = 1 + random.nextInt(6);
                    Choose[] ways = Choose.values();
                    Route route =
                            route(ways[random.nextInt(ways.length)], attemptsMax, "a", "b", "c");
                    Recorded asked = ask(route);
                    var said = new StringBuilder();
                    for (int step = 0; step < 200 && asked.transcript.ends.get() == 0; step++) {
                        List<ScriptedModel.Saying> open =
                                models.values().stream()
                                        .flatMap(model -> model.sayings.stream())
                                        .filter(saying -> !saying.cancelled)
                                        .toList();
                        assertThat(open.size()).isLessThanOrEqualTo(1);
                        if (open.isEmpty() || random.nextInt(4) == 0) {
                            timers.advance(Duration.ofSeconds(70));
                            continue;
                        }
                        ScriptedModel.Saying saying = open.getFirst();
                        assertThat(saying.prompt.soFar())
                                .isEqualTo(said.substring(0, saying.prompt.soFar().length()));
                        switch (random.nextInt(3)) {
                            case 0 -> {
                                String piece = "w" + step + " ";
                                said.append(piece);
                                saying.says(piece);
                            }
                            case 1 -> {
                                saying.cancelled = true;
                                Kind[] kinds = Kind.values();
                                saying.fails(kinds[random.nextInt(kinds.length)]);
                            }
                            default -> {
                                if (random.nextInt(3) == 0) {
                                    saying.cancelled = true;
                                    saying.ends();
                                }
                            }
                        }
                    }
                    // Whoever is asked from now on answers.
                    for (int i = 0; i < 10; i++) {
                        timers.advance(Duration.ofSeconds(70));
                        for (ScriptedModel model : models.values()) {
                            model.sayings.stream()
                                    .filter(saying -> !saying.cancelled)
                                    .forEach(saying -> {
                                        saying.cancelled = true;
                                        saying.ends();
                                    });
                        }
                    }
                    assertThat(asked.transcript.broken).isEmpty();
                    assertThat(asked.transcript.ends).hasValue(1);
                    assertThat(asked.transcript.text()).isEqualTo(said.toString());
                    assertThat(asked.attempts.size()).isLessThanOrEqualTo(attemptsMax);
                    models.clear();
                });
    }
}
