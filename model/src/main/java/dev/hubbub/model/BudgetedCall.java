package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Price;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A reply that counts what it uses: an estimate while it runs, see [Estimate], and what the
/// provider says at the end. It ends when a budget is used up.
///
/// A call that never said anything is not counted: whether its provider did any work, nobody knows.
final class BudgetedCall implements ChatModel.Call, ChatModel.Sink {

    private final Budgets budgets;
    private final UserId user;
    private final ChatModel.Sink sink;
    private @Nullable Prompt prompt;
    private ModelId model;
    private ChatModel.@Nullable Call upstream;

    // What follows is of the running attempt; under this call's monitor, which is not held while
    // the sink or the ledger is called.
    private List<Account> held = List.of();
    private @Nullable Price price;
    private long inputTokens;
    private long textBytes;
    private Usage counted = Usage.NONE;
    private boolean begun;
    private volatile boolean over;

    BudgetedCall(Budgets budgets, Prompt prompt, ChatModel.Sink sink) {
        this.budgets = budgets;
        this.prompt = prompt;
        this.sink = sink;
        user = prompt.user();
        model = prompt.model();
    }

    /// Begins the reply, if the budgets allow it. May block.
    void begin(ChatModel asked) {
        Prompt what = prompt;
        prompt = null;
        if (what == null || !take(model)) {
            return;
        }
        ChatModel.Call call;
        try {
            long tokens = Estimate.tokens(what);
            synchronized (this) {
                inputTokens = tokens;
            }
            call = asked.reply(what, this);
        } catch (RuntimeException defect) {
            failed(
                    new ModelFault(
                            Kind.INTERNAL,
                            "The model could not be called: " + defect.getMessage()));
            return;
        }
        synchronized (this) {
            if (!over) {
                upstream = call;
                return;
            }
        }
        call.cancel();
    }

    /// Goes on the accounts of a model, or ends the reply.
    private boolean take(ModelId next) {
        List<Account> taken;
        ModelFault refusal;
        try {
            taken = budgets.hold(user, next);
            refusal = budgets.refusal(taken);
        } catch (StoreException unreadable) {
            taken = List.of();
            refusal =
                    new ModelFault(
                            Kind.INTERNAL,
                            "What was used so far cannot be read: " + unreadable.getMessage());
        }
        boolean late;
        boolean spoke = textBytes > 0;
        synchronized (this) {
            late = over;
            model = next;
            price = budgets.price(next);
            if (!late && refusal == null) {
                held = taken;
                return true;
            }
            over = true;
        }
        budgets.settle(taken, Usage.NONE, Usage.NONE);
        if (!late && refusal != null) {
            cancelUpstream();
            if (spoke && refusal.kind() == Kind.BUDGET) {
                sink.completed(StopReason.BUDGET, null);
            } else {
                sink.failed(refusal);
            }
        }
        return false;
    }

    @Override
    public void text(String piece) {
        boolean usedUp = false;
        synchronized (this) {
            if (over) {
                return;
            }
            begun = true;
            textBytes += Estimate.bytes(piece);
            Usage now = estimate();
            if (!now.equals(counted)) {
                for (Account account : held) {
                    account.add(counted, -1);
                    account.add(now, 1);
                    usedUp |= account.isUsedUp();
                }
                counted = now;
            }
        }
        sink.text(piece);
        if (usedUp) {
            End end = end(null);
            if (end != null) {
                cancelUpstream();
                sink.completed(StopReason.BUDGET, end.used());
            }
        }
    }

    @Override
    public void attempt(ModelId next, @Nullable Usage used, @Nullable ModelFault why) {
        Usage its = null;
        List<Account> before;
        Usage countedBefore;
        synchronized (this) {
            if (over) {
                return;
            }
            if (why != null) {
                its = known(used);
                inputTokens += Estimate.tokens(textBytes);
                begun = false;
            }
            before = held;
            countedBefore = counted;
            held = List.of();
            counted = Usage.NONE;
        }
        budgets.settle(before, countedBefore, its == null ? Usage.NONE : its);
        sink.attempt(next, its, why);
        take(next);
        if (why != null) {
            synchronized (this) {
                textBytes = 0;
            }
        }
    }

    @Override
    public void completed(StopReason reason, @Nullable Usage usage) {
        End end = end(usage);
        if (end != null) {
            sink.completed(reason, end.used());
        }
    }

    @Override
    public void failed(ModelFault fault) {
        if (endWithoutMessage()) {
            sink.failed(fault);
        }
    }

    @Override
    public void cancel() {
        endWithoutMessage();
        cancelUpstream();
    }

    private void cancelUpstream() {
        ChatModel.Call ending;
        synchronized (this) {
            ending = upstream;
            upstream = null;
        }
        if (ending != null) {
            ending.cancel();
        }
    }

    /// @param used null where nobody knows and no budget cares
    private record End(@Nullable Usage used) {}

    /// @param usage what the provider says, null where it does not
    /// @return null when the reply was over before
    private @Nullable End end(@Nullable Usage usage) {
        Usage used;
        synchronized (this) {
            if (over) {
                return null;
            }
            over = true;
            used = known(usage);
        }
        budgets.settle(held, counted, used == null ? Usage.NONE : used);
        return new End(used);
    }

    /// The end of what no message will tell the usage of.
    private boolean endWithoutMessage() {
        boolean spoke = begun && !held.isEmpty();
        End end = end(spoke ? null : Usage.NONE);
        if (end == null) {
            return false;
        }
        if (spoke && end.used() != null) {
            budgets.charge(user, model, end.used());
        }
        return true;
    }

    /// What an attempt used: as its provider says, else an estimate where a budget wants one.
    private @Nullable Usage known(@Nullable Usage usage) {
        if (usage != null) {
            return priced(usage);
        }
        return begun && !held.isEmpty() ? estimate() : null;
    }

    private Usage estimate() {
        long output = Estimate.tokens(textBytes);
        return price == null ? new Usage(inputTokens, output) : price.of(inputTokens, output);
    }

    /// Puts a price on what a provider counted, where it has none.
    private Usage priced(Usage usage) {
        return price == null || usage.costNanos() > 0
                ? usage
                : price.of(usage.inputTokens(), usage.outputTokens());
    }
}
