package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;

final class ElizaConversationTest {

    /// The conversation of the paper of 1966, word for word.
    static final String[][] PUBLISHED = {
        {"Men are all alike.", "IN WHAT WAY"},
        {
            "They're always bugging us about something or other.",
            "CAN YOU THINK OF A SPECIFIC EXAMPLE"
        },
        {"Well, my boyfriend made me come here.", "YOUR BOYFRIEND MADE YOU COME HERE"},
        {"He says I'm depressed much of the time.", "I AM SORRY TO HEAR YOU ARE DEPRESSED"},
        {"It's true. I am unhappy.", "DO YOU THINK COMING HERE WILL HELP YOU NOT TO BE UNHAPPY"},
        {
            "I need some help, that much seems certain.",
            "WHAT WOULD IT MEAN TO YOU IF YOU GOT SOME HELP"
        },
        {"Perhaps I could learn to get along with my mother.", "TELL ME MORE ABOUT YOUR FAMILY"},
        {"My mother takes care of me.", "WHO ELSE IN YOUR FAMILY TAKES CARE OF YOU"},
        {"My father.", "YOUR FATHER"},
        {"You are like my father in some ways.", "WHAT RESEMBLANCE DO YOU SEE"},
        {
            "You are not very aggressive but I think you don't want me to notice that.",
            "WHAT MAKES YOU THINK I AM NOT VERY AGGRESSIVE"
        },
        {"You don't argue with me.", "WHY DO YOU THINK I DON'T ARGUE WITH YOU"},
        {"You are afraid of me.", "DOES IT PLEASE YOU TO BELIEVE I AM AFRAID OF YOU"},
        {
            "My father is afraid of everybody.",
            "WHAT ELSE COMES TO MIND WHEN YOU THINK OF YOUR FATHER"
        },
        {
            "Bullies.",
            "DOES THAT HAVE ANYTHING TO DO WITH THE FACT THAT YOUR BOYFRIEND MADE YOU COME HERE"
        }
    };

    private final ElizaConversation eliza = new ElizaConversation(ElizaScript.doctor());

    @Test
    void thePublishedConversationComesOutWordForWord() {
        for (String[] exchange : PUBLISHED) {
            assertThat(eliza.answer(exchange[0])).as(exchange[0]).isEqualTo(exchange[1]);
        }
    }

    @Test
    void theHashIsThatOfThePaperAndOfThe7094() {
        assertThat(ElizaHash.hash("ALWAYS", 7)).isEqualTo(14);
        assertThat(ElizaHash.hash("HERE", 2)).isEqualTo(3);
        assertThat(ElizaHash.hash("KIDS", 2)).isEqualTo(1);
        assertThat(ElizaHash.hash("TIME", 2)).isEqualTo(0);
        assertThat(ElizaHash.hash("INVENTED", 5)).isEqualTo(ElizaHash.hash("ED", 5));
    }

    @Test
    void theScriptIsWhole() {
        ElizaScript script = ElizaScript.doctor();

        assertThat(script.rules()).hasSize(66).containsKeys("SORRY", "XFREMD", "NOONE", "DIT");
        assertThat(script.tagged().get("FAMILY"))
                .containsExactlyInAnyOrder(
                        "MOTHER", "MOM", "DAD", "FATHER", "SISTER", "BROTHER", "WIFE", "CHILDREN");
        assertThat(script.tagged().get("BELIEF"))
                .containsExactlyInAnyOrder("FEEL", "THINK", "BELIEVE", "WISH");
        assertThat(script.tagged().get("NOUN")).containsExactlyInAnyOrder("MOTHER", "FATHER");
    }

    @Test
    void everyLinkOfTheScriptLeadsSomewhere() {
        ElizaScript script = ElizaScript.doctor();
        Stream<String> links =
                script.rules().values().stream()
                        .flatMap(rule -> rule.transformations().stream())
                        .flatMap(transformation -> transformation.reassemblies().stream())
                        .flatMap(reassembly ->
                                switch (reassembly) {
                                    case ElizaScript.Reassembly.Link(var keyword) ->
                                            Stream.of(keyword);
                                    case ElizaScript.Reassembly.Pre(_, var keyword) ->
                                            Stream.of(keyword);
                                    case ElizaScript.Reassembly.Say _ -> Stream.empty();
                                    case ElizaScript.Reassembly.NewKey _ -> Stream.empty();
                                });

        assertThat(links).allMatch(script.rules()::containsKey);
    }

    @Test
    void answersOfARuleTakeTurns() {
        assertThat(eliza.answer("Sorry")).isEqualTo("PLEASE DON'T APOLIGIZE");
        assertThat(eliza.answer("sorry!")).isEqualTo("APOLOGIES ARE NOT NECESSARY");
        assertThat(eliza.answer("SORRY?"))
                .isEqualTo("WHAT FEELINGS DO YOU HAVE WHEN YOU APOLOGIZE");
        assertThat(eliza.answer("sorry"))
                .isEqualTo("I'VE TOLD YOU THAT APOLOGIES ARE NOT REQUIRED");
        assertThat(eliza.answer("sorry")).isEqualTo("PLEASE DON'T APOLIGIZE");
    }

    @Test
    void aMessageWithNothingToGoByIsAnsweredByNone() {
        assertThat(eliza.answer("Xyzzy")).isEqualTo("I AM NOT SURE I UNDERSTAND YOU FULLY");
        assertThat(eliza.answer("")).isEqualTo("PLEASE GO ON");
    }

    @Test
    void aMemorySurfacesOnlyAtTheFourthCount() {
        eliza.answer("My dog barks at the moon");
        assertThat(eliza.answer("Xyzzy")).isEqualTo("I AM NOT SURE I UNDERSTAND YOU FULLY");
        assertThat(eliza.answer("Xyzzy")).contains("YOUR DOG BARKS AT THE MOON");
        assertThat(eliza.answer("Xyzzy")).isEqualTo("PLEASE GO ON");
    }

    @Test
    void aMessageIsRewordedByPre() {
        assertThat(eliza.answer("You're clever")).isEqualTo("WHAT MAKES YOU THINK I AM CLEVER");
    }

    @Test
    void aKeywordWhoseRulesDoNotFitIsPassedOver() {
        assertThat(eliza.answer("The dog can bark")).isEqualTo("HMMM");
    }

    @Test
    void theNextKeywordIsTriedOnNewKey() {
        assertThat(eliza.answer("I remember nothing of what I like"))
                .isEqualTo("DO YOU OFTEN THINK OF NOTHING OF WHAT YOU LIKE");
        assertThat(eliza.answer("Always like that"))
                .isEqualTo("CAN YOU THINK OF A SPECIFIC EXAMPLE");
    }

    @Test
    void typographicApostrophesAndQuotesAreReadAsTyped() {
        assertThat(eliza.answer("I\u2019m \u201csad\u201d"))
                .isEqualTo("I AM SORRY TO HEAR YOU ARE SAD");
    }

    @Test
    void aMessageMadeToBeSlowIsNot() {
        String message = "you feel i like remember ".repeat(100_000);
        long began = System.nanoTime();
        IntStream.range(0, 100).forEach(_ -> assertThat(eliza.answer(message)).isNotEmpty());

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }
}
