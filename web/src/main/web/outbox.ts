import { ChatState } from './chat-state';
import { keep, keptJson } from './kept';
import { LeftBehind } from './left-behind';
import { randomId } from './protocol';

/** What a chat is made with. */
export interface Creation {
  readonly model?: string | undefined;
  readonly system_prompt?: string | undefined;
}

/** A message of ours that the server has not told back yet. */
export interface Outgoing {
  readonly chatId: string;
  readonly clientMessageId: string;
  readonly content: string;
  /** What it follows where that is not the end of the chat; null for nothing. */
  readonly parent?: string | null | undefined;
  readonly images?: readonly string[] | undefined;
  /** Set when the chat itself must be made first. */
  readonly creates?: Creation | undefined;
  readonly state: 'sending' | 'accepted' | 'refused';
  readonly messageId?: string | undefined;
  readonly error?: string | undefined;
}

const KEY = 'hubbub.outbox';

/**
 * What was typed and is not known to be on the server. It outlives a lost connection, a reload and,
 * where that can be, its tab, and is sent again with the same `client_message_id`, so that the
 * server takes it once.
 */
export class Outbox {
  private items = keptJson<readonly Outgoing[]>('tab', KEY, []);
  private readonly leftBehind = new LeftBehind();

  /** Takes over what closed tabs had to send; false if that is nothing. */
  async takeOver(): Promise<boolean> {
    const left = (await this.leftBehind.begin()).filter((item) => !this.has(item.clientMessageId));
    this.put([...left, ...this.items]);
    return left.length > 0;
  }

  add(
    chatId: string,
    content: string,
    more: Pick<Outgoing, 'creates' | 'images' | 'parent'> = {},
  ): Outgoing {
    const item: Outgoing = {
      ...more,
      chatId,
      clientMessageId: randomId(),
      content,
      state: 'sending',
    };
    this.put([...this.items, item]);
    return item;
  }

  of(chatId: string): readonly Outgoing[] {
    return this.items.filter((item) => item.chatId === chatId);
  }

  /** In the order in which they were written. */
  unsent(): readonly Outgoing[] {
    return this.items.filter((item) => item.state === 'sending');
  }

  has(clientMessageId: string): boolean {
    return this.items.some((item) => item.clientMessageId === clientMessageId);
  }

  change(clientMessageId: string, change: Partial<Outgoing>): void {
    this.put(
      this.items.map((item) =>
        item.clientMessageId === clientMessageId ? { ...item, ...change } : item,
      ),
    );
  }

  /** The chat is there (under this id): its messages need not make it. */
  born(chatId: string, id: string): void {
    this.put(
      this.items.map((item) =>
        item.chatId === chatId ? { ...item, chatId: id, creates: undefined } : item,
      ),
    );
  }

  drop(clientMessageId: string): void {
    this.put(this.items.filter((item) => item.clientMessageId !== clientMessageId));
  }

  dropChat(chatId: string): void {
    this.put(this.items.filter((item) => item.chatId !== chatId));
  }

  /** Lets go of what the chat itself shows now. */
  settle(chat: ChatState, whole: boolean): void {
    const messages = new Set(chat.messages.map((message) => message.id));
    const keys = new Set(chat.keys.values());
    const waiting = new Set(chat.waiting.map((message) => message.client_message_id));
    const kept = this.items.filter(
      (item) =>
        item.chatId !== chat.id ||
        !(
          keys.has(`sent:${item.clientMessageId}`) ||
          waiting.has(item.clientMessageId) ||
          (item.messageId !== undefined && messages.has(item.messageId)) ||
          (whole && item.state === 'accepted')
        ),
    );
    if (kept.length !== this.items.length) {
      this.put(kept);
    }
  }

  private put(items: readonly Outgoing[]): void {
    this.items = items;
    const lasting = items.filter((item) => item.state !== 'accepted');
    keep('tab', KEY, JSON.stringify(lasting));
    this.leftBehind.keep(lasting);
  }
}
