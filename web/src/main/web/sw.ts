/**
 * The service worker: it keeps the files of the page, so that the page opens without the server. It
 * keeps no answer of the API, no event and no token: those it does not touch at all.
 */

/** A hash of all files of the page, and their addresses, written in by `web/bundle`. */
declare const SHELL_VERSION: string;
declare const SHELL_FILES: readonly string[];

interface LifeEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface AskEvent extends LifeEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope extends EventTarget {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

const worker = self as unknown as Scope;
const PREFIX = 'hubbub-shell-';
const SHELL = PREFIX + SHELL_VERSION;
/** A server that does not answer by then gives way to what is kept. */
const ANSWER_MILLIS_MAX = 2_500;
const PAGE = /^\/(?:c\/[A-Za-z0-9_-]{1,64}\/?)?$/;

worker.addEventListener('install', (event) => {
  (event as LifeEvent).waitUntil(install());
});
worker.addEventListener('activate', (event) => {
  (event as LifeEvent).waitUntil(activate());
});
worker.addEventListener('message', (event) => {
  if ((event as MessageEvent).data === 'take-over') {
    void worker.skipWaiting();
  }
});
worker.addEventListener('fetch', (event) => {
  const ask = event as AskEvent;
  const url = new URL(ask.request.url);
  if (ask.request.method !== 'GET' || url.origin !== location.origin) {
    return;
  }
  if (ask.request.mode === 'navigate') {
    if (PAGE.test(url.pathname)) {
      ask.respondWith(file(ask.request, '/'));
    }
  } else if (SHELL_FILES.includes(url.pathname)) {
    ask.respondWith(file(ask.request, url.pathname));
  }
});

async function install(): Promise<void> {
  const cache = await caches.open(SHELL);
  await cache.addAll(['/', ...SHELL_FILES].map((path) => new Request(path, { cache: 'no-cache' })));
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== SHELL);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/**
 * The server's file while it answers soon, and the one that is kept otherwise. The server's comes
 * first for scripts too: after an update a page must not get the script of the version before it.
 * That costs a question, which the ETag answers.
 */
async function file(request: Request, path: string): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ANSWER_MILLIS_MAX);
  try {
    const answer = await fetch(request, { signal: late.signal });
    if (answer.status < 500) {
      return answer;
    }
  } catch {
    // Away, or late.
  } finally {
    clearTimeout(timer);
  }
  const cache = await caches.open(SHELL);
  return (await cache.match(path)) ?? Response.error();
}

export {};
