package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// One question and several models.
@Timeout(60)
final class BrowserCompareTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void severalModelsAnswerSideBySideAndTheChatGoesOnFromOne() {
        Tab tab = STAGE.visitor();
        tab.input().fill("Tea or coffee?");
        tab.button("Ask several models").click();
        Locator sheet = tab.page().getByRole(AriaRole.DIALOG);
        assertThat(sheet.getByLabel("Question")).hasValue("Tea or coffee?");
        assertThat(tab.button("Ask")).isDisabled();
        sheet.locator(".compare-models label").filter(has("dictated")).first().click();
        sheet.locator(".compare-models label").filter(has("ELIZA")).click();
        Axe.check(tab.page(), "the models to ask");
        tab.button("Ask").click();

        Dictation.Reply reply = STAGE.nextReply();
        reply.say("Coffee, of ");
        Locator columns = sheet.locator(".compare-column");
        assertThat(columns).hasCount(2);
        Locator dictated = columns.filter(has("Coffee, of"));
        assertThat(dictated.getByRole(AriaRole.BUTTON, named("Stop"))).isVisible();
        assertThat(columns.getByRole(AriaRole.BUTTON, named("Go on with this one"))).hasCount(1);
        reply.say("course.");
        reply.end();
        assertThat(columns.getByRole(AriaRole.BUTTON, named("Go on with this one"))).hasCount(2);
        Axe.check(tab.page(), "replies side by side");

        columns.filter(has("Coffee, of course."))
                .getByRole(AriaRole.BUTTON, named("Go on with this one"))
                .click();

        assertThat(sheet).hasCount(0);
        assertThat(tab.said()).hasText(new String[] {"Tea or coffee?"});
        assertThat(tab.prose()).hasText("Coffee, of course.");
        assertThat(tab.page().getByLabel("Replies to this message")).containsText("/ 2");
        assertThat(tab.page().locator(".chats li")).hasCount(1);
        assertThat(tab.input()).hasValue("");
    }

    @Test
    void whatWasAskedIsLookedAtAgainFromEveryTab() {
        Tab tab = STAGE.visitor().say("Let us choose");
        tab.awaitReplies(1);
        Tab other = tab.another();
        other.awaitReplies(1);
        ask(tab, "Train or plane?");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say("The train, ");
        assertThat(columns(tab)).hasCount(2);
        tab.page().keyboard().press("Escape");
        assertThat(columns(tab)).hasCount(0);

        assertThat(again(other)).isVisible();
        Axe.check(other.page(), "a question that two models answer");
        tab.reload();
        again(tab).focus();
        tab.page().keyboard().press("Enter");
        assertThat(tab.heading("Train or plane?")).isVisible();
        assertThat(columns(tab)).hasCount(2);
        assertThat(columns(tab).filter(has("The train,"))).hasCount(1);

        again(other).click();
        reply.say("if there is time.");
        reply.end();
        for (Tab one : List.of(tab, other)) {
            assertThat(columns(one).filter(has("The train, if there is time."))).hasCount(1);
            assertThat(goOn(columns(one))).hasCount(2);
        }
        Axe.check(other.page(), "replies that were asked for elsewhere");
        goOn(columns(other).filter(has("The train,"))).click();

        assertThat(columns(other)).hasCount(0);
        assertThat(other.prose()).hasText("The train, if there is time.");
        assertThat(other.input()).isFocused();
        assertThat(again(other)).hasCount(0);
        tab.page().keyboard().press("Escape");
        assertThat(tab.prose()).hasText("The train, if there is time.");
        assertThat(again(tab)).hasCount(0);
        assertThat(tab.chat("Let us choose")).hasCount(1);
        assertThat(tab.chat(Dictation.MODEL)).hasCount(0);
    }

    @Test
    void aQuestionWhoseAnswerIsLostIsAskedOnce() {
        STAGE.foresee("net::ERR_FAILED");
        Tab tab = STAGE.visitor();
        String compare = "**/compare";
        var lost = new AtomicInteger();
        tab.page()
                .route(
                        compare,
                        route -> {
                            if (route.request().method().equals("POST")
                                    && lost.getAndIncrement() == 0) {
                                route.fetch();
                                route.abort();
                            } else {
                                route.resume();
                            }
                        });
        ask(tab, "Now or never?");
        Locator sheet = tab.page().getByRole(AriaRole.DIALOG);
        assertThat(sheet.getByRole(AriaRole.ALERT)).isVisible();
        tab.button("Ask").click();

        assertThat(columns(tab)).hasCount(2);
        STAGE.nextReply().end();
        tab.page().keyboard().press("Escape");
        assertThat(tab.said()).hasText(new String[] {"Now or never?"});
        assertThat(again(tab)).isVisible();
    }

    @Test
    void aLongReplyOnAPhoneLeavesTheNextItsPlace() {
        Tab tab = STAGE.visitor(new NewContextOptions().setViewportSize(390, 844));
        ask(tab, "Which trains are there?");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say("One more train.\n\n".repeat(60));
        reply.end();
        assertThat(goOn(columns(tab))).hasCount(2);

        assertThat(columns(tab).first()).containsText("One more train.");
        BoundingBox text = columns(tab).first().locator(".prose").boundingBox();
        assertThat(text.y + text.height).isLessThan(columns(tab).last().boundingBox().y);
        goOn(columns(tab).last()).click();
        assertThat(columns(tab)).hasCount(0);
    }

    @Test
    void allRepliesStoppedWithoutAConnectionAreStopped() {
        STAGE.foresee(Stage.UNREACHABLE);
        try (var network = new Relay(STAGE.url())) {
            Tab tab = STAGE.visitor().open(network.url().toString());
            ask(tab, "What did they say?", Dictation.MODEL, Dictation.SEEING_MODEL);
            STAGE.nextReply().say("They said");
            STAGE.nextReply().say("They said");
            Locator stops = columns(tab).getByRole(AriaRole.BUTTON, named("Stop"));
            assertThat(columns(tab).filter(has("They said"))).hasCount(2);
            network.fallSilent();
            tab.page().context().setOffline(true);
            assertThat(tab.text("Reconnecting…")).isVisible();

            stops.first().click();
            stops.last().click();
            network.comeBack();
            tab.page().context().setOffline(false);

            assertThat(goOn(columns(tab))).hasCount(2);
        }
    }

    private static void ask(Tab tab, String question) {
        ask(tab, question, Dictation.MODEL, "ELIZA");
    }

    private static void ask(Tab tab, String question, String... models) {
        tab.input().fill(question);
        tab.button("Ask several models").click();
        Locator labels = tab.page().getByRole(AriaRole.DIALOG).locator(".compare-models label");
        for (String model : models) {
            labels.filter(has(model)).first().click();
        }
        tab.button("Ask").click();
    }

    private static Locator columns(Tab tab) {
        return tab.page().locator(".compare-column");
    }

    private static Locator again(Tab tab) {
        return tab.button("2 models answered side by side: compare");
    }

    private static Locator goOn(Locator columns) {
        return columns.getByRole(AriaRole.BUTTON, named("Go on with this one"));
    }

    private static Locator.FilterOptions has(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }

    private static Locator.GetByRoleOptions named(String name) {
        return new Locator.GetByRoleOptions().setName(name).setExact(true);
    }
}
