package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// What readers see of a server that dies and of a network that goes.
@Timeout(90)
final class BrowserReconnectTest {

    private static final String BEGINNING = "It was a dark and stormy night; ";
    private static final String END = "the rain fell in torrents.";

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void theServerIsKilledInMidReplyAndTheReplyEndsAllTheSame() {
        STAGE.foresee(Stage.UNREACHABLE);
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("Tell me a story");
        STAGE.nextReply().say(BEGINNING);
        assertThat(tab.prose()).hasText(BEGINNING);

        STAGE.killServer();

        assertThat(tab.text("Reconnecting…")).isVisible();
        assertThat(tab.prose()).hasText(BEGINNING);
        STAGE.startServer();
        Dictation.Reply goesOn = STAGE.nextReply();
        assertThat(goesOn.messages().toString()).contains(BEGINNING);
        assertThat(tab.text("Reconnecting…")).hasCount(0);
        assertThat(tab.prose()).hasText(BEGINNING);
        goesOn.say(END);
        assertThat(tab.prose()).hasText(BEGINNING + END);
        goesOn.end();

        tab.awaitReplies(1);
        assertThat(tab.prose()).hasText(BEGINNING + END);
        assertThat(tab.said()).hasText("Tell me a story");
        assertThat(tab.text("Resumed after an interruption")).isVisible();
        JsonNode messages =
                STAGE.get("api/chats/%s/messages".formatted(tab.chatId())).path("messages");
        assertThat(messages.path(1).path("content").asText()).isEqualTo(BEGINNING + END);
    }

    @Test
    void whatIsWrittenWhileTheServerIsAwayIsSentWhenItIsBack() {
        STAGE.foresee(Stage.UNREACHABLE);
        Tab tab = STAGE.visitor().say("Before");
        tab.awaitReplies(1);
        STAGE.killServer();
        assertThat(tab.text("Reconnecting…")).isVisible();

        tab.say("Meanwhile");
        assertThat(tab.text("Will be sent when the connection is back")).isVisible();
        STAGE.startServer();

        tab.awaitReplies(2);
        assertThat(tab.said()).hasText(new String[] {"Before", "Meanwhile"});
        tab.reload();
        tab.awaitReplies(2);
        assertThat(tab.said()).hasText(new String[] {"Before", "Meanwhile"});
    }

    @Test
    void aStopWithoutAConnectionStopsTheReplyOnceThereIsOne() {
        STAGE.foresee(Stage.UNREACHABLE);
        try (var network = new Relay(STAGE.url())) {
            Tab tab = STAGE.visitor().open(network.url().toString());
            tab.use(Dictation.MODEL).say("In the tunnel");
            Dictation.Reply reply = STAGE.nextReply();
            reply.say(BEGINNING);
            assertThat(tab.prose()).hasText(BEGINNING);
            network.fallSilent();
            tab.page().context().setOffline(true);
            assertThat(tab.text("Reconnecting…")).isVisible();

            tab.button("Stop reply").click();
            network.comeBack();
            tab.page().context().setOffline(false);

            tab.awaitReplies(1);
            assertThat(tab.prose()).hasText(BEGINNING);
            assertThat(tab.text("Reconnecting…")).hasCount(0);
        }
    }

    /// The socket of the page is not closed: that it is dead must be found out.
    @Test
    void whoWasOfflineMissesNothing() {
        STAGE.foresee(Stage.UNREACHABLE);
        try (var network = new Relay(STAGE.url())) {
            Tab tab = STAGE.visitor().open(network.url().toString());
            tab.use(Dictation.MODEL).say("In the train");
            Dictation.Reply reply = STAGE.nextReply();
            reply.say(BEGINNING);
            assertThat(tab.prose()).hasText(BEGINNING);

            network.fallSilent();
            tab.page().context().setOffline(true);
            assertThat(tab.text("Reconnecting…")).isVisible();
            reply.say(END);
            reply.end();
            tab.say("Are we there?");
            assertThat(tab.text("Will be sent when the connection is back")).isVisible();
            assertThat(tab.prose()).hasText(BEGINNING);
            network.comeBack();
            tab.page().context().setOffline(false);

            Dictation.Reply next = STAGE.nextReply();
            next.say("Soon.");
            next.end();
            tab.awaitReplies(2);
            assertThat(tab.text("Reconnecting…")).hasCount(0);
            assertThat(tab.page().locator(".prose"))
                    .hasText(new String[] {BEGINNING + END, "Soon."});
            assertThat(tab.said()).hasText(new String[] {"In the train", "Are we there?"});
        }
    }
}
