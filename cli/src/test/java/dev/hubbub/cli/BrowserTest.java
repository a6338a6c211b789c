package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;

import dev.hubbub.conversation.Limits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What readers do in a chat: talk, leave and come back, stop, ask again.
@Timeout(90)
final class BrowserTest {

    private static final String BEGINNING = "It was a dark and stormy night; ";
    private static final String END = "the rain fell in torrents.";
    private static final Pattern LAST_WORD = Pattern.compile("\\w+(?=\\W*$)");
    private static final double LAYOUT_SHIFT_MAX = 0.01;

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void aFirstVisitorTalksWithEliza() {
        Tab tab = STAGE.visitor();
        assertThat(tab.heading("What is on your mind?")).isVisible();

        tab.say("I am unhappy with my brother");

        tab.awaitReplies(1);
        assertThat(tab.said()).hasText("I am unhappy with my brother");
        assertThat(tab.prose()).hasText(Pattern.compile("\\w+"));
        assertThat(tab.page()).hasTitle("I am unhappy with my brother · Hubbub");
        assertThat(tab.link("I am unhappy with my brother")).hasAttribute("aria-current", "page");
        assertThat(tab.page().locator("[role=status].visually-hidden")).hasText("Reply finished");

        tab.say("He never listens");

        tab.awaitReplies(2);
        assertThat(tab.said()).hasCount(2);
        assertThat(tab.input()).isFocused();
    }

    /// Each line is on the page before the next one is written. Nothing that is on it moves.
    @Test
    void markdownIsDrawnAsItIsWrittenAndNothingJumps() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("How do I count?");
        Dictation.Reply reply = STAGE.nextReply();
        assertThat(tab.running()).hasCount(1);
        watchLayout(tab);

        for (String line :
                List.of(
                        "## Counting\n\n",
                        "A loop, **not** a list:\n\n",
                        "- from one\n",
                        "- to three\n\n",
                        "```java\n",
                        "for (int i = 1; i < 4; i++) {\n",
                        "    IO.println(\"count \" + i);\n",
                        "}\n```\n\nThen\n\n",
                        "| number | name |\n|---|---|\n",
                        "| 1 | one |\n\n",
                        "That is all.")) {
            reply.say(line);
            Matcher word = LAST_WORD.matcher(line);
            if (word.find()) {
                assertThat(tab.prose())
                        .containsText(Pattern.compile(word.group(), CASE_INSENSITIVE));
            }
        }
        Locator code = tab.prose().locator(".code-block");
        assertThat(code.locator("code"))
                .hasText("for (int i = 1; i < 4; i++) { IO.println(\"count \" + i); }");
        assertThat(code.locator(".hljs-string")).hasText("\"count \"");
        reply.end();

        tab.awaitReplies(1);
        assertThat(tab.prose().locator("h2")).hasText("Counting");
        assertThat(tab.prose().locator("strong")).hasText("not");
        assertThat(tab.prose().locator("li")).hasText(new String[] {"from one", "to three"});
        assertThat(code.locator(".code-head span")).hasText("Java");
        assertThat(tab.prose().locator("td")).hasText(new String[] {"1", "one"});
        assertThat((Number) tab.page().evaluate("window.layoutShift"))
                .extracting(Number::doubleValue)
                .satisfies(shift -> assertThat(shift).isLessThan(LAYOUT_SHIFT_MAX));
        assertThat(tab.page().evaluate("window.shrunk")).isEqualTo(0);

