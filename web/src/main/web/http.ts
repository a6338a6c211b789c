import { Message, Model } from './protocol';
import { token } from './token';

/** What the socket has no command for. Without an answer the page does without. */
export function fetchModels(): Promise<{ models: Model[]; default?: string } | undefined> {
  return read('/api/models');
}

/** The messages that follow one. */
export async function fetchBranches(
  chatId: string,
  messageId: string,
): Promise<Message[] | undefined> {
  const query = new URLSearchParams({ message_id: messageId });
  const path = `/api/chats/${encodeURIComponent(chatId)}/children?${query}`;
  return (await read<{ messages: Message[] }>(path))?.messages;
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

function ask(path: string): Promise<Response> {
  const shown = token();
  const headers: Record<string, string> = { accept: 'application/json' };
  if (shown !== undefined) {
    headers['authorization'] = `Bearer ${shown}`;
  }
  return fetch(path, { headers });
}

async function read<T>(path: string): Promise<T | undefined> {
  try {
    const answer = await ask(path);
    return answer.ok ? ((await answer.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
