import type { Question } from './components/confirm-dialog';
import { t } from './i18n/language';

const COOKIE = 'hubbub_remote_images';
const YEAR_SECONDS = 31_536_000;

/** Whether this page was given with a policy that lets images of others in. */
const allowed = isAllowed();

function isAllowed(): boolean {
  return document.cookie.split('; ').includes(`${COOKIE}=1`);
}

/**
 * Lets images of others in from the next loading of the page on, or keeps them out: the server says
 * so in the policy of the page, by this cookie.
 */
export function allowRemoteImages(allow: boolean): void {
  if (allow !== isAllowed()) {
    document.cookie = `${COOKIE}=1; path=/; SameSite=Strict; max-age=${allow ? YEAR_SECONDS : 0}`;
  }
}

/** What to ask the reader of whom one was wanted. The page is loaded again if they may come. */
export function remoteImagesQuestion(allow: () => Promise<unknown>): Question {
  return {
    title: t('remoteImagesTitle'),
    text: t('remoteImagesText'),
    action: t('remoteImagesAllow'),
    act: async () => {
      await allow();
      location.reload();
    },
  };
}

/**
 * An image at another host, which would tell that host who reads this, and when: it is not loaded
 * unless the reader allowed it, and a button stands where it would. The button tells of
 * `remote-image`.
 */
export function remoteImage(address: string, text: string): HTMLElement {
  let host: string;
  try {
    host = new URL(address).host;
  } catch {
    host = '';
  }
  if (host === '' || !/^https:/i.test(address)) {
    const plain = document.createElement('span');
    plain.textContent = text;
    return plain;
  }
  return allowed ? shown(address, text) : placeholder(text, host);
}

function shown(address: string, text: string): HTMLElement {
  const image = document.createElement('img');
  image.className = 'remote-image';
  image.alt = text;
  image.loading = 'lazy';
  image.decoding = 'async';
  image.referrerPolicy = 'no-referrer';
  image.src = address;
  return image;
}

function placeholder(text: string, host: string): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'remote-image-button';
  button.textContent = t('loadImage', { host });
  if (text !== '') {
    const name = document.createElement('span');
    name.className = 'meta';
    name.textContent = text;
    button.append(name);
  }
  button.addEventListener('click', () => {
    button.dispatchEvent(new CustomEvent('remote-image', { bubbles: true }));
  });
  return button;
}
