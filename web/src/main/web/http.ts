import { Model } from './protocol';
import { token } from './token';

/** What the socket has no command for. Without an answer the page does without. */
export function fetchModels(): Promise<{ models: Model[]; default?: string } | undefined> {
  return read('/api/models');
}

/** Why the server does not take the reader's token, or wants one; undefined when it does not. */
export async function whyNotTaken(): Promise<string | undefined> {
  try {
    const answer = await ask('/api/models');
    if (answer.status !== 401) {
      return undefined;
    }
    const problem = (await answer.json()) as { detail?: string };
    return token() === undefined ? '' : (problem.detail ?? '');
  } catch {
    return undefined;
  }
}

/** Asks the server for a path in the reader's name. */
export function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const shown = token();
  const headers = new Headers(init.headers);
  if (!headers.has('accept')) {
    headers.set('accept', 'application/json');
  }
  if (shown !== undefined) {
    headers.set('authorization', `Bearer ${shown}`);
  }
  return fetch(path, { ...init, headers });
}

/** What the server has at a path, or undefined when it does not answer or has nothing there. */
export async function read<T>(path: string): Promise<T | undefined> {
  try {
    const answer = await ask(path);
    return answer.ok ? ((await answer.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
