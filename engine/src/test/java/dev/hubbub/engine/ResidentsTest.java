package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.UserId;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// The table of a partition, held against a plain map that is told the same.
final class ResidentsTest {

    private static final long IDLE_MILLIS = 1_000;

    private int count;

    private Residents residents(long bytesMax) {
        var world =
                (Partition.World)
                        Proxy.newProxyInstance(
                                Partition.World.class.getClassLoader(),
                                new Class<?>[] {Partition.World.class},
                                (_, method, arguments) -> {
                                    assertThat(method.getName()).isEqualTo("residents");
                                    count += (int) arguments[0];
                                    return null;
                                });
        return new Residents(bytesMax, IDLE_MILLIS, world);
    }

    private static Conversation conversation(ConversationId id) {
        return Conversation.started(
                id,
                new ConversationEvent.Started(
                        UserId.LOCAL, "", new ModelId("eliza"), null, null, null, Instant.EPOCH));
    }

    private static ConversationId id(int number) {
        return number % 2 == 0
                ? new ConversationId("c" + number)
                : new ConversationId(0x0190_0000_0000_7000L, Long.MIN_VALUE + number);
    }

    private static Resident add(Residents residents, ConversationId id, long now) {
        var resident = new Resident(conversation(id));
        residents.add(resident, now);
        return resident;
    }

    @RepeatedTest(200)
    void whateverIsDoneItHasWhatAMapWouldHave(RepetitionInfo repetition) {
        var random = new SplittableRandom(repetition.getCurrentRepetition());
        Residents residents = residents(Long.MAX_VALUE);
        Map<ConversationId, Long> usedAt = new HashMap<>();
        long now = Integer.MAX_VALUE - 5_000L;
        int ids = 1 + random.nextInt(200);
        for (int step = 0; step < 600; step++) {
            now += random.nextInt(20);
            ConversationId id = id(random.nextInt(ids));
            Resident found = residents.find(id, now);
            assertThat(found != null).isEqualTo(usedAt.containsKey(id));
            if (found == null) {
                found = add(residents, id, now);
            }
            usedAt.put(id, now);
            assertThat(found.id).isEqualTo(id);
            assertThat(residents.busy(id)).isSameAs(found);
            switch (random.nextInt(4)) {
                case 0 -> {
                    residents.remove(found);
                    usedAt.remove(id);
                }
                case 1, 2 -> {
                    residents.settle(found);
                    assertThat(residents.busy(id)).isNull();
                }
                default -> {
                    long time = now;
                    residents.letGo(time);
                    usedAt.values().removeIf(used -> time - used >= IDLE_MILLIS);
                }
            }
            assertThat(count).isEqualTo(usedAt.size());
        }
        assertThat(residents.of(UserId.LOCAL)).containsExactlyInAnyOrderElementsOf(usedAt.keySet());
    }

    @Test
    void theLeastRecentlyUsedLeaveUntilTheOthersFit() {
        long each = Weight.of(conversation(id(0)));
        Residents residents = residents(10 * each);
        List<ConversationId> ids = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            ids.add(id(i));
            residents.settle(add(residents, id(i), i));
        }
        residents.durable(ids.getFirst(), 31);

        residents.letGo(32);

        var left = new ArrayList<>(ids.subList(21, 30));
        left.add(ids.getFirst());
        assertThat(residents.of(UserId.LOCAL)).containsExactlyInAnyOrderElementsOf(left);
    }

    @Test
    void whatIsBusyStaysHoweverLittleRoomThereIs() {
        Residents residents = residents(1);
        Resident busy = add(residents, id(1), 0);
        busy.loading = true;
        residents.settle(add(residents, id(2), 0));

        residents.letGo(IDLE_MILLIS);

        assertThat(residents.of(UserId.LOCAL)).containsExactly(id(1));
    }

    @Test
    void anotherUserSeesNothing() {
        Residents residents = residents(Long.MAX_VALUE);
        residents.settle(add(residents, id(1), 0));
        var stranger = new UserId("stranger");

        assertThat(residents.of(stranger)).isEmpty();
        assertThat(residents.of(stranger, id(1))).isNull();
        assertThat(residents.of(UserId.LOCAL, id(1))).isNotNull();
    }
}
