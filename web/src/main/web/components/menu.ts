import { LitElement, TemplateResult, html } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { icons } from './icons';

/** Something to choose from a menu, or a line between two groups. */
export type MenuItem =
  | 'line'
  | {
      readonly picture: keyof typeof icons;
      readonly label: string;
      readonly act: () => void;
      readonly danger?: boolean;
    };

const EDGE = 8;

/** A menu that opens at what stands for it, one at a time, and is worked by mouse, touch or keys. */
@customElement('hubbub-menu')
export class HubbubMenu extends LitElement {
  @state() private items: readonly MenuItem[] = [];
  @state() private label = '';
  private opener: HTMLElement | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** The one menu of the page. */
  static get(): HubbubMenu {
    let menu = document.querySelector<HubbubMenu>('hubbub-menu');
    if (menu === null) {
      menu = document.createElement('hubbub-menu') as HubbubMenu;
    }
    return menu;
  }

  show(opener: HTMLElement, label: string, items: readonly MenuItem[]): void {
    // It belongs to the part of the page that it is opened from.
    (opener.closest('hubbub-sidebar, main, dialog') ?? document.body).append(this);
    this.items = items;
    this.label = label;
    this.opener = opener;
    void this.updateComplete.then(() => {
      const menu = this.menu();
      menu.showPopover();
      const at = opener.getBoundingClientRect();
      const { width, height } = menu.getBoundingClientRect();
      const below = at.bottom + height + EDGE <= innerHeight;
      menu.style.left = `${Math.max(EDGE, Math.min(at.left, innerWidth - width - EDGE))}px`;
      menu.style.top = `${Math.max(EDGE, below ? at.bottom : at.top - height)}px`;
      this.entries()[0]?.focus();
    });
  }

  protected override render(): TemplateResult {
    return html`<div
      popover
      class="menu"
      role="menu"
      aria-label=${this.label}
      @toggle=${this.toggled}
      @keydown=${this.pressed}
    >
      ${this.items.map((item) => (item === 'line' ? html`<hr />` : this.entry(item)))}
    </div>`;
  }

  private entry(item: Exclude<MenuItem, 'line'>): TemplateResult {
    const chosen = (): void => {
      this.menu().hidePopover();
      item.act();
    };
    return html`<button
      type="button"
      role="menuitem"
      tabindex="-1"
      class=${item.danger === true ? 'danger' : ''}
      @click=${chosen}
    >
      ${icons[item.picture]}<span>${item.label}</span>
    </button>`;
  }

  private toggled(event: ToggleEvent): void {
    const shown = event.newState === 'open';
    this.opener?.setAttribute('aria-expanded', String(shown));
    const inside = this.contains(document.activeElement) || document.activeElement === document.body;
    if (!shown && inside) {
      this.opener?.focus();
    }
  }

  private pressed(event: KeyboardEvent): void {
    const entries = this.entries();
    const at = entries.indexOf(document.activeElement as HTMLElement);
    const to: Record<string, number> = {
      ArrowDown: (at + 1) % entries.length,
      ArrowUp: (at - 1 + entries.length) % entries.length,
      Home: 0,
      End: entries.length - 1,
    };
    const next = to[event.key];
    if (next !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      entries[next]?.focus();
    } else if (event.key === 'Tab' || event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.menu().hidePopover();
      this.opener?.focus();
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      const letter = event.key.toLocaleLowerCase();
      const order = [...entries.slice(at + 1), ...entries.slice(0, at + 1)];
      order
        .find((entry) => entry.textContent?.trim().toLocaleLowerCase().startsWith(letter))
        ?.focus();
    }
  }

  private entries(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }

  private menu(): HTMLElement {
    return this.querySelector<HTMLElement>('[popover]')!;
  }
}
