import { Key } from './i18n/language';
import { Chat, Marks } from './protocol';

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

/** The list after the server told more of it: a chat as it is now. What is archived leaves it. */
export function merged(list: ChatList, page: readonly Chat[]): ChatList {
  const byId = new Map(list.map((chat) => [chat.id, chat]));
  for (const chat of page) {
    if (chat.archived === true) {
      byId.delete(chat.id);
    } else {
      byId.set(chat.id, chat);
    }
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

/** A chat with other marks. */
export function marked(chat: Chat, marks: Marks): Chat {
  const { pinned, archived, unread, folder, tags, ...rest } = {
    ...chat,
    ...marks,
  };
  return {
    ...rest,
    ...(pinned === true && { pinned }),
    ...(archived === true && { archived }),
    ...(unread === true && { unread }),
    ...(folder !== undefined && folder !== '' && { folder }),
    ...(tags !== undefined && tags.length > 0 && { tags }),
  } as Chat;
}

/** What stands on top of the list, and the rest of it. */
export interface Sections {
  readonly pinned: ChatList;
  readonly folders: ReadonlyMap<string, ChatList>;
  readonly rest: ChatList;
}

/** The list as it is shown: a pinned chat on top, one with a folder there, any other by its time. */
export function inSections(list: ChatList, folders: readonly string[]): Sections {
  const byFolder = new Map<string, Chat[]>();
  const names = new Set([...folders, ...list.flatMap(({ folder }) => folder ?? [])]);
  for (const name of [...names].sort((one, other) => one.localeCompare(other))) {
    byFolder.set(name, []);
  }
  const pinned: Chat[] = [];
  const rest: Chat[] = [];
  for (const chat of list) {
    const filed = chat.folder === undefined ? rest : byFolder.get(chat.folder)!;
    (chat.pinned === true ? pinned : filed).push(chat);
  }
  return { pinned, folders: byFolder, rest };
}

export interface Period {
  readonly title: Key;
  readonly chats: ChatList;
}

const DAY_MILLIS = 86_400_000;

/** The list cut by how long ago a chat was active. */
export function byPeriod(list: ChatList, now: Date): readonly Period[] {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const titles: readonly { title: Key; since: number }[] = [
    { title: 'today', since: today },
    { title: 'yesterday', since: today - DAY_MILLIS },
    { title: 'pastWeek', since: today - 7 * DAY_MILLIS },
    { title: 'pastMonth', since: today - 30 * DAY_MILLIS },
    { title: 'earlier', since: -Infinity },
  ];
  const periods = new Map<Key, Chat[]>();
  for (const chat of list) {
    const at = Date.parse(chat.updated_at);
    const title = titles.find(({ since }) => at >= since)?.title ?? 'earlier';
    periods.set(title, [...(periods.get(title) ?? []), chat]);
  }
  return [...periods].map(([title, chats]) => ({ title, chats }));
}

function latestFirst(one: Chat, other: Chat): number {
  return other.updated_at.localeCompare(one.updated_at) || one.id.localeCompare(other.id);
}
