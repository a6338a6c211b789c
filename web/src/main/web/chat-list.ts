import { keep, keptJson } from './kept';
import { Chat } from './protocol';

/** The chats of the sidebar, latest active first. */
export type ChatList = readonly Chat[];

/**
 * The list after the server gave its first page: what belongs on that page and is not there is
 * gone.
 */
export function withFirstPage(list: ChatList, page: readonly Chat[], more: boolean): ChatList {
  const oldest = page[page.length - 1]?.updated_at;
  const kept = more && oldest !== undefined ? list.filter((chat) => chat.updated_at < oldest) : [];
  return merged(kept, page);
}

/** The list after the server gave a further page. */
export function merged(list: ChatList, page: readonly Chat[]): ChatList {
  const byId = new Map(list.map((chat) => [chat.id, chat]));
  for (const chat of page) {
    byId.set(chat.id, { ...byId.get(chat.id), ...chat });
  }
  return [...byId.values()].sort(latestFirst);
}

export function without(list: ChatList, id: string): ChatList {
  return list.filter((chat) => chat.id !== id);
}

/** Chats whose name has every word of the search. */
export function matching(list: ChatList, search: string): ChatList {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return list.filter((chat) => {
    const name = chat.name.toLocaleLowerCase();
    return words.every((word) => name.includes(word));
  });
}

export interface Period {
  readonly title: string;
  readonly chats: ChatList;
}

const DAY_MILLIS = 86_400_000;

/** The list cut by how long ago a chat was active. */
export function byPeriod(list: ChatList, now: Date): readonly Period[] {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const titles = [
    { title: 'Today', since: today },
    { title: 'Yesterday', since: today - DAY_MILLIS },
    { title: 'Past week', since: today - 7 * DAY_MILLIS },
    { title: 'Past month', since: today - 30 * DAY_MILLIS },
    { title: 'Earlier', since: -Infinity },
  ];
  const periods = new Map<string, Chat[]>();
  for (const chat of list) {
    const at = Date.parse(chat.updated_at);
    const title = titles.find(({ since }) => at >= since)?.title ?? 'Earlier';
    periods.set(title, [...(periods.get(title) ?? []), chat]);
  }
  return [...periods].map(([title, chats]) => ({ title, chats }));
}

function latestFirst(one: Chat, other: Chat): number {
  return other.updated_at.localeCompare(one.updated_at) || one.id.localeCompare(other.id);
}

const SEEN_KEY = 'hubbub.seen';
const SEEN_MAX = 500;

/** The heads that this reader has seen, kept over reloads and shared by the tabs of the browser. */
export class Seen {
  private heads = read();

  /** Tells of what another tab has seen. */
  listen(onChange: () => void): void {
    window.addEventListener('storage', (event) => {
      if (event.key === SEEN_KEY) {
        this.heads = read();
        onChange();
      }
    });
  }

  knows(chat: Chat): boolean {
    return this.heads.has(chat.id);
  }

  isUnread(chat: Chat): boolean {
    const head = this.heads.get(chat.id);
    return head !== undefined && chat.status === 'idle' && (chat.head ?? '') !== head;
  }

  mark(chat: Chat): void {
    const head = chat.head ?? '';
    if (this.heads.get(chat.id) === head) {
      return;
    }
    this.heads = read();
    this.heads.delete(chat.id);
    this.heads.set(chat.id, head);
    const latest = [...this.heads].slice(-SEEN_MAX);
    keep('browser', SEEN_KEY, JSON.stringify(latest));
  }
}

function read(): Map<string, string> {
  return new Map(keptJson<[string, string][]>('browser', SEEN_KEY, []));
}
