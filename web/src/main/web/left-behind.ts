import { forget, keep, kept, keptJson, keysOf } from './kept';
import type { Outgoing } from './outbox';
import { randomId } from './protocol';
import { userShown } from './token';

const PREFIX = 'hubbub.left.';
const TAB_KEY = 'hubbub.tab';

/**
 * What tabs had to send when they were closed: the next one that opens sends it. Only where there
 * are no users, who may share a browser, and where the browser tells which tabs are there.
 */
export class LeftBehind {
  private key = '';

  /** Says that this tab is there. Gives what was left by those that are not. */
  async begin(): Promise<readonly Outgoing[]> {
    // Browsers leave it out where the page came over a plain network.
    const locks = navigator.locks as LockManager | undefined;
    if (locks === undefined || userShown() !== '') {
      return [];
    }
    const known = kept('tab', TAB_KEY) ?? randomId();
    // A tab that was made a copy of another has that one's name.
    const tab = (await hold(locks, PREFIX + known)) ? known : randomId();
    if (tab !== known) {
      await hold(locks, PREFIX + tab);
    }
    keep('tab', TAB_KEY, tab);
    this.key = PREFIX + tab;
    return locks.request(PREFIX, () => take(locks));
  }

  keep(items: readonly Outgoing[]): void {
    if (this.key !== '' && items.length > 0) {
      keep('browser', this.key, JSON.stringify(items));
    } else if (this.key !== '') {
      forget('browser', this.key);
    }
  }
}

async function take(locks: LockManager): Promise<readonly Outgoing[]> {
  const { held = [] } = await locks.query();
  const there = new Set(held.map(({ name }) => name));
  const left = keysOf('browser', PREFIX).filter((key) => !there.has(key));
  const items = left.flatMap((key) => keptJson<readonly Outgoing[]>('browser', key, []));
  left.forEach((key) => forget('browser', key));
  return items;
}

/** Holds a lock for as long as the page lives; false when another page does. */
function hold(locks: LockManager, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    void locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => undefined);
    });
  });
}
