import { TemplateResult, html, nothing, render } from 'lit';
import './components/confirm-dialog';
import type { HubbubConfirm } from './components/confirm-dialog';
import { icons } from './components/icons';
import './components/message';
import './components/prose';
import { date, speak, t } from './i18n/language';
import { Message } from './protocol';
import { allowRemoteImages, remoteImagesQuestion } from './remote-image';

/** A shared chat, as whoever has its link reads it. Nothing here knows of a token. */

interface SharedPage {
  readonly share: { readonly title: string; readonly created_at: string };
  readonly messages: readonly Message[];
  readonly has_more: boolean;
}

type State = 'loading' | 'ready' | 'missing' | 'away';

const PAGE = 100;
const id = /^\/s\/([A-Za-z0-9_-]+)/.exec(location.pathname)?.[1] ?? '';

let state: State = 'loading';
let busy = false;
let share: SharedPage['share'] | undefined;
let messages: readonly Message[] = [];
let hasMore = false;

async function load(): Promise<void> {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (messages[0] !== undefined) {
    query.set('before', messages[0].id);
  }
  busy = true;
  draw();
  try {
    const answer = await fetch(`/api/shared/${id}?${query}`, { credentials: 'omit' });
    if (answer.ok) {
      const page = (await answer.json()) as SharedPage;
      ({ share } = page);
      // What a message follows is not told.
      const earlier = page.messages.map((message) => ({ ...message, parents: [] }));
      messages = [...earlier, ...messages];
      hasMore = page.has_more;
      state = 'ready';
    } else {
      state = answer.status === 404 ? 'missing' : 'away';
    }
  } catch {
    state = 'away';
  }
  busy = false;
  draw();
}

function draw(): void {
  document.title = share === undefined ? 'Hubbub' : `${titleOf(share.title)} · Hubbub`;
  render(
    html`<div class="shared">
      <header class="shared-head">
        <a class="brand" href="/">${icons.mark}<span>Hubbub</span></a>
        <span class="meta">${t('sharedNote')}</span>
      </header>
      <main>${content()}</main>
      <hubbub-confirm></hubbub-confirm>
    </div>`,
    document.body,
  );
}

function content(): TemplateResult {
  switch (state) {
    case 'loading':
      return html`<h1 class="visually-hidden">${t('sharedTitle')}</h1>
        <div class="skeleton" role="status" aria-label=${t('messagesLoading')}>
          <i class="right"></i><i></i><i></i><i class="short"></i>
        </div>`;
    case 'missing':
      return note(t('sharedMissing'), t('sharedMissingText'), nothing);
    case 'away':
      return note(
        t('sharedAway'),
        t('sharedAwayText'),
        html`<button type="button" class="button" @click=${load}>${icons.again} ${t('again')}</button>`,
      );
    case 'ready':
      return html`<h1>${titleOf(share!.title)}</h1>
        <p class="meta">
          <time datetime=${share!.created_at}
            >${date(new Date(share!.created_at), { dateStyle: 'long' })}</time
          >
        </p>
        ${
          hasMore
            ? html`<div class="note-action">
                <button type="button" class="quiet-button" ?disabled=${busy} @click=${load}>
                  ${busy ? t('loading') : t('showEarlier')}
                </button>
              </div>`
            : nothing
        }
        <section class="messages" aria-label=${t('conversation')}>
          ${messages.map(
            (message) =>
              html`<hubbub-message
                .message=${message}
                .imagesFrom=${`/api/shared/${id}/images/`}
              ></hubbub-message>`,
          )}
        </section>`;
  }
}

function note(title: string, text: string, action: TemplateResult | typeof nothing): TemplateResult {
  return html`<div class="note" role="status">
    <h1>${title}</h1>
    <p>${text}</p>
    <div class="note-action">${action}</div>
  </div>`;
}

function titleOf(title: string): string {
  return title === '' ? t('untitled') : title;
}

function askForRemoteImages(): void {
  const allow = async (): Promise<void> => allowRemoteImages(true);
  const dialog = document.querySelector<HubbubConfirm>('hubbub-confirm');
  dialog?.ask(remoteImagesQuestion(allow));
}

document.addEventListener('remote-image', askForRemoteImages);
void speak().then(load);
