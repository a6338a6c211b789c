package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Price;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UsageLedger.Charge;
import dev.hubbub.conversation.UsageLedger.Spent;
import dev.hubbub.conversation.UserId;
import dev.hubbub.model.BudgetConfig.Window;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

final class BudgetsTest {

    private static final LocalDate TODAY = LocalDate.parse("2026-11-25");
    private static final long NONE = Long.MAX_VALUE;

    private static final BudgetConfig DAILY =
            new BudgetConfig("daily", true, null, Window.DAY, 100, NONE);

    private final VirtualTimers timers = new VirtualTimers();
    private final ScriptedModel model = new ScriptedModel();
    private final KeptLedger ledger = new KeptLedger();
    private final SetClock clock = new SetClock("2026-11-25T22:00:00Z");

    private Budgets budgets(BudgetConfig... configs) {
        return budgets(10, configs);
    }

    private Budgets budgets(int idleMax, BudgetConfig... configs) {
        return new Budgets(
                List.of(configs),
                ledger,
                clock,
                timers,
                id -> id.value().equals("dear") ? new Price(1_000_000, 2_000_000) : null,
                idleMax);
    }

    private record Asked(ChatModel.Call call, Transcript transcript) {

        Kind fault() {
            return Objects.requireNonNull(transcript.fault).kind();
        }
    }

    private Asked ask(Budgets budgets, String user) {
        return ask(budgets, user, "m");
    }

    private Asked ask(Budgets budgets, String user, String id) {
        var transcript = new Transcript();
        ChatModel.Call call =
                budgets.around(model).reply(ScriptedModel.prompt(user, id), transcript);
        return new Asked(call, transcript);
    }

    private void spend(String user, String id, LocalDate day, Usage usage) {
        ledger.charge(
                List.of(new Charge(new UserId(user), new Spent(day, new ModelId(id), usage))));
    }

    @Test
    void aBudgetThatIsUsedUpRefusesAndSaysWhenItOpens() {
        spend("ada", "m", TODAY, new Usage(60, 39));
        Budgets budgets = budgets(DAILY);
        Asked allowed = ask(budgets, "ada");
        allowed.call().cancel();
        assertThat(allowed.transcript().ends).hasValue(0);

        spend("bob", "m", TODAY, new Usage(60, 40));
        ModelFault fault = Objects.requireNonNull(ask(budgets, "bob").transcript().fault);
        assertThat(fault.kind()).isEqualTo(Kind.BUDGET);
        assertThat(fault.sentence())
                .isEqualTo(
                        "Your budget of 100 tokens a day is used up; it opens again on"
                                + " 2026-11-26 at 00:00 UTC.");
        assertThat(fault.retryAfter()).isEqualTo(Duration.ofHours(2));
        assertThat(model.sayings).hasSize(1);
    }

    @Test
    void aBudgetOpensAgainInItsNextWindow() {
        spend("ada", "m", TODAY, new Usage(100, 0));
        Budgets budgets = budgets(DAILY);
        assertThat(ask(budgets, "ada").fault()).isEqualTo(Kind.BUDGET);
        clock.now = Instant.parse("2026-11-26T00:00:00Z");

        assertThat(ask(budgets, "ada").transcript().ends).hasValue(0);
        assertThat(model.sayings).hasSize(1);
    }

    @Test
    void aMonthIsAllOfItsDays() {
        Budgets budgets = budgets(new BudgetConfig("monthly", true, null, Window.MONTH, 100, NONE));
        spend("ada", "m", LocalDate.parse("2026-10-31"), new Usage(1_000, 0));
        spend("ada", "m", LocalDate.parse("2026-11-01"), new Usage(99, 0));
        ask(budgets, "ada").call().cancel();
        assertThat(model.sayings).hasSize(1);

        spend("bob", "m", LocalDate.parse("2026-11-01"), new Usage(100, 0));
        assertThat(Objects.requireNonNull(ask(budgets, "bob").transcript().fault).sentence())
                .contains("a month is used up; it opens again on 2026-12-01");
    }

    @Test
    void whatAReplyUsedCountsForTheNext() {
        Budgets budgets = budgets(DAILY);
        Asked first = ask(budgets, "ada");
        model.last().says("short").ends(new Usage(60, 40));
        assertThat(first.transcript().reason).isEqualTo(StopReason.END);
        assertThat(first.transcript().usage).isEqualTo(new Usage(60, 40));

        assertThat(ask(budgets, "ada").fault()).isEqualTo(Kind.BUDGET);
        assertThat(ask(budgets, "bob").transcript().ends).hasValue(0);
        assertThat(ledger.charges).isEmpty();
    }

