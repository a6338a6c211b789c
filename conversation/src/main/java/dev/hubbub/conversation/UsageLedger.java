package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// What users' replies used, by model and day. Safe for use by many threads; every call may block
/// and may throw [StoreException].
///
/// A reply is in it from the moment at which it is kept as ended, with what its message and the
/// message's attempts say, on the day of the message; what is deleted later was used all the same.
/// Days are those of UTC.
public interface UsageLedger {

    /// What a user's replies used, latest day first, the models of a day in the order of their ids.
    ///
    /// @param from the first day that counts
    /// @param limit entries at most
    List<Spent> spent(UserId owner, LocalDate from, int limit);

    /// The sum since a day.
    ///
    /// @param owner null for all users together
    /// @param model null for all models together
    Usage total(@Nullable UserId owner, @Nullable ModelId model, LocalDate from);

    /// Adds what no message tells of: the use of a call that was stopped or broke off. All of it is
    /// on stable storage on return.
    void charge(List<Charge> charges);

    /// What one model used for one user on one day.
    record Spent(LocalDate day, ModelId model, Usage usage) {

        /// What a reply used, by the models of its attempts: nothing where nobody told.
        public static List<Spent> of(Message reply) {
            Usage all = reply.usage();
            if (all == null) {
                return List.of();
            }
            LocalDate day = LocalDate.ofInstant(reply.createdAt(), ZoneOffset.UTC);
            var spent = new ArrayList<Spent>(1);
            for (Attempt attempt : reply.attempts()) {
                Usage usage = attempt.usage();
                if (usage != null) {
                    spent.add(new Spent(day, attempt.model(), usage));
                }
            }
            ModelId model = reply.model();
            if (spent.isEmpty() && model != null) {
                spent.add(new Spent(day, model, all));
            }
            return spent;
        }
    }

    /// One addition to what a user spent.
    record Charge(UserId owner, Spent spent) {}
}
