import { ChatList } from './chat-list';
import { ChatState, LiveReply, unloaded } from './chat-state';
import { Chat, Message } from './protocol';
import { userShown } from './token';

/** What is kept: so many chats of the list, so many chats with messages, so many of each. */
const LISTED_MAX = 200;
const CHATS_MAX = 50;
const MESSAGES_MAX = 100;
const CHAT_CHARS_MAX = 200_000;
const CHARS_MAX = 8_000_000;

/** What changes is written this often at most, when the server is away and when the page is left. */
const WRITE_MILLIS = 1_000;

const DATABASE = 'hubbub';
const STORE = 'seen';

interface KeptChat {
  readonly user: string;
  readonly id: string;
  readonly chat: Chat;
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
  readonly reply?: LiveReply | undefined;
  readonly chars: number;
  readonly keptAt: number;
}

interface KeptList {
  readonly user: string;
  readonly id: '';
  readonly chats: ChatList;
}

/**
 * The chats last seen, in this browser's IndexedDB, for a page that opens without its server. It is
 * bounded, one user's never shows to another, and signing out empties it. Where the browser keeps
 * nothing, there is nothing to show offline and all else works.
 */
export class Offline {
  private readonly user = userShown();
  private readonly database = opened();
  private readonly changed = new Map<string, ChatState>();
  private chats: ChatList | undefined;
  private timer = 0;

  constructor() {
    window.addEventListener('pagehide', () => this.flush());
    document.addEventListener('visibilitychange', () => this.flush());
  }

  async list(): Promise<ChatList> {
    return (await this.read<KeptList>(''))?.chats ?? [];
  }

  async chat(id: string): Promise<ChatState | undefined> {
    const kept = await this.read<KeptChat>(id);
    return (
      kept && {
        ...unloaded(id),
        phase: 'ready',
        chat: kept.chat,
        messages: kept.messages,
        hasMore: kept.hasMore,
        reply: kept.reply,
      }
    );
  }

  keepList(chats: ChatList): void {
    this.chats = chats;
    this.writeSoon();
  }

  /** Keeps the end of a chat, and lets go of those that were not seen for longest. */
  keepChat(state: ChatState): void {
    this.changed.set(state.id, state);
    this.writeSoon();
  }

  private writeSoon(): void {
    if (this.timer === 0) {
      this.timer = window.setTimeout(() => this.flush(), WRITE_MILLIS);
    }
  }

  /** Writes what changed. */
  flush(): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
    const { chats } = this;
    if (chats !== undefined) {
      this.chats = undefined;
      const kept: KeptList = { user: this.user, id: '', chats: chats.slice(0, LISTED_MAX) };
      void this.write((store) => store.put(kept));
    }
    for (const state of this.changed.values()) {
      this.writeChat(state);
    }
    this.changed.clear();
  }

  private writeChat(state: ChatState): void {
    if (state.chat === undefined || state.phase !== 'ready') {
      return;
    }
    const { messages, chars } = end(state.messages);
    const kept: KeptChat = {
      user: this.user,
      id: state.id,
      chat: state.chat,
      messages,
      hasMore: state.hasMore || messages.length < state.messages.length,
      reply: state.reply && { ...state.reply, pieces: [state.reply.pieces.join('')] },
      chars: chars + (state.reply?.length ?? 0),
      keptAt: Date.now(),
    };
    void this.write((store) => {
      store.put(kept);
      const all = store.index('keptAt').openCursor(null, 'prev');
      let chats = 0;
      let total = 0;
      all.onsuccess = () => {
        const cursor = all.result;
        if (cursor !== null) {
          const { user, chars: size } = cursor.value as KeptChat;
          total += size;
          // Another user's may be from before that user's token ended; it goes.
          if (++chats > CHATS_MAX || total > CHARS_MAX || user !== this.user) {
            cursor.delete();
          }
          cursor.continue();
        }
      };
    });
  }

  forget(id: string): void {
    this.changed.delete(id);
    void this.write((store) => store.delete([this.user, id]));
  }

  async empty(): Promise<void> {
    window.clearTimeout(this.timer);
    this.changed.clear();
    this.chats = undefined;
    await this.write((store) => store.clear());
  }

  private async read<T>(id: string): Promise<T | undefined> {
    const database = await this.database;
    if (database === undefined) {
      return undefined;
    }
    const asked = database.transaction(STORE).objectStore(STORE).get([this.user, id]);
    return new Promise((resolve) => {
      asked.onsuccess = () => resolve(asked.result as T | undefined);
      asked.onerror = () => resolve(undefined);
    });
  }

  private async write(work: (store: IDBObjectStore) => void): Promise<void> {
    const database = await this.database;
    if (database === undefined) {
      return;
    }
    const transaction = database.transaction(STORE, 'readwrite');
    work(transaction.objectStore(STORE));
    return new Promise((resolve) => {
      transaction.oncomplete = () => resolve();
      // Full, or shut: then less is there to read offline.
      transaction.onabort = () => resolve();
    });
  }
}

function end(messages: readonly Message[]): { messages: readonly Message[]; chars: number } {
  let chars = 0;
  let from = messages.length;
  while (from > 0 && messages.length - from < MESSAGES_MAX) {
    const size = messages[from - 1]!.content.length;
    if (chars + size > CHAT_CHARS_MAX && from < messages.length) {
      break;
    }
    chars += size;
    from--;
  }
  return { messages: messages.slice(from), chars };
}

function opened(): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    try {
      const asked = indexedDB.open(DATABASE, 1);
      asked.onupgradeneeded = () => {
        const store = asked.result.createObjectStore(STORE, { keyPath: ['user', 'id'] });
        store.createIndex('keptAt', 'keptAt');
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => resolve(undefined);
    } catch {
      resolve(undefined);
    }
  });
}
