import { ConnectionLost, Refused } from './connection';
import { ask } from './http';

/**
 * What the server answers over HTTP. Rejects with {@link Refused} when it says no, and with {@link
 * ConnectionLost} when it does not answer.
 */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.headers = { 'content-type': 'application/json' };
    init.body = body instanceof Blob ? body : JSON.stringify(body);
  }
  return (await answered(path, init)).json() as Promise<T>;
}

/** A file of the server, as the reader's browser keeps it. */
export async function download(path: string): Promise<void> {
  const answer = await answered(path, { headers: { accept: '*/*' } });
  const header = answer.headers.get('content-disposition') ?? '';
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(header)?.[1];
  const plain = /filename="?([^";]+)"?/i.exec(header)?.[1];
  const address = URL.createObjectURL(await answer.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = encoded === undefined ? (plain ?? 'hubbub') : decodeURIComponent(encoded);
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), ADDRESS_MILLIS);
}

/** Long enough for a browser to have begun with it. */
const ADDRESS_MILLIS = 60_000;

async function answered(path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await ask(path, init);
  } catch {
    throw new ConnectionLost();
  }
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
    throw new Refused(problem.code ?? '', problem.detail ?? answer.statusText);
  }
  return answer;
}
