package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UsageLedger.Charge;
import dev.hubbub.conversation.UsageLedger.Spent;
import dev.hubbub.conversation.UserId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

final class UsageRoutesTest {

    private final Running running = new Running();
    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

    @AfterEach
    void close() {
        running.close();
    }

    private void charge(UserId user, LocalDate day, String model, Usage usage) {
        running.store.charge(List.of(new Charge(user, new Spent(day, new ModelId(model), usage))));
    }

    @Test
    void whoUsedNothingIsToldSo() {
        Running.Answered asked = running.get("/api/usage").expecting(200);
        assertThat(asked.response().body()).contains("\"cost\":0}");
        JsonNode answer = asked.json();

        assertThat(answer.get("usage")).isEmpty();
        assertThat(answer.at("/total/input_tokens").asLong()).isZero();
        assertThat(answer.get("has_more").asBoolean()).isFalse();
    }

    @Test
    void aReplyIsCountedWhenItHasEnded() {
        String chat = running.chat("puppet");
        running.say(chat, "Hello");
        running.puppet.next().say("Hi.").end();
        running.awaitIdle(chat);

        JsonNode usage = running.get("/api/usage").json();
        assertThat(usage.at("/usage/0/model").asText()).isEqualTo("puppet");
        assertThat(usage.at("/usage/0/input_tokens").asLong()).isEqualTo(3);
        assertThat(usage.at("/usage/0/output_tokens").asLong()).isEqualTo(5);
        assertThat(usage.at("/total/output_tokens").asLong()).isEqualTo(5);
    }

    @Test
    void daysAndModelsAreApartAndOthersAreNotShown() {
        charge(UserId.LOCAL, today, "b", new Usage(1, 2, 1_500_000_000L));
        charge(UserId.LOCAL, today, "a", new Usage(3, 4, 5));
        charge(UserId.LOCAL, today.minusDays(30), "a", new Usage(10, 20, 0));
        charge(UserId.LOCAL, today.minusDays(31), "a", new Usage(100, 200, 0));
        charge(new UserId("somebody"), today, "a", new Usage(7, 7, 7));

        JsonNode usage = running.get("/api/usage").json();
        var entries = new ArrayList<String>();
        usage.get("usage")
                .forEach(entry ->
                        entries.add(entry.get("day").asText() + " " + entry.get("model").asText()));
        assertThat(entries).containsExactly(today + " a", today + " b", today.minusDays(30) + " a");
        assertThat(usage.get("from").asText()).isEqualTo(today.minusDays(30).toString());
        assertThat(usage.at("/usage/1/cost").decimalValue()).isEqualByComparingTo("1.5");
        assertThat(usage.at("/total/input_tokens").asLong()).isEqualTo(14);
        assertThat(running.get("/api/usage?days=1").json().get("usage")).hasSize(2);
        assertThat(running.get("/api/usage?days=366").json().get("usage")).hasSize(4);
    }

    @Test
    void anAnswerHasItsLimit() {
        var charges = new ArrayList<Charge>();
        for (int i = 0; i <= UsageRoutes.ENTRIES_MAX; i++) {
            charges.add(
                    new Charge(
                            UserId.LOCAL, new Spent(today, new ModelId("m" + i), new Usage(1, 0))));
        }
        running.store.charge(charges.subList(0, UsageRoutes.ENTRIES_MAX));
        assertThat(running.get("/api/usage").json().get("has_more").asBoolean()).isFalse();
        running.store.charge(charges.subList(UsageRoutes.ENTRIES_MAX, charges.size()));

        JsonNode usage = running.get("/api/usage").json();
        assertThat(usage.get("has_more").asBoolean()).isTrue();
        assertThat(usage.get("usage")).hasSize(UsageRoutes.ENTRIES_MAX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "367", "-1", "many", "1.5"})
    void aWrongNumberOfDaysIsToldSo(String days) {
        assertThat(running.get("/api/usage?days=" + days).expecting(400).json().get("detail"))
                .hasToString("\"`days` is a number from 1 to 366.\"");
    }
}
