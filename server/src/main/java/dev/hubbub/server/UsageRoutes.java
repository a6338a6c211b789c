package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UsageLedger.Spent;
import dev.hubbub.engine.Engine;

import io.vertx.core.http.HttpMethod;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// `GET /api/usage`: what the caller's replies used, by day and model.
final class UsageRoutes {

    /// Days in one answer, today the last of them.
    static final int DAYS_MAX = 366;

    static final int DAYS = 31;

    /// Entries in one answer: a model of one day each.
    static final int ENTRIES_MAX = 2_000;

    private final Engine engine;
    private final Clock clock;

    UsageRoutes(Engine engine, Clock clock) {
        this.engine = engine;
        this.clock = clock;
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.GET, "/api/usage", this::usage);
    }

    private CompletionStage<Response> usage(Request request) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate from = today.minusDays(days(request) - 1L);
        return engine.spent(request.user(), from, ENTRIES_MAX + 1)
                .thenApply(spent -> Response.ok(json -> write(json, from, spent)));
    }

    private static int days(Request request) {
        String value = request.parameter("days");
        if (value == null) {
            return DAYS;
        }
        try {
            int days = Integer.parseInt(value);
            if (days >= 1 && days <= DAYS_MAX) {
                return days;
            }
        } catch (NumberFormatException notANumber) {
            // Told below.
        }
        throw Fault.badField("`days` is a number from 1 to " + DAYS_MAX + ".").exception();
    }

    private static void write(JsonGenerator json, LocalDate from, List<Spent> spent)
            throws IOException {
        boolean more = spent.size() > ENTRIES_MAX;
        List<Spent> shown = more ? spent.subList(0, ENTRIES_MAX) : spent;
        json.writeStringField("from", from.toString());
        json.writeArrayFieldStart("usage");
        Usage total = Usage.NONE;
        for (Spent one : shown) {
            total = total.plus(one.usage());
            json.writeStartObject();
            json.writeStringField("day", one.day().toString());
            json.writeStringField("model", one.model().value());
            numbers(json, one.usage());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectFieldStart("total");
        numbers(json, total);
        json.writeEndObject();
        json.writeBooleanField("has_more", more);
    }

    private static void numbers(JsonGenerator json, Usage usage) throws IOException {
        json.writeNumberField("input_tokens", usage.inputTokens());
        json.writeNumberField("output_tokens", usage.outputTokens());
        BigDecimal dollars = BigDecimal.valueOf(usage.costNanos(), 9);
        json.writeNumberField("cost", dollars.signum() == 0 ? BigDecimal.ZERO : dollars);
    }
}
