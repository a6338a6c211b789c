package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.Usage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class ElizaModelTest extends ChatModelContract {

    private final Wheel wheel = new Wheel();
    private final ChatModel eliza = new ElizaModel(wheel);

    @AfterEach
    void close() {
        wheel.close();
    }

    @Override
    ChatModel model() {
        return eliza;
    }

    @Override
    ModelId quick() {
        return new ModelId("eliza:delay=0ms");
    }

    @Override
    ModelId slow() {
        return new ModelId("eliza:delay=300ms");
    }

    @Test
    void itSpeaksAWordAtATime() {
        Transcript transcript = reply(prompt(quick())).awaitEnd();

        assertThat(transcript.pieces)
                .containsExactly(
                        "WHAT", " WOULD", " IT", " MEAN", " TO", " YOU", " IF", " YOU", " GOT",
                        " SOME", " HELP");
        assertThat(transcript.usage).isEqualTo(new Usage(15, 11));
    }

    @Test
    void theHistoryBringsBackWhatItHadInMind() {
        var lines = new ArrayList<Prompt.Line>();
        String answer = "";
        for (String[] exchange : ElizaConversationTest.PUBLISHED) {
            lines.add(new Prompt.Line(Role.USER, exchange[0]));
            answer = reply(new Prompt(quick(), null, lines, "")).awaitEnd().text();
            assertThat(answer).isEqualTo(exchange[1]);
            lines.add(new Prompt.Line(Role.ASSISTANT, answer));
        }
    }

    @Test
    void itGreetsWhenNobodyHasSpoken() {
        Transcript transcript = reply(new Prompt(quick(), null, List.of(), "")).awaitEnd();

        assertThat(transcript.text()).isEqualTo("HOW DO YOU DO. PLEASE TELL ME YOUR PROBLEM");
    }

    @Test
    void whatAnotherModelBeganIsFollowedByAParagraph() {
        Transcript transcript = reply(prompt(quick(), "As a language")).awaitEnd();

        assertThat(transcript.text()).startsWith("\n\nWHAT WOULD IT MEAN");
    }

    @Test
    void aWrongParameterIsExplained() {
        ModelFault fault = reply(prompt(new ModelId("eliza:speed=9"))).awaitEnd().fault;

        assertThat(fault)
                .isEqualTo(
                        new ModelFault(
                                ModelFault.Kind.REJECTED,
                                "eliza does not know the parameter 'speed'; it takes delay."));
    }

    @Test
    void aWrongDelayIsExplained() {
        ModelFault fault = reply(prompt(new ModelId("eliza:delay=soon"))).awaitEnd().fault;

        assertThat(fault)
                .isEqualTo(
                        new ModelFault(
                                ModelFault.Kind.REJECTED,
                                "eliza cannot take delay=soon: 'delay' is a time up to 60s, such as"
                                        + " 50ms or 2s."));
    }
}
