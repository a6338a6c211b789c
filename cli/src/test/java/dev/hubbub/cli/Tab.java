package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

import java.util.regex.Pattern;

/// A tab of the browser: what a reader does and sees in it, found by the names that a screen reader
/// says.
record Tab(Page page) {

    /// The same reader's next tab, at the address of this one.
    Tab another() {
        return new Tab(page.context().newPage()).open(page.url());
    }

    Tab open(String address) {
        page.navigate(address);
        assertThat(input()).isVisible();
        return this;
    }

    void reload() {
        page.reload();
    }

    /// Chooses who answers in what is open.
    Tab use(String model) {
        page.locator(".model-button").click();
        Locator search = page.getByLabel("Search models, or type an id");
        search.fill(model);
        search.press("Enter");
        assertThat(page.locator(".model-panel")).hasCount(0);
        return this;
    }

    Tab say(String text) {
        input().fill(text);
        input().press("Enter");
        return this;
    }

    Locator input() {
        return page.getByRole(AriaRole.TEXTBOX, named("Message", true));
    }

    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, named(name, true));
    }

    Locator heading(String name) {
        return page.getByRole(AriaRole.HEADING, named(name, true));
    }

    Locator text(String text) {
        return page.getByText(text);
    }

    /// What its reader said.
    Locator said() {
        return page.locator(".bubble");
    }

    Locator replies() {
        return page.locator("article.answer");
    }

    /// Replies that are being made.
    Locator running() {
        return page.locator("article.answer[aria-busy=true]");
    }

    /// The text of the last reply.
    Locator prose() {
        return page.locator("article.answer .prose").last();
    }

    /// Waits until there are so many replies and all of them are done.
    void awaitReplies(int count) {
        assertThat(page.locator("article.answer[aria-busy=false]")).hasCount(count);
        assertThat(running()).hasCount(0);
    }

    /// A chat in the list.
    Locator chat(String name) {
        return page.locator(".chats li").filter(new Locator.FilterOptions().setHasText(name));
    }

    Locator link(String name) {
        return chat(name).getByRole(AriaRole.LINK);
    }

    /// Does something with a chat of the list, by its menu.
    void choose(String name, String action) {
        chat(name).hover();
        button("Actions for " + name).click();
        page.getByRole(AriaRole.MENUITEM, named(action, true)).click();
    }

    /// The id of the open chat, once it has one.
    String chatId() {
        assertThat(page).hasURL(Pattern.compile("/c/[\\w-]+$"));
        return page.url().substring(page.url().lastIndexOf('/') + 1);
    }

    private static Page.GetByRoleOptions named(String name, boolean exact) {
        return new Page.GetByRoleOptions().setName(name).setExact(exact);
    }
}
