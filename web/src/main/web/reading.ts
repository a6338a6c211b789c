import { ChatState, View, tailOf, withEarlier } from './chat-state';
import { Message } from './protocol';

const PAGE_MESSAGES = 100;
/** Messages around one that was turned to, and the most that are drawn at a time. */
const WINDOW_MESSAGES = 60;
const WINDOW_MESSAGES_MAX = 400;

interface MessagePage {
  readonly messages: Message[];
  readonly has_more: boolean;
  readonly has_later?: boolean;
  readonly on_path?: boolean;
}

/** What {@link Reading} reads through and changes. */
interface Book {
  state(chatId: string): ChatState | undefined;
  put(state: ChatState): void;
  messages(command: Record<string, unknown>): Promise<unknown>;
}

/** Reads in other parts of a chat than its end: around a message, before and after. */
export class Reading {
  private turns = 0;

  constructor(private readonly book: Book) {}

  /** Turns to a message, wherever in the chat it is. */
  async turnTo(chatId: string, messageId: string): Promise<void> {
    const known = this.book.state(chatId);
    if (known?.messages.some(({ id }) => id === messageId) === true) {
      this.look(chatId, { ...tailOf(known), target: messageId, turn: ++this.turns });
      return;
    }
    const page = await this.page(chatId, { around: messageId, limit: WINDOW_MESSAGES });
    this.look(chatId, {
      messages: page.messages,
      hasMore: page.has_more,
      hasLater: page.has_later === true,
      onPath: page.on_path !== false,
      target: messageId,
      turn: ++this.turns,
    });
  }

  /** Another part of a chat, or with none its end. */
  look(chatId: string, view: View | undefined): void {
    const state = this.book.state(chatId);
    if (state !== undefined) {
      this.book.put({ ...state, view });
    }
  }

  async earlier(state: ChatState): Promise<void> {
    const now = state.view ?? tailOf(state);
    const before = now.messages[0]?.id;
    if (before === undefined) {
      return;
    }
    const page = await this.page(state.id, { before, limit: PAGE_MESSAGES });
    const known = this.book.state(state.id);
    if (known === undefined || (known.view ?? known).messages[0]?.id !== before) {
      return;
    }
    const all = [...page.messages, ...now.messages];
    if (known.view === undefined && all.length <= WINDOW_MESSAGES_MAX) {
      this.book.put(withEarlier(known, page.messages, page.has_more));
      return;
    }
    // What is far below is let go of.
    this.look(state.id, {
      ...now,
      messages: all.slice(0, WINDOW_MESSAGES_MAX),
      hasMore: page.has_more,
      hasLater: now.hasLater || all.length > WINDOW_MESSAGES_MAX,
    });
  }

  async later(state: ChatState): Promise<void> {
    const { view } = state;
    const after = view?.messages[view.messages.length - 1]?.id;
    if (view === undefined || after === undefined || !view.onPath) {
      return;
    }
    const page = await this.page(state.id, { after, limit: PAGE_MESSAGES });
    const known = this.book.state(state.id);
    if (known?.view !== view) {
      return;
    }
    const all = [...view.messages, ...page.messages];
    const messages = all.slice(-WINDOW_MESSAGES_MAX);
    const hasMore = view.hasMore || messages.length < all.length;
    const last = all[all.length - 1]?.id;
    if (page.has_later !== true && last === known.messages[known.messages.length - 1]?.id) {
      // This is the end, which is kept up to date.
      this.book.put({ ...known, messages, hasMore, view: undefined });
    } else {
      this.look(state.id, { ...view, messages, hasMore, hasLater: page.has_later === true });
    }
  }

  private page(chatId: string, what: Record<string, unknown>): Promise<MessagePage> {
    return this.book.messages({ chat_id: chatId, ...what }) as Promise<MessagePage>;
  }
}