        String streamed = tab.prose().innerHTML();
        tab.reload();
        tab.awaitReplies(1);
        assertThat(tab.prose().innerHTML()).isEqualTo(streamed);
    }

    @Test
    void whoReloadsInMidReplyReadsOnWhereItWas() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("Tell me a story");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say(BEGINNING);
        assertThat(tab.prose()).hasText(BEGINNING);

        tab.reload();

        assertThat(tab.running()).hasCount(1);
        assertThat(tab.prose()).hasText(BEGINNING);
        reply.say(END);
        assertThat(tab.prose()).hasText(BEGINNING + END);
        reply.end();
        tab.awaitReplies(1);
        assertThat(tab.prose()).hasText(BEGINNING + END);
        assertThat(tab.said()).hasText("Tell me a story");
        assertThat(stored(tab).path("content").asText()).isEqualTo(BEGINNING + END);
    }

    @Test
    void twoTabsAreInStep() {
        Tab one = STAGE.visitor().use(Dictation.MODEL).say("To both of us");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say(BEGINNING);
        assertThat(one.prose()).hasText(BEGINNING);

        Tab other = one.another();

        assertThat(other.prose()).hasText(BEGINNING);
        reply.say(END);
        assertThat(one.prose()).hasText(BEGINNING + END);
        assertThat(other.prose()).hasText(BEGINNING + END);
        reply.end();
        one.awaitReplies(1);
        other.awaitReplies(1);

        other.use("eliza");
        assertThat(one.page().locator(".model-button"))
                .hasText(Pattern.compile("eliza", CASE_INSENSITIVE));
        other.say("And from the other tab");
        assertThat(one.said().last()).hasText("And from the other tab");
        one.awaitReplies(2);
        other.awaitReplies(2);
        assertThat(other.prose()).hasText(one.prose().innerText());
    }

    @Test
    void aStoppedReplyKeepsItsText() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("Go on until I say stop");
        STAGE.nextReply().say(BEGINNING);
        assertThat(tab.prose()).hasText(BEGINNING);

        tab.button("Stop reply").click();

        tab.awaitReplies(1);
        assertThat(tab.replies()).containsText("Stopped");
        assertThat(tab.prose()).hasText(BEGINNING);
        tab.reload();
        tab.awaitReplies(1);
        assertThat(tab.prose()).hasText(BEGINNING);
        assertThat(stored(tab).path("stop_reason").asText()).isEqualTo("stopped");
        assertThat(stored(tab).path("content").asText()).isEqualTo(BEGINNING);
    }

    @Test
    void aReplyIsMadeAgainAndBothAreThereToRead() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("Heads or tails?");
        answer("Heads.");
        tab.awaitReplies(1);

        tab.button("Regenerate reply").click();
        answer("Tails.");

        assertThat(tab.prose()).hasText("Tails.");
        assertThat(branches(tab)).containsText("2 / 2");
        tab.button("Previous reply").click();
        assertThat(branches(tab)).containsText("1 / 2");
        assertThat(tab.prose()).hasText("Heads.");
        assertThat(tab.button("Previous reply")).isDisabled();
        assertThat(tab.replies()).hasCount(1);

        tab.say("And again?");
        answer("It stands on its edge.");
        tab.awaitReplies(2);
        tab.reload();
        tab.awaitReplies(2);
        assertThat(tab.page().locator(".prose"))
                .hasText(new String[] {"Heads.", "It stands on its edge."});
    }

    @Test
    void aMessageSentWhileAReplyRunsWaitsItsTurn() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("First");
        Dictation.Reply first = STAGE.nextReply();
        first.say(BEGINNING);
        assertThat(tab.prose()).hasText(BEGINNING);

        tab.say("Second");
        tab.say("Never mind");

        assertThat(tab.text("Waiting for the reply before it")).hasCount(2);
        tab.reload();
        assertThat(tab.button("Withdraw")).hasCount(2);
        tab.button("Withdraw").last().click();
        assertThat(tab.button("Withdraw")).hasCount(1);
        assertThat(tab.input()).hasValue("Never mind");
        assertThat(tab.running()).hasCount(1);

        first.say(END);
        first.end();
        answer("To the second.");
        tab.awaitReplies(2);
        assertThat(tab.said()).hasText(new String[] {"First", "Second"});
        assertThat(tab.page().locator(".prose"))
                .hasText(new String[] {BEGINNING + END, "To the second."});
    }

    @Test
    void aWithdrawnMessageIsGivenBackBelowWhatIsWritten() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("First");
        Dictation.Reply first = STAGE.nextReply();
        first.say(BEGINNING);
        tab.say("Second");
        tab.input().fill("Half a thought");

        tab.button("Withdraw").click();

        assertThat(tab.input()).hasValue("Half a thought\n\nSecond");
        first.end();
        tab.awaitReplies(1);
    }

    @Test
    void aFirstMessageThatIsRefusedIsKeptTakenBackAndSentAfterAll() {
        String tooLong = "word ".repeat(Limits.DEFAULT.messageCharsMax() / 5) + "word";
        Tab tab = STAGE.visitor().use("eliza").say(tooLong);
        assertThat(tab.text("Not sent.")).isVisible();
        tab.reload();
        assertThat(tab.text("Not sent.")).isVisible();
        assertThat(tab.said()).hasCount(1);

        tab.button("Take back").click();
        assertThat(tab.input()).hasValue(tooLong);
        assertThat(tab.said()).hasCount(0);
        tab.say("Fewer words");

        tab.awaitReplies(1);
        assertThat(tab.said()).hasText("Fewer words");
    }

    @Test
    void aReplyThatBreaksOffSaysSoAndIsTriedAgain() {
        Tab tab = STAGE.visitor().use("simulated:rate=max,tokens=40,fail=20").say("Break");
        Locator failure = tab.replies().getByRole(AriaRole.ALERT);
        assertThat(failure).containsText("The reply broke off.");

        tab.use(Dictation.MODEL);
        tab.button("Retry").click();
        answer("Whole.");

        assertThat(tab.prose()).hasText("Whole.");
        assertThat(failure).hasCount(0);
        assertThat(branches(tab)).containsText("2 / 2");
    }

    @Test
    void whoScrollsUpIsLeftToReadInPeace() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("At length");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say("A paragraph of the beginning.\n\n".repeat(40) + "So far.");
        assertThat(tab.prose()).containsText("So far.");
        assertThat(tab.text("So far.")).isInViewport();

        tab.text("So far.").hover();
        tab.page().mouse().wheel(0, -600);
        assertThat(tab.button("Jump to bottom")).isVisible();
        reply.say("\n\nA paragraph of the end.".repeat(40) + "\n\nOver.");
        reply.end();

        tab.awaitReplies(1);
        assertThat(tab.text("Over.")).not().isInViewport();
        tab.button("Jump to bottom").click();
        assertThat(tab.text("Over.")).isInViewport();
        assertThat(tab.button("Jump to bottom")).isHidden();
    }

    private static void answer(String text) {
        Dictation.Reply reply = STAGE.nextReply();
        reply.say(text);
        reply.end();
    }

    private static Locator branches(Tab tab) {
        return tab.page().getByLabel("Replies to this message");
    }

    /// The last message of the open chat, as the server has it.
    private static JsonNode stored(Tab tab) {
        JsonNode messages =
                STAGE.get("api/chats/%s/messages".formatted(tab.chatId())).path("messages");
        return messages.path(messages.size() - 1);
    }

    private static void watchLayout(Tab tab) {
        tab.page()
                .evaluate(
                        """
                        () => {
                          window.layoutShift = 0;
                          window.shrunk = 0;
                          new PerformanceObserver((list) => {
                            for (const shift of list.getEntries()) window.layoutShift += shift.value;
                          }).observe({ type: 'layout-shift' });
                          let height = 0;
                          new ResizeObserver(([prose]) => {
                            if (prose.contentRect.height < height - 1) window.shrunk++;
                            height = prose.contentRect.height;
                          }).observe(document.querySelector('.prose'));
                        }
                        """);
    }
}
