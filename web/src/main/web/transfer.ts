import { call, download } from './api';

/** What came of a file that was taken in. */
export interface ImportReport {
  readonly chats: { added: number; unchanged: number; updated: number };
  readonly messages: { added: number; unchanged: number };
  readonly problems: readonly { where: string; detail: string }[];
}

export type ChatFormat = 'markdown' | 'json' | 'csv';

export function exportChat(id: string, format: ChatFormat): Promise<void> {
  return download(`/api/chats/${encodeURIComponent(id)}/export?format=${format}`);
}

/** All chats of the reader in one file. */
export function exportAll(): Promise<void> {
  return download('/api/export');
}

/** Takes in a file of Hubbub or another program; the server knows which by what is in it. */
export function importFile(file: File): Promise<ImportReport> {
  const query = new URLSearchParams({
    name: file.name,
    modified: new Date(file.lastModified).toISOString(),
  });
  return call<ImportReport>('POST', `/api/import?${query}`, file);
}
