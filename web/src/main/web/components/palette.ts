import { TemplateResult, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { call } from '../api';
import { matching, merged } from '../chat-list';
import { Key, t } from '../i18n/language';
import { Prompt } from '../prompts';
import { Chat } from '../protocol';
import { Topic } from '../topics';
import { keyCap } from './help';
import { icons } from './icons';
import { Overlay } from './overlay';

/** Something the palette does. */
export interface PaletteCommand {
  readonly id: string;
  readonly label: string;
  readonly picture: TemplateResult;
  readonly keys?: readonly string[] | undefined;
  readonly run: () => void;
}

interface Entry extends PaletteCommand {
  readonly note?: string;
}

interface Section {
  readonly title: Key;
  readonly entries: readonly Entry[];
}

const CHATS_MAX = 8;
const RECENT_CHATS_MAX = 5;
const PROMPTS_MAX = 5;
const TYPING_MILLIS = 150;

/** Finds chats, prompts and all that the page can do, by a few letters. */
@customElement('hubbub-palette')
export class HubbubPalette extends Overlay {
  protected override readonly topics: readonly Topic[] = ['list', 'prompts'];
  @property({ attribute: false }) commands: () => readonly PaletteCommand[] = () => [];
  @state() private text = '';
  @state() private at = 0;
  /** What the server found that is not in our part of the list. */
  @state() private found: readonly Chat[] = [];
  private timer = 0;

  protected override opened(): void {
    this.workspace.prompts.load().catch(() => undefined);
  }

  protected override closed(): void {
    window.clearTimeout(this.timer);
    this.text = '';
    this.at = 0;
    this.found = [];
  }

  protected override render(): TemplateResult {
    return html`<dialog
      class="palette"
      aria-label=${t('actionPalette')}
      @click=${this.clicked}
      @close=${this.wentAway}
    >
      ${this.shown ? this.body() : nothing}
    </dialog>`;
  }

  protected override updated(): void {
    this.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }

  private body(): TemplateResult {
    const sections = this.sections();
    const entries = sections.flatMap((section) => section.entries);
    const at = Math.min(this.at, entries.length - 1);
    return html`<div class="palette-input">
        ${icons.search}
        <input
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck="false"
          aria-label=${t('paletteInput')}
          aria-autocomplete="list"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant=${entries[at] === undefined ? nothing : `palette-${entries[at].id}`}
          placeholder=${t('paletteInput')}
          .value=${this.text}
          @input=${(event: Event) => this.type((event.target as HTMLInputElement).value)}
          @keydown=${(event: KeyboardEvent) => this.pressed(event, entries, at)}
        />
        <kbd aria-hidden="true">Esc</kbd>
      </div>
      <div id="palette-list" role="listbox" aria-label=${t('paletteResults')}>
        ${sections.map(
          ({ title, entries: some }) =>
            html`<div role="group" aria-label=${t(title)}>
              <h3 aria-hidden="true">${t(title)}</h3>
              ${some.map((entry) => this.option(entry, entry === entries[at]))}
            </div>`,
        )}
      </div>
      <p class="palette-note" role="status">
        ${entries.length === 0 ? t('paletteNothing') : nothing}
      </p>`;
  }

  private option(entry: Entry, selected: boolean): TemplateResult {
    return html`<div
      id=${`palette-${entry.id}`}
      role="option"
      aria-selected=${selected}
      @click=${() => this.run(entry)}
    >
      ${entry.picture}
      <span class="palette-label">${entry.label}</span>
      ${entry.note === undefined ? nothing : html`<span class="meta">${entry.note}</span>`}
      ${
        entry.keys === undefined
          ? nothing
          : html`<span class="combination" aria-hidden="true">${entry.keys.map(keyCap)}</span>`
      }
    </div>`;
  }

  private sections(): readonly Section[] {
    const { chats, prompts } = this.workspace;
    const blank = this.text.trim() === '';
    const known = matching(chats, this.text);
    const all = blank ? known : matching(merged(known, this.found), this.text);
    const words = this.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const has = (text: string): boolean =>
      words.every((word) => text.toLocaleLowerCase().includes(word));
    const sections: readonly Section[] = [
      {
        title: blank ? 'paletteRecent' : 'paletteChats',
        entries: all
          .slice(0, blank ? RECENT_CHATS_MAX : CHATS_MAX)
          .map((chat) => this.chatEntry(chat)),
      },
      {
        title: 'paletteActions',
        entries: this.commands().filter(({ label }) => has(label)),
      },
      {
        title: 'palettePrompts',
        entries: prompts.all
          .filter(({ title, command }) => has(`${title} ${command ?? ''}`))
          .slice(0, PROMPTS_MAX)
          .map((prompt) => this.promptEntry(prompt)),
      },
    ];
    return sections.filter(({ entries }) => entries.length > 0);
  }

  private chatEntry(chat: Chat): Entry {
    return {
      id: `chat-${chat.id}`,
      label: chat.name === '' ? t('untitled') : chat.name,
      picture: icons.chat,
      run: () => this.tell('open-chat', chat.id),
    };
  }

  private promptEntry(prompt: Prompt): Entry {
    return {
      id: `prompt-${prompt.id}`,
      label: prompt.title,
      picture: icons.book,
      ...(prompt.command === undefined ? {} : { note: `/${prompt.command}` }),
      run: () => this.tell('choose-prompt', prompt),
    };
  }

  private type(text: string): void {
    this.text = text;
    this.at = 0;
    window.clearTimeout(this.timer);
    if (text.trim() !== '') {
      this.timer = window.setTimeout(() => void this.ask(text), TYPING_MILLIS);
    }
  }

  /** The server knows chats of which no page was loaded yet. */
  private async ask(text: string): Promise<void> {
    const query = new URLSearchParams({ search: text.trim(), limit: String(CHATS_MAX) });
    try {
      const { chats } = await call<{ chats: Chat[] }>('GET', `/api/chats?${query}`);
      if (this.shown && text === this.text) {
        this.found = chats;
      }
    } catch {
      // What is known here is there still.
    }
  }

  private pressed(event: KeyboardEvent, entries: readonly Entry[], at: number): void {
    const to: Record<string, number> = {
      ArrowDown: (at + 1) % entries.length,
      ArrowUp: (at - 1 + entries.length) % entries.length,
      PageDown: entries.length - 1,
      PageUp: 0,
    };
    if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      const entry = entries[at];
      if (entry !== undefined) {
        this.run(entry);
      }
    } else if (to[event.key] !== undefined && entries.length > 0) {
      event.preventDefault();
      this.at = to[event.key]!;
    }
  }

  private run(entry: Entry): void {
    this.close();
    entry.run();
  }

  private tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
