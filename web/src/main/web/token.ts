import { forget, keep, kept } from './kept';

const TOKEN_KEY = 'hubbub.token';
const USER_KEY = 'hubbub.user';
const OUTBOX_KEY = 'hubbub.outbox';
const SHAPE = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** The reader's token, in this tab until it is closed; never in an address. */
export function token(): string | undefined {
  return kept('tab', TOKEN_KEY);
}

/** Keeps a token for this tab. Gives the sentence to show when that does not work. */
export function keepToken(text: string): string | undefined {
  if (!SHAPE.test(text)) {
    return 'This does not look like a token; paste the whole of it.';
  }
  const user = userOf(text);
  if (kept('tab', USER_KEY) !== user) {
    // What somebody else had typed and not sent is not this reader's to send.
    forget('tab', OUTBOX_KEY);
  }
  keep('tab', USER_KEY, user);
  keep('tab', TOKEN_KEY, text);
  return token() === text ? undefined : 'This browser keeps nothing; allow it for this page.';
}

/** Whom a token names. Only the server judges whether it is true. */
function userOf(text: string): string {
  try {
    const claims = atob(text.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'));
    return String((JSON.parse(claims) as { sub?: unknown }).sub ?? '');
  } catch {
    return '';
  }
}
