import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call } from '../api';
import { ChatState, apply, unloaded } from '../chat-state';
import { t } from '../i18n/language';
import { keep, keptJson } from '../kept';
import { ChatEvent, Message, randomId } from '../protocol';
import { Topic } from '../topics';
import { icons } from './icons';
import './message';
import { Sheet } from './sheet';

interface Asked {
  readonly chat_id: string;
  readonly reply_id: string;
  readonly model: string;
}

interface Column extends Asked {
  readonly chat: ChatState;
}

const MODELS_MIN = 2;
const MODELS_MAX = 4;
const CHOSEN_KEY = 'hubbub.compare';

/**
 * One question, answered by several models side by side. The chat goes on from the reply that its
 * reader chooses; the others stay beside it.
 */
@customElement('hubbub-compare')
export class HubbubCompare extends Sheet {
  protected override readonly topics: readonly Topic[] = ['models'];
  protected override readonly kind = 'compare';
  @state() private chosen: readonly string[] = keptJson<string[]>('browser', CHOSEN_KEY, []);
  @state() private columns: readonly Column[] = [];
  @state() private busy = false;
  @state() private problem = '';
  private question = '';
  private asked = '';
  private leaveAll: (() => void)[] = [];

  /** Begins with what was typed so far. */
  begin(question: string): void {
    this.question = question;
    this.columns = [];
    this.problem = '';
    this.show();
  }

  protected override heading(): string {
    return this.columns.length === 0 ? t('compareTitle') : this.asked;
  }

  protected override opened(): void {
    this.querySelector('textarea')?.focus();
  }

  protected override closed(): void {
    this.leaveAll.forEach((leave) => leave());
    this.leaveAll = [];
    this.columns = [];
  }

  protected override body(): TemplateResult {
    return this.columns.length === 0 ? this.form() : this.replies();
  }

  private form(): TemplateResult {
    const { models } = this.workspace;
    const known = this.chosen.filter((id) => models.some((model) => model.id === id));
    const few = known.length < MODELS_MIN;
    return html`<form class="sheet-body" @submit=${this.submitted}>
      <label class="field">
        <span>${t('compareQuestion')}</span>
        <textarea name="question" rows="4" required .value=${this.question}></textarea>
      </label>
      <fieldset class="compare-models">
        <legend>${t('compareModels', { least: MODELS_MIN, most: MODELS_MAX })}</legend>
        ${models.map(
          ({ id, display_name, provider }) =>
            html`<label class="check-line">
              <input
                type="checkbox"
                .checked=${known.includes(id)}
                ?disabled=${!known.includes(id) && known.length >= MODELS_MAX}
                @change=${(event: Event) =>
                  this.choose(id, (event.target as HTMLInputElement).checked)}
              />
              ${display_name} <span class="meta">${provider}</span>
            </label>`,
        )}
      </fieldset>
      ${this.problem === '' ? nothing : html`<p class="error" role="alert">${this.problem}</p>`}
      <div class="dialog-actions">
        <button type="button" class="button" @click=${() => this.close()}>${t('cancel')}</button>
        <button type="submit" class="button primary" ?disabled=${few || this.busy}>
          ${t('compareAsk')}
        </button>
      </div>
    </form>`;
  }

  private replies(): TemplateResult {
    const running = this.columns.some(({ chat }) => replyOf(chat) === undefined);
    return html`<div class="compare-columns">
        ${this.columns.map((column) => this.column(column))}
      </div>
      <p class="visually-hidden" role="status">${running ? '' : t('compareDone')}</p>`;
  }

  private column(column: Column): TemplateResult {
    const { chat, model } = column;
    const reply = replyOf(chat);
    return html`<section class="compare-column" aria-label=${model}>
      ${
        reply === undefined && chat.reply === undefined
          ? html`<p class="meta">${model}</p>
              <div class="skeleton" role="status" aria-label=${t('loading')}><i></i></div>`
          : html`<hubbub-message .message=${reply} .reply=${chat.reply}></hubbub-message>`
      }
      <div class="compare-actions">
        ${
          reply === undefined
            ? html`<button
                type="button"
                class="button"
                ?disabled=${chat.reply === undefined}
                @click=${() => this.workspace.stopIn(column.chat_id, column.reply_id)}
              >
                ${icons.stop} ${t('stop')}
              </button>`
            : html`<button type="button" class="button primary" @click=${() => this.take(reply)}>
                ${t('compareTake')}
              </button>`
        }
      </div>
    </section>`;
  }

  private choose(id: string, on: boolean): void {
    const { models } = this.workspace;
    const others = this.chosen.filter((one) => one !== id && models.some((m) => m.id === one));
    this.chosen = on ? [...others, id] : others;
    keep('browser', CHOSEN_KEY, JSON.stringify(this.chosen));
  }

  private async submitted(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const content = String(data.get('question') ?? '').trim();
    const models = this.chosen.filter((id) => this.workspace.models.some((one) => one.id === id));
    this.busy = true;
    this.problem = '';
    try {
      const id = await this.workspace.openChat();
      const { replies } = await call<{ replies: Asked[] }>(
        'POST',
        `/api/chats/${encodeURIComponent(id)}/compare`,
        { content, models, client_message_id: randomId() },
      );
      this.asked = content;
      this.question = '';
      this.columns = replies.map((reply) => ({ ...reply, chat: unloaded(reply.chat_id) }));
      this.leaveAll = replies.map(({ chat_id }) =>
        this.workspace.follow(chat_id, (happened) => this.hear(chat_id, happened)),
      );
      this.dispatchEvent(new CustomEvent('compared', { bubbles: true }));
    } catch (reason) {
      this.problem = reason instanceof Error ? reason.message : String(reason);
    } finally {
      this.busy = false;
    }
  }

  private hear(chatId: string, event: ChatEvent): void {
    this.columns = this.columns.map((column) =>
      column.chat_id === chatId ? { ...column, chat: apply(column.chat, event).state } : column,
    );
  }

  private take(reply: Message): void {
    this.close();
    this.workspace.turnToBranch(reply.id);
  }
}

function replyOf(chat: ChatState): Message | undefined {
  const last = chat.messages[chat.messages.length - 1];
  return chat.reply === undefined && last?.role === 'assistant' ? last : undefined;
}
