package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Price;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UsageLedger;
import dev.hubbub.conversation.UsageLedger.Charge;
import dev.hubbub.conversation.UsageLedger.Spent;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// Limits on what replies may use. What was used comes from the ledger when it is first asked for,
/// and is counted on from there, so that replies that run at the same time see each other.
///
/// An account is kept while a reply uses it; of the others, so many as were used last. The ledger
/// has what is let go, but for a reply that ends at that very moment.
///
/// What was stopped or broke off has no message that tells its use: an estimate is added to the
/// ledger soon after. Safe for use by many threads.
final class Budgets implements Route.Affordable {

    /// Different users, models and days whose charges wait for the ledger; more are dropped.
    static final int CHARGES_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);

    private final List<BudgetConfig> budgets;
    private final UsageLedger ledger;
    private final Clock clock;
    private final Timers timers;
    private final Function<ModelId, @Nullable Price> prices;
    private final int idleMax;

    /// In the order of their last use; under its own monitor, which is not held while the ledger is
    /// read.
    private final LinkedHashMap<Account.Key, Account> accounts =
            new LinkedHashMap<>(16, 0.75f, true);

    /// How many of them no reply uses.
    private int idle;

    private final Map<ChargeKey, Usage> charges = new LinkedHashMap<>();
    private boolean charging;

    /// @param prices null for a model of which none is known
    /// @param idleMax accounts kept that no reply uses
    Budgets(
            List<BudgetConfig> budgets,
            UsageLedger ledger,
            Clock clock,
            Timers timers,
            Function<ModelId, @Nullable Price> prices,
            int idleMax) {
        this.budgets = List.copyOf(budgets);
        this.ledger = ledger;
        this.clock = clock;
        this.timers = timers;
        this.prices = prices;
        this.idleMax = idleMax;
    }

    private record ChargeKey(UserId owner, LocalDate day, ModelId model) {}

    /// A model that stops at the budgets' limits.
    ChatModel around(ChatModel model) {
        return (prompt, sink) -> {
            var call = new BudgetedCall(this, prompt, sink);
            call.begin(model);
            return call;
        };
    }

    @Override
    public @Nullable ModelFault refusal(UserId user, ModelId model) {
        List<Account> held = hold(user, model);
        try {
            return refusal(held);
        } finally {
            settle(held, Usage.NONE, Usage.NONE);
        }
    }

    /// Null when there is something left of all of them.
    @Nullable ModelFault refusal(List<Account> held) {
        for (Account account : held) {
            if (account.isUsedUp()) {
                return usedUp(account.key().budget());
            }
        }
        return null;
    }

    /// The accounts that a reply of this model to this user is on, to be given to [#settle] once.
    /// May block.
    ///
    /// @throws StoreException when the ledger does not answer; none is held then
    List<Account> hold(UserId user, ModelId model) {
        LocalDate day = today();
        var held = new ArrayList<Account>();
        synchronized (accounts) {
            for (BudgetConfig budget : budgets) {
                if (budget.concerns(model)) {
                    var key =
                            new Account.Key(
                                    budget,
                                    budget.eachUser() ? user : null,
                                    budget.window().first(day));
                    Account account = accounts.computeIfAbsent(key, Account::new);
                    if (account.holders++ == 0 && account.wasIdle) {
                        account.wasIdle = false;
                        idle--;
                    }
                    held.add(account);
                }
            }
        }
        boolean loaded = false;
        try {
            held.forEach(account -> account.load(ledger));
            loaded = true;
        } finally {
            if (!loaded) {
                settle(held, Usage.NONE, Usage.NONE);
            }
        }
        return held;
    }

    /// Ends a reply's hold on its accounts.
    ///
    /// @param counted what was added while it ran
    /// @param used what it was in the end
    void settle(List<Account> held, Usage counted, Usage used) {
        LocalDate day = today();
        synchronized (accounts) {
            for (Account account : held) {
                account.add(counted, -1);
                if (--account.holders == 0) {
                    account.wasIdle = true;
                    idle++;
                }
                Account now = account;
                LocalDate first = account.key().budget().window().first(day);
                if (!first.equals(account.key().first())) {
                    // Past the end of its window: it counts for the one in which it ended.
                    now = accounts.get(account.key().at(first));
                }
                if (now != null) {
                    now.add(used, 1);
                }
            }
            trim();
        }
    }

    /// Under the monitor of the accounts.
    private void trim() {
        Iterator<Account> eldest = accounts.values().iterator();
        while (idle > idleMax && eldest.hasNext()) {
            if (eldest.next().holders == 0) {
                eldest.remove();
                idle--;
            }
        }
    }

    int accountsKept() {
        synchronized (accounts) {
            return accounts.size();
        }
    }

    @Nullable Price price(ModelId model) {
        return prices.apply(model);
    }

    /// Adds to the ledger what no message will tell, soon and on another thread.
    void charge(UserId owner, ModelId model, Usage usage) {
        synchronized (charges) {
            var key = new ChargeKey(owner, today(), model);
            if (charges.size() >= CHARGES_MAX && !charges.containsKey(key)) {
                LOG.warn("The ledger is behind: what a reply that was stopped used is not in it");
                return;
            }
            charges.merge(key, usage, Usage::plus);
            if (charging) {
                return;
            }
            charging = true;
        }
        timers.fork(this::writeCharges);
    }

    private void writeCharges() {
        while (true) {
            var batch = new ArrayList<Charge>();
            synchronized (charges) {
                charges.forEach((key, usage) ->
                        batch.add(
                                new Charge(key.owner(), new Spent(key.day(), key.model(), usage))));
                charges.clear();
                if (batch.isEmpty()) {
                    charging = false;
                    return;
                }
            }
            try {
                ledger.charge(batch);
            } catch (StoreException failure) {
                LOG.warn(
                        "What replies that were stopped used is not in the ledger: {}",
                        failure.getMessage());
            }
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private ModelFault usedUp(BudgetConfig budget) {
        BudgetConfig.Window window = budget.window();
        LocalDate opens = window.next(window.first(today()));
        Instant at = opens.atStartOfDay(ZoneOffset.UTC).toInstant();
        return new ModelFault(
                Kind.BUDGET,
                "%s of %s a %s%s is used up; it opens again on %s at 00:00 UTC."
                        .formatted(
                                budget.eachUser() ? "Your budget" : "The budget of all users",
                                amount(budget),
                                window.word(),
                                budget.model() == null ? "" : " for " + budget.model(),
                                opens),
                Duration.between(clock.instant(), at));
    }

    private static String amount(BudgetConfig budget) {
        var amounts = new ArrayList<String>(2);
        if (budget.tokensMax() != Long.MAX_VALUE) {
            amounts.add(String.format(Locale.ROOT, "%,d tokens", budget.tokensMax()));
        }
        if (budget.costNanosMax() != Long.MAX_VALUE) {
            BigDecimal dollars = BigDecimal.valueOf(budget.costNanosMax(), 9).stripTrailingZeros();
            amounts.add(
                    dollars.setScale(Math.max(2, dollars.scale()), RoundingMode.UNNECESSARY)
                                    .toPlainString()
                            + " US dollars");
        }
        return String.join(" or ", amounts);
    }
}
