/** Where something is kept: in all tabs of this browser, or in this tab until it is closed. */
export type Place = 'browser' | 'tab';

/** Keeps a value where the browser lets us; without it the page works, and forgets. */
export function keep(place: Place, key: string, value: string): void {
  try {
    storage(place).setItem(key, value);
  } catch {
    // Full, or switched off.
  }
}

export function forget(place: Place, key: string): void {
  try {
    storage(place).removeItem(key);
  } catch {
    // Then there is nothing to forget.
  }
}

export function kept(place: Place, key: string): string | undefined {
  try {
    return storage(place).getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keptJson<T>(place: Place, key: string, otherwise: T): T {
  try {
    return JSON.parse(kept(place, key) ?? '') as T;
  } catch {
    return otherwise;
  }
}

/** The keys that begin so. */
export function keysOf(place: Place, prefix: string): readonly string[] {
  try {
    return Object.keys(storage(place)).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}

function storage(place: Place): Storage {
  return place === 'browser' ? localStorage : sessionStorage;
}
