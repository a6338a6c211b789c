import { ConnectionLost, Refused } from './connection';
import { ask } from './http';
import { ImageRef } from './protocol';
import { token } from './token';

/** What the server takes for an image. */
export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** As many as a message may have, unless the server was told otherwise. */
export const IMAGES_MAX = 8;

/** Where the reader's own images are. */
export const OWN_IMAGES = '/api/images/';

/** So many images are kept, those seen last. */
const KEPT_IMAGES_MAX = 48;

const kept = new Map<string, Promise<string>>();

/**
 * Gives an image to the server and tells meanwhile how much of it is there, from 0 to 1. Rejects as
 * a call does.
 */
export function upload(
  image: Blob,
  onProgress: (part: number) => void,
  stop: AbortSignal,
): Promise<ImageRef> {
  return new Promise((resolve, reject) => {
    // Only this way a browser tells of an upload's progress.
    const request = new XMLHttpRequest();
    request.open('POST', OWN_IMAGES.slice(0, -1));
    request.responseType = 'json';
    request.setRequestHeader('content-type', image.type);
    const shown = token();
    if (shown !== undefined) {
      request.setRequestHeader('authorization', `Bearer ${shown}`);
    }
    request.upload.onprogress = (event) =>
      onProgress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onerror = () => reject(new ConnectionLost());
    request.onload = () => {
      const answer = (request.response ?? {}) as {
        image?: ImageRef;
        code?: string;
        detail?: string;
      };
      if (request.status === 201 && answer.image !== undefined) {
        resolve(answer.image);
      } else {
        reject(new Refused(answer.code ?? '', answer.detail ?? request.statusText));
      }
    };
    stop.addEventListener('abort', () => request.abort());
    request.send(image);
  });
}

/** An address in this page for an image of the server, which only its owner is given. */
export function addressOfImage(path: string): Promise<string> {
  const address = kept.get(path) ?? load(path);
  kept.delete(path);
  kept.set(path, address);
  for (const [oldest, gone] of kept) {
    if (kept.size <= KEPT_IMAGES_MAX) {
      break;
    }
    kept.delete(oldest);
    gone.then(URL.revokeObjectURL, () => undefined);
  }
  address.catch(() => kept.delete(path));
  return address;
}

async function load(path: string): Promise<string> {
  const answer = await ask(path, { headers: { accept: 'image/*' } });
  if (!answer.ok) {
    throw new Error(answer.statusText);
  }
  return URL.createObjectURL(await answer.blob());
}
