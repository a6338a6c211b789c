import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call } from '../api';
import { ChatState, apply, unloaded } from '../chat-state';
import { t } from '../i18n/language';
import { keep, keptJson } from '../kept';
import { ChatEvent, Message, randomId } from '../protocol';
import { Topic } from '../topics';
import type { Asked, Compared } from './compared';
import { icons } from './icons';
import './message';
import { Sheet } from './sheet';

interface Answered {
  readonly message_id: string;
  readonly replies: readonly Asked[];
}

/** A question on its way: asked again after a failure, it is the same one. */
interface Sending {
  readonly chatId: string;
  readonly content: string;
  readonly key: string;
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
  private sending: Sending | undefined;
  /** What the columns answer. */
  private asked = '';
  private askedId = '';
  private leaveAll: (() => void)[] = [];

  /** Begins with what was typed so far. */
  begin(question: string): void {
    this.question = question;
    this.columns = [];
    this.problem = '';
    this.show();
  }

  /** Shows again what was asked before, here or elsewhere. */
  reopen({ question, replies }: Compared): void {
    this.wentAway();
    this.look(question.id, question.content, replies);
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
    const running = this.columns.some(({ chat }) => !isOver(chat, this.askedId));
    return html`<div class="compare-columns">
        ${this.columns.map((column) => this.column(column))}
      </div>
      <p class="visually-hidden" role="status">${running ? '' : t('compareDone')}</p>`;
  }

  private column(column: Column): TemplateResult {
    const { chat, model } = column;
    const reply = replyOf(chat, this.askedId);
    const over = isOver(chat, this.askedId);
    const live = over ? undefined : chat.reply;
    return html`<section class="compare-column" aria-label=${model}>
      ${
        reply !== undefined || live !== undefined
          ? html`<hubbub-message .message=${reply} .reply=${live}></hubbub-message>`
          : over
            ? html`<div><p class="meta">${model}</p><p>${t('noReply')}</p></div>`
            : html`<p class="meta">${model}</p>
                <div class="skeleton" role="status" aria-label=${t('loading')}><i></i></div>`
      }
      <div class="compare-actions">${this.action(column, reply)}</div>
    </section>`;
  }

  private action(column: Column, reply: Message | undefined): TemplateResult | typeof nothing {
    const { chat } = column;
    if (reply !== undefined) {
      return html`<button type="button" class="button primary" @click=${() => this.take(reply)}>
        ${t('compareTake')}
      </button>`;
    }
    return isOver(chat, this.askedId)
      ? nothing
      : html`<button
          type="button"
          class="button"
          ?disabled=${chat.reply === undefined}
          @click=${() => this.workspace.stopIn(column.chat_id, column.reply_id)}
        >
          ${icons.stop} ${t('stop')}
        </button>`;
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
      const { message_id, replies } = await call<Answered>(
        'POST',
        `/api/chats/${encodeURIComponent(id)}/compare`,
        { content, models, client_message_id: this.keyFor(id, content) },
      );
      this.sending = undefined;
      this.question = '';
      replies.forEach(({ chat_id }) => this.workspace.putAside(chat_id));
      if (this.shown) {
        this.look(message_id, content, replies);
      }
      this.dispatchEvent(new CustomEvent('compared', { bubbles: true }));
    } catch (reason) {
      this.problem = reason instanceof Error ? reason.message : String(reason);
    } finally {
      this.busy = false;
    }
  }

  /** The same for the same question as long as it is not known to have come: it is kept once. */
  private keyFor(chatId: string, content: string): string {
    if (this.sending?.chatId !== chatId || this.sending.content !== content) {
      this.sending = { chatId, content, key: randomId() };
    }
    return this.sending.key;
  }

  private look(messageId: string, content: string, replies: readonly Asked[]): void {
    this.asked = content;
    this.askedId = messageId;
    this.columns = replies.map((reply) => ({ ...reply, chat: unloaded(reply.chat_id) }));
    this.leaveAll = replies.map(({ chat_id }) =>
      this.workspace.follow(chat_id, (happened) => this.hear(chat_id, happened)),
    );
  }

  private hear(chatId: string, event: ChatEvent): void {
    this.columns = this.columns.map((column) =>
      column.chat_id === chatId ? { ...column, chat: apply(column.chat, event).state } : column,
    );
  }

  private take(reply: Message): void {
    this.close();
    this.workspace.turnToBranch(reply.id);
    this.dispatchEvent(new CustomEvent('taken', { bubbles: true }));
  }
}

/** The reply to the question once it is whole; its chat may have gone on from there. */
function replyOf(chat: ChatState, question: string): Message | undefined {
  return chat.reply?.parent === question
    ? undefined
    : chat.messages.find(({ role, parents }) => role === 'assistant' && parents[0] === question);
}

/** Whether nothing more comes, which may be nothing at all. */
function isOver(chat: ChatState, question: string): boolean {
  return chat.phase !== 'loading' && chat.reply?.parent !== question;
}
