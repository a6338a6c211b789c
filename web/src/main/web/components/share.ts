import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call } from '../api';
import { copyText } from '../clipboard';
import { date, t } from '../i18n/language';
import { Chat } from '../protocol';
import { Topic } from '../topics';
import { icons } from './icons';
import { Sheet } from './sheet';

interface Share {
  readonly id: string;
  readonly title: string;
  readonly created_at: string;
  readonly url: string;
}

/** The links by which others read a chat: to make, copy and end them. */
@customElement('hubbub-share')
export class HubbubShare extends Sheet {
  protected override readonly topics: readonly Topic[] = ['shares'];
  protected override readonly kind = 'share';
  @state() private chat: Chat | undefined;
  @state() private shares: readonly Share[] | undefined;
  @state() private busy = false;
  @state() private copied = '';
  @state() private problem = '';

  share(chat: Chat): void {
    this.chat = chat;
    this.shares = undefined;
    this.copied = '';
    this.problem = '';
    this.show();
  }

  protected override changed(topic: Topic): void {
    if (topic === 'shares' && this.shown) {
      void this.load();
    }
    super.changed(topic);
  }

  protected override heading(): string {
    return t('shareTitle');
  }

  protected override opened(): void {
    void this.load();
  }

  protected override body(): TemplateResult {
    const { shares, chat } = this;
    return html`<div class="sheet-body">
      <p class="soft">${t('shareHelp')}</p>
      ${this.problem === '' ? nothing : html`<p class="error" role="alert">${this.problem}</p>`}
      <div>
        <button
          type="button"
          class="button primary"
          ?disabled=${this.busy || chat?.head === undefined}
          @click=${this.make}
        >
          ${icons.link} ${t('shareMake')}
        </button>
        ${chat?.head === undefined ? html`<p class="soft">${t('shareEmpty')}</p>` : nothing}
      </div>
      ${
        shares === undefined
          ? html`<div class="skeleton" role="status" aria-label=${t('loading')}><i></i></div>`
          : html`<ul class="shares">
              ${shares.map((share) => html`<li>${this.row(share)}</li>`)}
            </ul>`
      }
      <p class="visually-hidden" role="status">${this.copied === '' ? '' : t('shareCopied')}</p>
    </div>`;
  }

  private row(share: Share): TemplateResult {
    const address = new URL(share.url, location.origin).href;
    const day = date(new Date(share.created_at), { dateStyle: 'medium', timeStyle: 'short' });
    return html`<a href=${share.url} target="_blank" rel="noopener">${address}</a>
      <span class="meta">${day}</span>
      <button
        type="button"
        class="button"
        aria-label=${t('shareCopyNamed', { day })}
        @click=${() => void this.copy(share, address)}
      >
        ${this.copied === share.id ? icons.check : icons.copy}
        ${this.copied === share.id ? t('copied') : t('copy')}
      </button>
      <button
        type="button"
        class="button"
        aria-label=${t('shareEndNamed', { day })}
        ?disabled=${this.busy}
        @click=${() => this.act(() => call('DELETE', `/api/shares/${share.id}`))}
      >
        ${t('shareEnd')}
      </button>`;
  }

  private async copy(share: Share, address: string): Promise<void> {
    await copyText(address);
    this.copied = share.id;
  }

  private readonly make = (): Promise<void> =>
    this.act(() => call('POST', `/api/chats/${encodeURIComponent(this.chat!.id)}/shares`, {}));

  private async act(change: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.problem = '';
    try {
      await change();
      await this.load();
    } catch (reason) {
      this.failed(reason);
    } finally {
      this.busy = false;
    }
  }

  private async load(): Promise<void> {
    const { chat } = this;
    if (chat !== undefined) {
      try {
        const path = `/api/shares?chat_id=${encodeURIComponent(chat.id)}`;
        this.shares = (await call<{ shares: Share[] }>('GET', path)).shares;
      } catch (reason) {
        this.shares ??= [];
        this.failed(reason);
      }
    }
  }

  private failed(reason: unknown): void {
    this.problem = reason instanceof Error ? reason.message : String(reason);
  }
}
