import { Connection, ConnectionLost, Refused } from './connection';
import { Outbox, Outgoing } from './outbox';
import { Chat } from './protocol';

/** Takes the messages of the outbox to the server, one after the other. */
export class Delivery {
  private running = false;

  constructor(
    private readonly connection: Connection,
    private readonly outbox: Outbox,
    private readonly onBorn: (chatId: string, id: string, chat?: Chat) => Promise<void>,
    private readonly onChange: (chatId: string, error?: string) => void,
  ) {}

  /** Sends what waits, as long as there is a connection; the rest goes when there is one again. */
  async run(): Promise<void> {
    if (this.running) {
      return;
    }
    this.running = true;
    try {
      for (;;) {
        const item = this.outbox.unsent()[0];
        if (item === undefined || this.connection.status !== 'open') {
          return;
        }
        if (!(await this.deliver(item))) {
          return;
        }
      }
    } finally {
      this.running = false;
    }
  }

  /** False when the connection was lost: nobody knows whether it came, so it is sent again. */
  private async deliver(item: Outgoing): Promise<boolean> {
    const { clientMessageId, content, images, parent } = item;
    try {
      const chatId = item.creates === undefined ? item.chatId : await this.create(item);
      const answer = await this.connection.request({
        type: 'send_message',
        chat_id: chatId,
        content,
        images,
        parent,
        client_message_id: clientMessageId,
        generate: true,
      });
      const messageId = answer['message_id'] as string | undefined;
      this.outbox.change(clientMessageId, { state: 'accepted', messageId });
      this.onChange(chatId);
    } catch (reason) {
      if (reason instanceof ConnectionLost) {
        return false;
      }
      const error = reason instanceof Error ? reason.message : String(reason);
      this.outbox.change(clientMessageId, { state: 'refused', error });
      this.onChange(item.chatId, error);
    }
    return true;
  }

  /** Makes the chat of a message. Safe to repeat: the id is ours. */
  private async create(item: Outgoing): Promise<string> {
    let id = item.chatId;
    let chat: Chat | undefined;
    try {
      const command = { type: 'create_chat', id, ...item.creates };
      chat = (await this.connection.request(command))['chat'] as Chat;
      id = chat.id;
    } catch (reason) {
      if (!(reason instanceof Refused && /exists$/.test(reason.code))) {
        throw reason;
      }
    }
    this.outbox.born(item.chatId, id);
    await this.onBorn(item.chatId, id, chat);
    return id;
  }
}