    @Test
    void aReplyStopsAtTheLimitAndKeepsItsText() {
        spend("ada", "m", TODAY, new Usage(85, 0));
        Budgets budgets = budgets(DAILY);
        Asked asked = ask(budgets, "ada");
        // "Men are all alike." has 18 bytes, which stand for 5 tokens: 10 are left.
        model.last().says("x".repeat(36));
        assertThat(asked.transcript().ends).hasValue(0);
        model.last().says("yyyy");

        assertThat(asked.transcript().reason).isEqualTo(StopReason.BUDGET);
        assertThat(asked.transcript().text()).isEqualTo("x".repeat(36) + "yyyy");
        assertThat(asked.transcript().usage).isEqualTo(new Usage(5, 10));
        assertThat(model.last().cancelled).isTrue();
        model.last().says("late").ends();
        assertThat(asked.transcript().ends).hasValue(1);
        // The message tells it, so that the ledger will have it from there.
        timers.settle();
        assertThat(ledger.charges).hasSize(1);
    }

    @Test
    void repliesThatRunTogetherSeeEachOther() {
        Budgets budgets = budgets(DAILY);
        Asked one = ask(budgets, "ada");
        ScriptedModel.Saying first = model.last();
        Asked two = ask(budgets, "ada");
        first.says("x".repeat(200));
        model.last().says("x".repeat(200));

        assertThat(two.transcript().reason).isEqualTo(StopReason.BUDGET);
        assertThat(one.transcript().ends).hasValue(0);
        first.says("more.");
        assertThat(one.transcript().reason).isEqualTo(StopReason.BUDGET);
    }

    @Test
    void anEstimateIsCorrectedByWhatTheProviderSays() {
        Budgets budgets = budgets(DAILY);
        ask(budgets, "ada");
        model.last().says("x".repeat(300)).ends(new Usage(1, 1));
        ask(budgets, "ada");
        model.last().says("y".repeat(300)).ends(new Usage(1, 1));

        assertThat(ask(budgets, "ada").transcript().ends).hasValue(0);
        assertThat(ledger.reads).isEqualTo(1);
    }

    @Test
    void whereTheProviderDoesNotTellTheEstimateIsOnRecord() {
        Asked asked = ask(budgets(DAILY), "ada");
        model.last().says("x".repeat(40)).ends(null);

        assertThat(asked.transcript().usage).isEqualTo(new Usage(5, 10));
    }

    @Test
    void whereNoBudgetCaresNothingIsEstimated() {
        Asked asked =
                ask(
                        budgets(
                                new BudgetConfig(
                                        "dear", true, new ModelId("dear"), Window.DAY, NONE, 5)),
                        "ada");
        model.last().says("x".repeat(40)).ends(null);

        assertThat(asked.transcript().usage).isNull();
    }

    @Test
    void moneyIsCountedWithTheModelsPrice() {
        // Inputs are 5 tokens of 0.001 dollars, outputs 0.002 each.
        Budgets budgets =
                budgets(new BudgetConfig("purse", true, null, Window.DAY, NONE, 25_000_000));
        Asked asked = ask(budgets, "ada", "dear");
        model.last().says("x".repeat(36));
        assertThat(asked.transcript().ends).hasValue(0);
        model.last().says("xxxx");
        assertThat(asked.transcript().reason).isEqualTo(StopReason.BUDGET);
        assertThat(asked.transcript().usage).isEqualTo(new Usage(5, 10, 25_000_000));

        assertThat(
                        Objects.requireNonNull(ask(budgets, "ada", "dear").transcript().fault)
                                .sentence())
                .startsWith("Your budget of 0.025 US dollars a day is used up");
    }

    @Test
    void aModelsBudgetIsSharedByAllUsers() {
        Budgets budgets =
                budgets(new BudgetConfig("shared", false, new ModelId("m"), Window.DAY, 100, NONE));
        ask(budgets, "ada");
        model.last().says("a").ends(new Usage(50, 50));

        assertThat(Objects.requireNonNull(ask(budgets, "bob").transcript().fault).sentence())
                .isEqualTo(
                        "The budget of all users of 100 tokens a day for m is used up; it opens"
                                + " again on 2026-11-26 at 00:00 UTC.");
        assertThat(ask(budgets, "bob", "other").transcript().ends).hasValue(0);
        assertThat(budgets.refusal(new UserId("cleo"), new ModelId("m"))).isNotNull();
        assertThat(budgets.refusal(new UserId("cleo"), new ModelId("other"))).isNull();
    }

    @Test
    void whatWasStoppedIsAddedToTheLedger() {
        Budgets budgets = budgets(DAILY);
        Asked stopped = ask(budgets, "ada");
        model.last().says("x".repeat(40));
        stopped.call().cancel();
        stopped.call().cancel();
        Asked failed = ask(budgets, "ada");
        model.last().says("x".repeat(20)).fails(Kind.CUT_OFF);
        assertThat(failed.fault()).isEqualTo(Kind.CUT_OFF);
        timers.settle();

        assertThat(ledger.total(new UserId("ada"), new ModelId("m"), TODAY))
                .isEqualTo(new Usage(10, 15));
        // And not twice in memory.
        Asked next = ask(budgets, "ada");
        model.last().says("x".repeat(4 * 69));
        assertThat(next.transcript().ends).hasValue(0);
        model.last().says("xxxx");
        assertThat(next.transcript().reason).isEqualTo(StopReason.BUDGET);
    }

