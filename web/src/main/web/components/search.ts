import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call } from '../api';
import { date, t } from '../i18n/language';
import { Topic } from '../topics';
import { icons } from './icons';
import { Sheet } from './sheet';

interface Hit {
  readonly chat: { id: string; name: string; icon?: string; archived?: true };
  readonly message_id: string;
  readonly role: 'user' | 'assistant' | 'system';
  readonly created_at: string;
  readonly snippet: readonly { text: string; match?: true }[];
}

interface Found {
  readonly hits: readonly Hit[];
  readonly complete: boolean;
  readonly next_cursor?: string;
}

const PAGE = 20;
const TYPING_MILLIS = 220;

/** Finds messages by their words, in all branches of all chats, and turns to them. */
@customElement('hubbub-search')
export class HubbubSearch extends Sheet {
  protected override readonly topics: readonly Topic[] = [];
  protected override readonly kind = 'search-sheet';
  @state() private text = '';
  @state() private speaker: '' | 'user' | 'assistant' = '';
  @state() private here = false;
  @state() private found: Found | undefined;
  @state() private busy = false;
  @state() private problem = '';
  private timer = 0;
  private run = 0;
  /** What was found is not what is asked for now. */
  private outdated = false;

  protected override heading(): string {
    return t('searchTitle');
  }

  protected override opened(): void {
    const field = this.querySelector('input');
    field?.focus();
    field?.select();
  }

  protected override body(): TemplateResult {
    const { open } = this.workspace;
    return html`<div class="sheet-tools" @keydown=${this.pressed}>
        <label class="search">
          ${icons.search}
          <input
            type="search"
            maxlength="200"
            aria-label=${t('searchInput')}
            placeholder=${t('searchInput')}
            .value=${this.text}
            @input=${(event: Event) => this.type((event.target as HTMLInputElement).value)}
          />
        </label>
        <select
          aria-label=${t('searchRole')}
          @change=${(event: Event) => {
            this.speaker = (event.target as HTMLSelectElement).value as typeof this.speaker;
            this.askSoon(0);
          }}
        >
          <option value="" ?selected=${this.speaker === ''}>${t('searchAnyone')}</option>
          <option value="user" ?selected=${this.speaker === 'user'}>${t('searchMine')}</option>
          <option value="assistant" ?selected=${this.speaker === 'assistant'}>
            ${t('searchReplies')}
          </option>
        </select>
        ${
          open === undefined
            ? nothing
            : html`<label class="check-line">
                <input
                  type="checkbox"
                  .checked=${this.here}
                  @change=${(event: Event) => {
                    this.here = (event.target as HTMLInputElement).checked;
                    this.askSoon(0);
                  }}
                />
                ${t('searchHere')}
              </label>`
        }
      </div>
      <div class="sheet-body" @keydown=${this.pressed}>${this.results()}</div>`;
  }

  private results(): TemplateResult {
    const { found } = this;
    if (this.problem !== '') {
      return html`<p class="error" role="alert">${this.problem}</p>`;
    }
    if (this.text.trim() === '') {
      return html`<div class="empty" role="status">${icons.search}<p>${t('searchHelp')}</p></div>`;
    }
    if (found === undefined) {
      return html`<div class="skeleton" role="status" aria-label=${t('searching')}>
        <i></i><i class="short"></i><i></i>
      </div>`;
    }
    return html`${
        found.hits.length === 0
          ? html`<div class="empty" role="status">
              ${icons.search}<p>${t('searchNothing')}</p>
            </div>`
          : html`<ul class="hits" aria-busy=${this.busy}>
              ${found.hits.map((hit) => html`<li>${this.hit(hit)}</li>`)}
            </ul>`
      }
      ${found.complete ? nothing : html`<p class="meta" role="status">${t('searchIncomplete')}</p>`}
      ${
        found.next_cursor === undefined
          ? nothing
          : html`<button
              type="button"
              class="button"
              ?disabled=${this.busy}
              @click=${() => void this.ask(found.next_cursor)}
            >
              ${t('more')}
            </button>`
      }`;
  }

  private hit(hit: Hit): TemplateResult {
    const name = hit.chat.name === '' ? t('untitled') : hit.chat.name;
    return html`<button type="button" class="hit" @click=${() => this.turnTo(hit)}>
      <span class="hit-head">
        <span class="hit-chat">${hit.chat.icon ?? nothing} ${name}</span>
        ${hit.chat.archived === true ? html`<span class="tag">${t('searchArchived')}</span>` : nothing}
        <span class="meta">${hit.role === 'user' ? t('you') : t('reply')}</span>
        <time class="meta" datetime=${hit.created_at}
          >${date(new Date(hit.created_at), { dateStyle: 'medium' })}</time
        >
      </span>
      <span class="hit-text"
        >${hit.snippet.map((piece) =>
          piece.match === true ? html`<mark>${piece.text}</mark>` : piece.text,
        )}</span
      >
    </button>`;
  }

  private turnTo(hit: Hit): void {
    this.close();
    void this.workspace.jumpTo(hit.chat.id, hit.message_id);
  }

  private type(text: string): void {
    this.text = text;
    this.askSoon(TYPING_MILLIS);
  }

  private askSoon(millis: number): void {
    window.clearTimeout(this.timer);
    this.run++;
    this.busy = false;
    this.outdated = true;
    if (this.text.trim() !== '') {
      this.timer = window.setTimeout(() => void this.ask(undefined), millis);
    }
  }

  private async ask(cursor: string | undefined): Promise<void> {
    const run = ++this.run;
    const query = new URLSearchParams({ q: this.text.trim(), limit: String(PAGE) });
    if (this.speaker !== '') {
      query.set('role', this.speaker);
    }
    if (this.here && this.workspace.open !== undefined) {
      query.set('chat_id', this.workspace.open.id);
    }
    if (cursor !== undefined) {
      query.set('cursor', cursor);
    }
    this.busy = true;
    try {
      const found = await call<Found>('GET', `/api/search?${query}`);
      if (run === this.run) {
        const before = cursor === undefined ? [] : (this.found?.hits ?? []);
        this.found = { ...found, hits: [...before, ...found.hits] };
        this.problem = '';
      }
    } catch (reason) {
      if (run === this.run) {
        this.problem = reason instanceof Error ? reason.message : String(reason);
      }
    }
    if (run === this.run) {
      this.busy = false;
      this.outdated = false;
    }
  }

  /** Up and down go through what was found, and Enter in the input turns to the first. */
  private pressed(event: KeyboardEvent): void {
    const hits = [...this.querySelectorAll<HTMLElement>('.hit')];
    const at = hits.indexOf(document.activeElement as HTMLElement);
    const typing = document.activeElement instanceof HTMLInputElement;
    if (event.key === 'ArrowDown' && at < hits.length - 1 && (typing || at >= 0)) {
      event.preventDefault();
      hits[at + 1]?.focus();
    } else if (event.key === 'ArrowUp' && at >= 0) {
      event.preventDefault();
      (at === 0 ? this.querySelector('input') : hits[at - 1])?.focus();
    } else if (event.key === 'Enter' && typing) {
      event.preventDefault();
      if (!this.outdated) {
        hits[0]?.click();
      }
    }
  }
}
