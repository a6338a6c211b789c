import { TemplateResult, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { t } from '../i18n/language';
import { Prompt } from '../prompts';
import { Topic } from '../topics';
import { Part } from './part';

const OFFERED_MAX = 20;
const COMMAND = /^\/([a-z0-9-]*)$/i;

/** The prompts that a `/` at the beginning of a message offers. Tells of one by `choose-prompt`. */
@customElement('hubbub-slash')
export class HubbubSlash extends Part {
  protected override readonly topics: readonly Topic[] = ['prompts'];
  /** What is written so far. */
  @property({ attribute: false }) text = '';
  @state() private at = 0;
  /** The text at which the reader wanted none of it. */
  @state() private dismissed: string | undefined;

  /** The id of the prompt that stands out, for the field that keeps the focus. */
  get active(): string | undefined {
    const prompt = this.offered()[this.at];
    return prompt === undefined ? undefined : idOf(prompt);
  }

  /** Takes a key of the field, unless it means nothing here. */
  take(event: KeyboardEvent): boolean {
    const offered = this.offered();
    const prompt = offered[this.at];
    if (prompt === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) {
      return false;
    }
    switch (event.key) {
      case 'ArrowDown':
        this.at = (this.at + 1) % offered.length;
        break;
      case 'ArrowUp':
        this.at = (this.at + offered.length - 1) % offered.length;
        break;
      case 'Enter':
      case 'Tab':
        this.choose(prompt);
        break;
      case 'Escape':
        this.dismissed = this.text;
        break;
      default:
        return false;
    }
    return true;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('text')) {
      this.at = 0;
      if (this.dismissed !== this.text) {
        this.dismissed = undefined;
      }
      if (this.text === '/' && !this.workspace.prompts.listed) {
        this.workspace.prompts.load().catch(() => undefined);
      }
    }
  }

  protected override updated(): void {
    this.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
    this.dispatchEvent(new CustomEvent('slash', { bubbles: true }));
  }

  protected override render(): TemplateResult | typeof nothing {
    const offered = this.offered();
    return offered.length === 0
      ? nothing
      : html`<div id="slash-list" class="slash" role="listbox" aria-label=${t('promptsTitle')}>
          ${offered.map(
            (prompt, at) =>
              html`<div
                id=${idOf(prompt)}
                role="option"
                aria-selected=${at === this.at}
                @pointerdown=${(event: Event) => event.preventDefault()}
                @click=${() => this.choose(prompt)}
              >
                <span>${prompt.title}</span>
                <span class="meta">/${prompt.command}</span>
              </div>`,
          )}
        </div>`;
  }

  private offered(): readonly Prompt[] {
    const typed = COMMAND.exec(this.text)?.[1]?.toLowerCase();
    if (typed === undefined || this.dismissed === this.text) {
      return [];
    }
    return this.workspace.prompts.all
      .filter(({ command }) => command?.startsWith(typed) === true)
      .sort((one, other) => one.command!.localeCompare(other.command!))
      .slice(0, OFFERED_MAX);
  }

  private choose(prompt: Prompt): void {
    this.dispatchEvent(new CustomEvent('choose-prompt', { detail: prompt, bubbles: true }));
  }
}

function idOf(prompt: Prompt): string {
  return `slash-${prompt.id}`;
}
