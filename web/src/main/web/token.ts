import { t } from './i18n/language';
import { forget, keep, kept, keysOf } from './kept';
import { allowRemoteImages } from './remote-image';

const TOKEN_KEY = 'hubbub.token';
const USER_KEY = 'hubbub.user';
const OUTBOX_KEY = 'hubbub.outbox';
const OWN_KEYS = ['hubbub.settings', 'hubbub.draft.', 'hubbub.edit.'];
const FOLDERS_KEY = 'hubbub.folders.open';
const SHAPE = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** The reader's token, in this tab until it is closed; never in an address. */
export function token(): string | undefined {
  return kept('tab', TOKEN_KEY);
}

/** Whom the token of this tab names; empty without one. */
export function userShown(): string {
  const shown = token();
  return shown === undefined ? '' : userOf(shown);
}

/** When the token ends, in milliseconds since 1970. */
export function tokenEndsAt(): number | undefined {
  const shown = token();
  const end = shown === undefined ? undefined : claimsOf(shown).exp;
  return typeof end === 'number' ? end * 1_000 : undefined;
}

/** Lets go of the token and of all that this browser keeps beside it for its user. */
export function forgetToken(): void {
  forget('tab', TOKEN_KEY);
  forget('tab', USER_KEY);
  forgetUnsent();
  forget('browser', FOLDERS_KEY);
  allowRemoteImages(false);
}

function forgetUnsent(): void {
  const own = OWN_KEYS.flatMap((prefix) => keysOf('tab', prefix));
  for (const key of [OUTBOX_KEY, ...own]) {
    forget('tab', key);
  }
}

/** Keeps a token for this tab. Gives the sentence to show when that does not work. */
export function keepToken(text: string): string | undefined {
  if (!SHAPE.test(text)) {
    return t('tokenMalformed');
  }
  const user = userOf(text);
  if (kept('tab', USER_KEY) !== user) {
    // What somebody else had typed, chosen and not sent is not this reader's.
    forgetUnsent();
  }
  keep('tab', USER_KEY, user);
  keep('tab', TOKEN_KEY, text);
  return token() === text ? undefined : t('tokenNotKept');
}

/** Whom a token names. Only the server judges whether it is true. */
function userOf(text: string): string {
  return String(claimsOf(text).sub ?? '');
}

function claimsOf(text: string): { sub?: unknown; exp?: unknown } {
  try {
    const claims = atob(text.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'));
    return JSON.parse(claims) as { sub?: unknown; exp?: unknown };
  } catch {
    return {};
  }
}
