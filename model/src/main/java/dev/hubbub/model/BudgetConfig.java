package dev.hubbub.model;

import com.typesafe.config.Config;

import dev.hubbub.conversation.ModelId;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/// A limit on what replies may use in a day or a month.
///
/// @param name for people who read the configuration
/// @param eachUser whether every user has this budget; otherwise all users share it
/// @param model the model that it is for, exactly as it is called; null for all together
/// @param window how long until it is full again
/// @param tokensMax tokens read and written; [Long#MAX_VALUE] for no limit
/// @param costNanosMax billionths of a US dollar; [Long#MAX_VALUE] for no limit
public record BudgetConfig(
        String name,
        boolean eachUser,
        @Nullable ModelId model,
        Window window,
        long tokensMax,
        long costNanosMax) {

    private static final List<String> KEYS = List.of("for", "model", "per", "tokens", "dollars");

    private static final BigDecimal DOLLARS_MAX = BigDecimal.valueOf(1_000_000_000);

    /// A day or a month of UTC.
    public enum Window {
        DAY("day"),
        MONTH("month");

        private final String word;

        Window(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        /// The first day of the window that a day is in.
        LocalDate first(LocalDate day) {
            return switch (this) {
                case DAY -> day;
                case MONTH -> day.withDayOfMonth(1);
            };
        }

        /// The first day of the window after it.
        LocalDate next(LocalDate first) {
            return switch (this) {
                case DAY -> first.plusDays(1);
                case MONTH -> first.plusMonths(1);
            };
        }
    }

    /// One budget.
    ///
    /// @param config what stands under the budget's name
    /// @throws IllegalArgumentException with a sentence for the user when something is wrong
    public static BudgetConfig from(String name, Config config) {
        return from(name, new Section("hubbub.models.budgets." + name, config));
    }

    static BudgetConfig from(String name, Section section) {
        section.only(KEYS);
        if (!section.has("tokens") && !section.has("dollars")) {
            throw new IllegalArgumentException(
                    "%s limits nothing: give it tokens or dollars".formatted(section.path()));
        }
        String model = section.has("model") ? section.text("model") : null;
        if (model != null && !ModelId.isValid(model)) {
            throw section.wrong("model", "the id of a model");
        }
        return new BudgetConfig(
                name,
                section.choice("for", Map.of("each-user", true, "all-users", false)),
                model == null ? null : new ModelId(model),
                section.choice("per", Map.of("day", Window.DAY, "month", Window.MONTH)),
                section.has("tokens")
                        ? section.wholeNumber("tokens", 0, Long.MAX_VALUE - 1)
                        : Long.MAX_VALUE,
                section.has("dollars") ? costNanos(section) : Long.MAX_VALUE);
    }

    private static long costNanos(Section section) {
        String wanted = "a number of US dollars from 0 to " + DOLLARS_MAX;
        BigDecimal dollars = section.decimal("dollars", wanted);
        if (dollars.signum() < 0 || dollars.compareTo(DOLLARS_MAX) > 0) {
            throw section.wrong("dollars", wanted);
        }
        return dollars.movePointRight(9).longValue();
    }

    boolean concerns(ModelId asked) {
        return model == null || model.equals(asked);
    }
}
