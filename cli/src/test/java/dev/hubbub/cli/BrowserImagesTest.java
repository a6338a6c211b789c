package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import javax.imageio.ImageIO;

/// Images in messages: chosen, pasted and dropped, seen before and after they are sent, and refused
/// with a reason.
@Timeout(90)
final class BrowserImagesTest {

    private static final int IMAGES_MAX = 8;
    private static final int BYTES_MAX = 8 << 20;

    /// Does with files what a reader does who pastes or drops them.
    private static final String HAND_OVER =
            """
            (element, {type, name, data}) => {
              const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
              const transfer = new DataTransfer();
              transfer.items.add(new File([bytes], name, {type: 'image/png'}));
              const options = {bubbles: true, cancelable: true};
              element.dispatchEvent(type === 'paste'
                ? new ClipboardEvent(type, {...options, clipboardData: transfer})
                : new DragEvent(type, {...options, dataTransfer: transfer}));
            }
            """;

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void imagesAreChosenPastedAndDroppedAndSeenByTheModel() {
        Tab tab = STAGE.visitor().use(Dictation.SEEING_MODEL);
        choose(tab, png("chosen.png", 0xff0000));
        handOver(tab, "paste", png("pasted.png", 0x00ff00));
        handOver(tab, "drop", png("dropped.png", 0x0000ff));
        assertThat(attachments(tab)).hasCount(3);
        assertThat(tab.button("Send message")).isEnabled();
        Axe.check(tab.page(), "images to send");

        tab.button("Remove pasted.png").click();
        assertThat(attachments(tab)).hasCount(2);
        assertThat(tab.input()).isFocused();
        tab.say("Which colours?");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say("Red and blue.");
        reply.end();
        tab.awaitReplies(1);
        assertThat(attachments(tab)).hasCount(0);
        assertThat(imagesGiven(reply)).hasSize(2).allMatch(url -> url.startsWith("data:image/png"));

        assertShown(tab, 2);
        tab.reload();
        assertShown(tab, 2);
    }

    @Test
    void anImageNeedsNoWords() {
        Tab tab = STAGE.visitor().use(Dictation.SEEING_MODEL);
        assertThat(tab.button("Send message")).isDisabled();
        choose(tab, png("alone.png", 0xff8800));
        tab.button("Send message").click();
        STAGE.nextReply().end();
        tab.awaitReplies(1);
        assertThat(tab.said()).hasCount(0);
        assertShown(tab, 1);
    }

    @Test
    void anImageOpensLargeAndLeadsToTheNext() {
        Tab tab = STAGE.visitor().use(Dictation.SEEING_MODEL);
        choose(tab, png("one.png", 0xff0000), png("two.png", 0x0000ff));
        tab.button("Send message").click();
        STAGE.nextReply().end();
        tab.awaitReplies(1);

        tab.button("Open image 1 of 2").click();
        Locator dialog = tab.page().getByRole(AriaRole.DIALOG);
        assertThat(dialog.locator("img")).isVisible();
        assertThat(tab.button("Previous image")).isDisabled();
        Axe.check(tab.page(), "an image");
        tab.page().keyboard().press("ArrowRight");
        assertThat(dialog).hasAccessibleName("Image 2 of 2");
        assertThat(tab.button("Next image")).isDisabled();
        tab.page().keyboard().press("Escape");
        assertThat(dialog).hasCount(0);
        assertThat(tab.button("Open image 1 of 2")).isFocused();
    }

