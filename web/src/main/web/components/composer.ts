import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { keep, kept } from '../kept';
import { Topic } from '../topics';
import { icons } from './icons';
import './model-picker';
import { Part } from './part';

const DRAFT_KEY = 'hubbub.draft.';

/** Where a message is written. Enter sends it, Shift+Enter breaks the line. */
@customElement('hubbub-composer')
export class HubbubComposer extends Part {
  protected override readonly topics: readonly Topic[] = ['chat', 'models', 'connection'];
  @state() private text = '';
  private draftOf: string | undefined = 'none yet';

  /** Puts words into the empty input, to be changed or sent. */
  suggest(text: string): void {
    this.type(text);
    this.focusInput();
  }

  /** Gives a text back to its writer, unless there is another one already. */
  takeBack(text: string): void {
    if (this.text.trim() === '') {
      this.suggest(text);
    }
  }

  focusInput(): void {
    this.input()?.focus();
  }

  protected override willUpdate(): void {
    const id = this.workspace.open?.id;
    if (id !== this.draftOf) {
      this.draftOf = id;
      this.text = kept('tab', DRAFT_KEY + (id ?? 'new')) ?? '';
    }
  }

  protected override updated(): void {
    const input = this.input();
    if (input !== null) {
      if (input.value !== this.text) {
        input.value = this.text;
      }
      input.style.height = 'auto';
      input.style.height = `${input.scrollHeight}px`;
    }
  }

  protected override render(): TemplateResult {
    const { open } = this.workspace;
    const replying = open?.reply !== undefined;
    const closed = open !== undefined && ['missing', 'deleted', 'broken'].includes(open.phase);
    const blank = this.text.trim() === '';
    return html`<form class="composer" @submit=${this.submitted}>
      <label class="visually-hidden" for="message-input">Message</label>
      <textarea
        id="message-input"
        rows="1"
        placeholder=${replying ? 'Write the next message…' : 'Write a message…'}
        ?disabled=${closed}
        @input=${(event: InputEvent) => this.type((event.target as HTMLTextAreaElement).value)}
        @keydown=${this.pressed}
      ></textarea>
      <div class="composer-row">
        <hubbub-model-picker .workspace=${this.workspace}></hubbub-model-picker>
        <span class="hint" aria-hidden="true">Shift + Enter for a new line</span>
        ${
          replying
            ? html`<button
                type="button"
                class="round-button stop"
                aria-label="Stop reply"
                title="Stop"
                @click=${() => this.workspace.stop()}
              >
                ${icons.stop}
              </button>`
            : nothing
        }
        ${
          replying && blank
            ? nothing
            : html`<button
                type="submit"
                class="round-button send"
                aria-label=${replying ? 'Send when the reply is done' : 'Send message'}
                title="Send"
                ?disabled=${blank || closed}
              >
                ${icons.send}
              </button>`
        }
      </div>
    </form>`;
  }

  private type(text: string): void {
    this.text = text;
    keep('tab', DRAFT_KEY + (this.draftOf ?? 'new'), text);
  }

  private pressed(event: KeyboardEvent): void {
    // An input method takes Enter for itself while a word is being composed.
    const plain = !event.shiftKey && !event.isComposing && event.keyCode !== 229;
    if (event.key === 'Enter' && plain) {
      event.preventDefault();
      this.send();
    }
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    this.send();
    this.focusInput();
  }

  private send(): void {
    const content = this.text.trim();
    if (content !== '') {
      this.type('');
      this.workspace.send(content);
      this.dispatchEvent(new CustomEvent('sent', { bubbles: true }));
    }
  }

  private input(): HTMLTextAreaElement | null {
    return this.querySelector('textarea');
  }
}
