import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call } from '../api';
import { number, t } from '../i18n/language';
import { dollars } from '../money';
import { Chat } from '../protocol';
import { Topic } from '../topics';
import { Sheet } from './sheet';

const NAME_CHARS_MAX = 200;

/**
 * What the open chat is called, who answers in it and by which instructions, and what it cost; or
 * who is to answer in the next one, and by which.
 */
@customElement('hubbub-chat-settings')
export class HubbubChatSettings extends Sheet {
  protected override readonly topics: readonly Topic[] = [];
  protected override readonly kind = 'chat-settings';
  @state() private chat: Chat | undefined;
  @state() private total: Chat | undefined;
  @state() private problem = '';
  @state() private busy = false;

  override show(): void {
    const { open } = this.workspace;
    this.chat = open?.chat;
    this.problem = '';
    this.total = undefined;
    if (open !== undefined && this.chat === undefined) {
      return;
    }
    super.show();
    if (this.chat !== undefined) {
      // Without it the sheet lacks a line and no more.
      this.addUp(this.chat.id).catch(() => undefined);
    }
  }

  protected override heading(): string {
    return t(this.chat === undefined ? 'chatSettingsNew' : 'chatSettings');
  }

  protected override opened(): void {
    this.querySelector('input')?.focus();
  }

  protected override body(): TemplateResult {
    const { chat } = this;
    const { models } = this.workspace;
    return html`<form class="sheet-body" @submit=${this.submitted}>
      ${
        chat === undefined
          ? nothing
          : html`<label class="field">
              <span>${t('chatTitle')}</span>
              <input
                name="name"
                required
                autocomplete="off"
                maxlength=${NAME_CHARS_MAX}
                .value=${chat.name}
              />
            </label>`
      }
      <label class="field">
        <span>${t('settingsModel')}<small>${t('chatModelHelp')}</small></span>
        <input
          name="model"
          ?required=${chat !== undefined}
          list="chat-models"
          autocomplete="off"
          spellcheck="false"
          .value=${chat?.model ?? this.workspace.model}
        />
      </label>
      <datalist id="chat-models">
        ${models.map(({ id, display_name }) => html`<option value=${id}>${display_name}</option>`)}
      </datalist>
      <label class="field">
        <span>${t('settingsInstructions')}<small>${t('chatInstructionsHelp')}</small></span>
        <textarea name="instructions" rows="4" .value=${chat === undefined ? this.workspace.instructions : (chat.system_prompt ?? '')}></textarea>
      </label>
      ${this.used()}
      ${this.problem === '' ? nothing : html`<p class="error" role="alert">${this.problem}</p>`}
      <div class="dialog-actions">
        <button type="button" class="button" @click=${() => this.close()}>${t('cancel')}</button>
        <button type="submit" class="button primary" ?disabled=${this.busy}>${t('save')}</button>
      </div>
    </form>`;
  }

  /** Of all its replies, as the server adds them up. */
  private used(): TemplateResult | typeof nothing {
    const { usage, cost } = this.total ?? {};
    return usage === undefined
      ? nothing
      : html`<p class="meta" id="chat-used">
          ${t('chatUsed', { input: number(usage.input_tokens), output: number(usage.output_tokens) })}
          ${cost === undefined ? nothing : t('chatCost', { cost: dollars(cost) })}
        </p>`;
  }

  private async addUp(id: string): Promise<void> {
    const { chat } = await call<{ chat: Chat }>('GET', `/api/chats/${encodeURIComponent(id)}`);
    if (this.chat?.id === id) {
      this.total = chat;
    }
  }

  private async submitted(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string => String(data.get(name) ?? '').trim();
    if (this.chat === undefined) {
      this.workspace.prepare(text('model'), text('instructions'));
      this.close();
      return;
    }
    this.busy = true;
    this.problem = '';
    try {
      await this.workspace.change(this.chat, {
        name: text('name'),
        model: text('model'),
        system_prompt: text('instructions'),
      });
      this.close();
    } catch (reason) {
      this.problem = reason instanceof Error ? reason.message : String(reason);
    } finally {
      this.busy = false;
    }
  }
}
