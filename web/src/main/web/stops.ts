import { Connection, ConnectionLost } from './connection';

/**
 * Replies that a reader stopped, until the server has heard it. Each stop names its reply, so it is
 * safe to repeat: what a lost connection leaves open is sent over the next one.
 */
export class Stops {
  /** Replies and their chats, by both: replies are numbered within their chat. */
  private readonly open = new Map<string, readonly [chatId: string, replyId: string]>();

  constructor(
    private readonly connection: Connection,
    private readonly complain: (reason: unknown) => void,
  ) {}

  add(chatId: string, replyId: string): void {
    this.open.set(keyOf(chatId, replyId), [chatId, replyId]);
    if (this.connection.status === 'open') {
      this.send(chatId, replyId);
    }
  }

  /** There is a connection again. */
  sendAll(): void {
    for (const [chatId, replyId] of this.open.values()) {
      this.send(chatId, replyId);
    }
  }

  private send(chatId: string, replyId: string): void {
    const command = { type: 'stop_generation', chat_id: chatId, reply_id: replyId };
    this.connection.request(command, Infinity).then(
      () => this.open.delete(keyOf(chatId, replyId)),
      (reason: unknown) => {
        if (!(reason instanceof ConnectionLost)) {
          this.open.delete(keyOf(chatId, replyId));
          this.complain(reason);
        }
      },
    );
  }
}

function keyOf(chatId: string, replyId: string): string {
  return `${chatId} ${replyId}`;
}
