package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.UserId;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

final class TurnsTest {

    private static final List<UserId> USERS =
            List.of(new UserId("ada"), new UserId("bob"), new UserId("cleo"), new UserId("dan"));

    @Test
    void usersTakeTurnsAndEachHasAnOrder() {
        var turns = new Turns<String>();
        for (String call : List.of("a1", "a2", "a3")) {
            turns.addLast(USERS.get(0), call);
        }
        turns.addLast(USERS.get(1), "b1");
        turns.addLast(USERS.get(2), "c1");
        turns.addLast(USERS.get(1), "b2");

        assertThat(all(turns)).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
        assertThat(turns.size()).isZero();
    }

    @Test
    void whatHasWaitedAlreadyIsItsUsersNext() {
        var turns = new Turns<String>();
        turns.addLast(USERS.get(0), "a1");
        turns.addLast(USERS.get(1), "b1");
        turns.addFirst(USERS.get(1), "b0");

        assertThat(all(turns)).containsExactly("a1", "b0", "b1");
    }

    @Test
    void nobodyWaitsForMoreThanOneOfEachOtherUser() {
        Property.forAll(
                500,
                random -> {
                    var turns = new Turns<Integer>();
                    var owners = new HashMap<Integer, UserId>();
                    var waiting = new HashSet<Integer>();
                    // Who was served since a user's last turn, or since it began to wait.
                    Map<UserId, Set<UserId>> served = new HashMap<>();
                    for (int step = 0; step < 300; step++) {
                        int what = random.nextInt(10);
                        if (what < 5) {
                            UserId user = USERS.get(Math.min(random.nextInt(8), 3));
                            if (turns.sizeOf(user) == 0) {
                                served.put(user, new HashSet<>());
                            }
                            owners.put(step, user);
                            waiting.add(step);
                            if (random.nextInt(5) == 0) {
                                turns.addFirst(user, step);
                            } else {
                                turns.addLast(user, step);
                            }
                        } else if (what == 5 && !waiting.isEmpty()) {
                            Integer leaver = waiting.iterator().next();
                            UserId user = Objects.requireNonNull(owners.get(leaver));
                            assertThat(turns.remove(user, leaver)).isTrue();
                            assertThat(turns.remove(user, leaver)).isFalse();
                            waiting.remove(leaver);
                        } else {
                            Integer next = turns.poll();
                            assertThat(next == null).isEqualTo(waiting.isEmpty());
                            if (next != null) {
                                assertThat(waiting.remove(next)).isTrue();
                                UserId turn = Objects.requireNonNull(owners.get(next));
                                served.put(turn, new HashSet<>());
                                for (UserId user : USERS) {
                                    if (!user.equals(turn) && turns.sizeOf(user) > 0) {
                                        assertThat(
                                                        Objects.requireNonNull(served.get(user))
                                                                .add(turn))
                                                .as("%s twice while %s waits", turn, user)
                                                .isTrue();
                                    }
                                }
                            }
                        }
                        assertThat(turns.size()).isEqualTo(waiting.size());
                    }
                });
    }

    private static List<String> all(Turns<String> turns) {
        var all = new ArrayList<String>();
        for (String next = turns.poll(); next != null; next = turns.poll()) {
            all.add(next);
        }
        return all;
    }
}
