package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.conversation.ModelId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.OptionalLong;

final class ParametersTest {

    @Test
    void everyParameterIsRead() {
        SimulatedSettings settings =
                settings(
                        "simulated:rate=20.5,tokens=400,ttft=50ms,jitter=0.25,fail=7,stall=1%,seed=-3");

        assertThat(settings.ratePerSecond()).isEqualTo(20.5);
        assertThat(settings.tokens()).isEqualTo(400);
        assertThat(settings.ttft()).isEqualTo(Duration.ofMillis(50));
        assertThat(settings.jitter()).isEqualTo(0.25);
        assertThat(settings.fail()).isEqualTo(new SimulatedSettings.Mishap(7, 0));
        assertThat(settings.stall()).isEqualTo(new SimulatedSettings.Mishap(-1, 0.01));
        assertThat(settings.seed()).isEqualTo(OptionalLong.of(-3));
    }

    @ParameterizedTest
    @CsvSource({"0, PT0S", "50ms, PT0.05S", "1.5s, PT1.5S", "10m, PT10M"})
    void aTimeHasItsUnit(String text, Duration expected) {
        assertThat(settings("simulated:ttft=" + text).ttft()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "max", "100000"})
    void aRateMayBeTheGreatest(String rate) {
        assertThat(settings("simulated:rate=" + rate).ratePerSecond()).isNotNegative();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "simulated:rate=100001 | simulated cannot take rate=100001: 'rate' is a number from"
                        + " 0 to 100000",
                "simulated:rate=fast | simulated cannot take rate=fast: 'rate' is a number from 0"
                        + " to 100000",
                "simulated:rate=NaN | simulated cannot take rate=NaN: 'rate' is a number from 0 to"
                        + " 100000",
                "simulated:tokens=1000001 | simulated cannot take tokens=1000001: 'tokens' is a"
                        + " whole number from 0 to 1000000",
                "simulated:ttft=50 | simulated cannot take ttft=50: 'ttft' is a time up to 600s,"
                        + " such as 50ms or 2s",
                "simulated:ttft=11m | simulated cannot take ttft=11m: 'ttft' is a time up to 600s,"
                        + " such as 50ms or 2s",
                "simulated:fail=1.5 | simulated cannot take fail=1.5: 'fail' is a number of tokens"
                        + " such as 100, or a chance such as 0.01 or 1%",
                "simulated:stall=-1 | simulated cannot take stall=-1: 'stall' is a number of tokens"
                        + " such as 100, or a chance such as 0.01 or 1%",
                "simulated:speed=9 | simulated does not know the parameter 'speed'; it takes rate,"
                        + " tokens, ttft, jitter, fail, stall, seed and stamp",
                "simulated: | simulated does not know the parameter ''; it takes rate, tokens,"
                        + " ttft, jitter, fail, stall, seed and stamp",
                "simulated:rate | simulated wants a value for its parameter 'rate'",
                "simulated:rate= | simulated wants a value for its parameter 'rate'",
                "simulated:rate=1,rate=2 | simulated was given its parameter 'rate' twice"
            })
    void whatIsWrongIsSaid(String id, String sentence) {
        assertThatThrownBy(() -> settings(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    private static SimulatedSettings settings(String id) {
        return SimulatedSettings.of(new ModelId(id));
    }
}
