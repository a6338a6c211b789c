import { Message, Model } from './protocol';

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

async function read<T>(path: string): Promise<T | undefined> {
  try {
    const answer = await fetch(path, { headers: { accept: 'application/json' } });
    return answer.ok ? ((await answer.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
