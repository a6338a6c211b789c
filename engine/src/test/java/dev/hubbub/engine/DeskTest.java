package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.Refusal;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

final class DeskTest {

    private static final int QUESTIONS_MAX = 3;
    private static final Answer OVERLOADED = new Answer.Refused(Refusal.OVERLOADED);
    private static final Answer ANSWER = new Answer.Refused(Refusal.BUSY);

    private final Desk desk = new Desk("node", QUESTIONS_MAX);
    private final List<Caller> asked = new ArrayList<>();

    @Test
    void asManyQuestionsAsTheLimitAreOpenAndOneMoreIsRefused() {
        for (int i = 0; i < QUESTIONS_MAX; i++) {
            assertThat(desk.ask(asked::add).toCompletableFuture()).isNotDone();
        }
        assertThat(desk.ask(asked::add).toCompletableFuture()).isCompletedWithValue(OVERLOADED);
        assertThat(asked).hasSize(QUESTIONS_MAX);
    }

    @Test
    void anAnswerMakesRoom() {
        CompletionStage<Answer> first = desk.ask(asked::add);
        for (int i = 1; i < QUESTIONS_MAX; i++) {
            desk.ask(asked::add);
        }
        desk.answered(asked.getFirst().question(), ANSWER);
        assertThat(first.toCompletableFuture()).isCompletedWithValue(ANSWER);
        assertThat(desk.ask(asked::add).toCompletableFuture()).isNotDone();
    }

    @Test
    void aClosedDeskAnswersAtOnceAndLeavesNobodyWaiting() {
        CompletionStage<Answer> before = desk.ask(asked::add);
        desk.close();
        assertThat(desk.ask(asked::add).toCompletableFuture()).isCompletedWithValue(OVERLOADED);
        desk.refuseAll();
        assertThat(before.toCompletableFuture()).isCompletedWithValue(OVERLOADED);
    }
}
