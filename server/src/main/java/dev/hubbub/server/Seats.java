package dev.hubbub.server;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Counts what each user and each address has open, up to a limit. Safe for use by many threads.
final class Seats {

    private final ClientLimits limits;
    private final Map<Object, Integer> taken = new ConcurrentHashMap<>();

    Seats(ClientLimits limits) {
        this.limits = limits;
    }

    /// A place for a socket or an event stream.
    ///
    /// @return why there is none, or null when it is taken: then [#leave] must follow
    @Nullable Fault take(Visitor visitor) {
        if (!take(visitor.user(), limits.connectionsPerUserMax())) {
            return tooMany("You have", limits.connectionsPerUserMax());
        }
        if (visitor.forwarded() && !takeAddress(visitor.address())) {
            leave(visitor.user());
            return tooManyFromAddress();
        }
        return null;
    }

    void leave(Visitor visitor) {
        leave(visitor.user());
        if (visitor.forwarded()) {
            leave(visitor.address());
        }
    }

    boolean takeAddress(String address) {
        return take(address, limits.connectionsPerAddressMax());
    }

    void leaveAddress(String address) {
        leave(address);
    }

    Fault tooManyFromAddress() {
        return tooMany("Your address has", limits.connectionsPerAddressMax());
    }

    private static Fault tooMany(String whose, int most) {
        return new Fault(
                429,
                "too_many_connections",
                whose + " " + most + " connections open, and no more are allowed; close one.");
    }

    private boolean take(Object whose, int most) {
        var fits = new boolean[1];
        taken.compute(
                whose,
                (_, before) -> {
                    int open = before == null ? 0 : before;
                    fits[0] = open < most;
                    return fits[0] ? Integer.valueOf(open + 1) : before;
                });
        return fits[0];
    }

    private void leave(Object whose) {
        taken.computeIfPresent(whose, (_, open) -> open == 1 ? null : open - 1);
    }
}
