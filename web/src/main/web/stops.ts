import { Connection, ConnectionLost } from './connection';

/**
 * Replies that a reader stopped, until the server has heard it. Each stop names its reply, so it is
 * safe to repeat: what a lost connection leaves open is sent over the next one.
 */
export class Stops {
  /** Replies, each with its chat. */
  private readonly open = new Map<string, string>();

  constructor(
    private readonly connection: Connection,
    private readonly complain: (reason: unknown) => void,
  ) {}

  add(chatId: string, replyId: string): void {
    this.open.set(replyId, chatId);
    if (this.connection.status === 'open') {
      this.send(chatId, replyId);
    }
  }

  /** There is a connection again. */
  sendAll(): void {
    for (const [replyId, chatId] of this.open) {
      this.send(chatId, replyId);
    }
  }

  private send(chatId: string, replyId: string): void {
    const command = { type: 'stop_generation', chat_id: chatId, reply_id: replyId };
    this.connection.request(command, Infinity).then(
      () => this.open.delete(replyId),
      (reason: unknown) => {
        if (!(reason instanceof ConnectionLost)) {
          this.open.delete(replyId);
          this.complain(reason);
        }
      },
    );
  }
}