    @Test
    void whatIsNoImageTooManyOrTooLargeIsRefusedWithAReason() {
        STAGE.foresee("413|415|Failed to load resource");
        Tab tab = STAGE.visitor().use(Dictation.SEEING_MODEL);
        choose(tab, new FilePayload("notes.txt", "text/plain", bytes("Words")));
        assertThat(alert(tab, "notes.txt is no PNG, JPEG, GIF or WebP image.")).isVisible();

        choose(tab, new FilePayload("lie.png", "image/png", bytes("No image")));
        assertThat(tab.page().locator(".attachment.failed")).containsText("PNG");
        tab.input().fill("It stays here.");
        assertThat(tab.button("Send message")).isDisabled();
        tab.button("Remove lie.png").click();
        assertThat(tab.button("Send message")).isEnabled();

        byte[] large = Arrays.copyOf(png("x", 1).buffer, BYTES_MAX + 1);
        choose(tab, new FilePayload("large.png", "image/png", large));
        assertThat(tab.page().locator(".attachment.failed")).containsText("large");
        tab.button("Remove large.png").click();

        var many = new ArrayList<FilePayload>();
        for (int i = 0; i <= IMAGES_MAX; i++) {
            many.add(png(i + ".png", i));
        }
        choose(tab, many.toArray(FilePayload[]::new));
        assertThat(attachments(tab)).hasCount(IMAGES_MAX);
        assertThat(alert(tab, "A message takes 8 images at most.")).isVisible();
    }

    @Test
    void imagesAreForModelsThatLookAtThem() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL);
        assertThat(tab.button("Add images")).isDisabled();
        tab.use(Dictation.SEEING_MODEL);
        assertThat(tab.button("Add images")).isEnabled();
        choose(tab, png("seen.png", 0x123456));
        assertThat(tab.button("Send message")).isEnabled();
        tab.use(Dictation.MODEL);
        assertThat(alert(tab, "does not look at images")).isVisible();
        assertThat(tab.button("Send message")).isDisabled();
        tab.use(Dictation.SEEING_MODEL);
        assertThat(tab.button("Send message")).isEnabled();
    }

    @Test
    void aWithdrawnMessageComesBackWithItsImages() {
        Tab tab = STAGE.visitor().use(Dictation.SEEING_MODEL).say("First");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say("One moment");
        assertThat(tab.prose()).containsText("One moment");
        choose(tab, png("later.png", 0x00ffff));
        tab.say("And this?");
        assertThat(tab.page().getByLabel("You, waiting").locator("hubbub-image img")).isVisible();
        tab.button("Withdraw").click();
        assertThat(tab.input()).hasValue("And this?");
        assertThat(attachments(tab)).hasCount(1);
        reply.end();
        tab.awaitReplies(1);
    }

    private static void choose(Tab tab, FilePayload... files) {
        tab.page().locator(".composer input[type=file]").setInputFiles(files);
    }

    private static void handOver(Tab tab, String type, FilePayload file) {
        String content = Base64.getEncoder().encodeToString(file.buffer);
        tab.input().evaluate(HAND_OVER, Map.of("type", type, "name", file.name, "data", content));
    }

    private static Locator attachments(Tab tab) {
        return tab.page().locator(".attachment");
    }

    private static Locator alert(Tab tab, String text) {
        return tab.page()
                .getByRole(AriaRole.ALERT)
                .filter(new Locator.FilterOptions().setHasText(text));
    }

    /// So many images of messages are on the screen, drawn and not only there.
    private static void assertShown(Tab tab, int count) {
        Locator images = tab.page().locator("article.mine hubbub-image img");
        assertThat(images).hasCount(count);
        for (int i = 0; i < count; i++) {
            Page page = tab.page();
            images.nth(i).scrollIntoViewIfNeeded();
            page.waitForCondition(
                    () -> (Boolean) images.first().evaluate("image => image.naturalWidth > 0"));
        }
    }

    private static List<String> imagesGiven(Dictation.Reply reply) {
        var urls = new ArrayList<String>();
        for (JsonNode message : reply.messages()) {
            for (JsonNode part : message.path("content")) {
                if (part.has("image_url")) {
                    urls.add(part.path("image_url").path("url").asText());
                }
            }
        }
        return urls;
    }

    /// An image of one colour.
    static FilePayload png(String name, int colour) {
        var image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                image.setRGB(x, y, colour);
            }
        }
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return new FilePayload(name, "image/png", bytes.toByteArray());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