    @Test
    void whatNeverSpokeIsNotCounted() {
        Budgets budgets = budgets(DAILY);
        ask(budgets, "ada").call().cancel();
        ask(budgets, "ada");
        model.last().fails(Kind.UNREACHABLE);
        timers.settle();

        assertThat(ledger.charges).isEmpty();
    }

    @Test
    void attemptsAreCountedEachForItsModel() {
        Budgets budgets = budgets(DAILY);
        var attempts = new ArrayList<String>();
        ChatModel switching =
                (prompt, sink) -> {
                    sink.attempt(new ModelId("one"), null, null);
                    sink.text("x".repeat(40));
                    sink.attempt(new ModelId("two"), null, ScriptedModel.fault(Kind.CUT_OFF, null));
                    sink.text("y".repeat(20));
                    sink.completed(StopReason.END, new Usage(16, 6));
                    return () -> {};
                };
        var transcript = new Transcript();
        budgets.around(switching)
                .reply(
                        ScriptedModel.prompt("ada", "fast"),
                        new ChatModel.Sink() {
                            @Override
                            public void text(String piece) {
                                transcript.text(piece);
                            }

                            @Override
                            public void attempt(
                                    ModelId next, @Nullable Usage used, @Nullable ModelFault why) {
                                attempts.add(next + " " + used);
                            }

                            @Override
                            public void completed(StopReason reason, @Nullable Usage usage) {
                                transcript.completed(reason, usage);
                            }

                            @Override
                            public void failed(ModelFault fault) {
                                transcript.failed(fault);
                            }
                        });

        assertThat(attempts).containsExactly("one null", "two " + new Usage(5, 10));
        assertThat(transcript.usage).isEqualTo(new Usage(16, 6));
        Asked next = ask(budgets, "ada");
        model.last().says("x".repeat(4 * 57));
        assertThat(next.transcript().ends).hasValue(0);
        model.last().says("xxxx");
        assertThat(next.transcript().reason).isEqualTo(StopReason.BUDGET);
    }

    @Test
    void aReplyThatRunsOverMidnightCountsForTheNewDay() {
        Budgets budgets = budgets(DAILY);
        ask(budgets, "ada");
        ScriptedModel.Saying late = model.last().says("before");
        clock.now = Instant.parse("2026-11-26T00:00:01Z");
        Asked other = ask(budgets, "ada");
        late.ends(new Usage(99, 0));
        model.last().says("1234");

        assertThat(other.transcript().reason).isEqualTo(StopReason.BUDGET);
    }

    @Test
    void theStateIsBoundedAndComesBackFromTheLedger() {
        Budgets budgets = budgets(2, DAILY);
        for (String user : List.of("ada", "bob", "cleo", "dan")) {
            ask(budgets, user);
            model.last().says("a").ends(new Usage(50, 49));
            spend(user, "m", TODAY, new Usage(50, 49));
        }
        assertThat(budgets.accountsKept()).isEqualTo(2);
        assertThat(ledger.reads).isEqualTo(4);
        ask(budgets, "ada");
        assertThat(ledger.reads).isEqualTo(5);
        Asked asked = ask(budgets, "ada");
        model.last().says("1");
        assertThat(asked.transcript().reason).isEqualTo(StopReason.BUDGET);
    }

    @Test
    void whatRunsIsNotLetGo() {
        Budgets budgets = budgets(1, DAILY);
        for (String user : List.of("ada", "bob", "cleo")) {
            ask(budgets, user);
        }
        assertThat(budgets.accountsKept()).isEqualTo(3);
        model.sayings.forEach(saying -> saying.says("a").ends());
        assertThat(budgets.accountsKept()).isEqualTo(1);
    }

    @Test
    void aHistoryThatCannotBeReadHoldsNoAccount() {
        Budgets budgets = budgets(0, DAILY);
        var transcript = new Transcript();
        ChatModel.Prompt plain = ScriptedModel.prompt("ada", "m");
        budgets.around(model)
                .reply(
                        new ChatModel.Prompt(
                                plain.user(),
                                plain.model(),
                                null,
                                new ChatModel.Prompt.History(() -> {
                                    throw new StoreException("The disk is gone.");
                                }),
                                ""),
                        transcript);

        assertThat(Objects.requireNonNull(transcript.fault).kind()).isEqualTo(Kind.INTERNAL);
        assertThat(budgets.accountsKept()).isZero();
        assertThat(model.sayings).isEmpty();
    }

    @Test
    void anUnreadableLedgerFailsTheReplyAndNothingElse() {
        Budgets budgets = budgets(DAILY);
        ledger.broken = true;
        Asked asked = ask(budgets, "ada");
        assertThat(asked.fault()).isEqualTo(Kind.INTERNAL);
        assertThat(Objects.requireNonNull(asked.transcript().fault).sentence())
                .contains("The disk is full");
        ledger.broken = false;

        assertThat(ask(budgets, "ada").transcript().ends).hasValue(0);
    }
}
