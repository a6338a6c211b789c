import { LitElement, PropertyValues, TemplateResult, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { LiveReply } from '../chat-state';
import { copyText } from '../clipboard';
import { Translation, date, number, t } from '../i18n/language';
import { OWN_IMAGES } from '../images';
import { forget, keep, kept } from '../kept';
import { dollars } from '../money';
import { Message } from '../protocol';
import { Workspace } from '../workspace';
import { icons } from './icons';
import { imagesOf } from './images';
import { HubbubMenu, MenuItem } from './menu';
import type { HubbubProse } from './prose';

const COPIED_MILLIS = 1_600;
/** Where a text is kept that is to take the place of a message and was not sent yet. */
const EDIT_KEY = 'hubbub.edit.';
/** Models that the menu of a reply offers besides. */
const OTHER_MODELS_MAX = 6;
/** How a reply ends of which there may be more. */
const UNFINISHED: readonly (string | undefined)[] = ['stopped', 'length', 'budget', 'error'];
const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
const MOMENT: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };

/**
 * One message, or a reply on its way to become one. Without a workspace it is only there to be
 * read.
 */
@customElement('hubbub-message')
export class HubbubMessage extends LitElement {
  @property({ attribute: false }) message: Message | undefined;
  @property({ attribute: false }) reply: LiveReply | undefined;
  @property({ type: Boolean }) last = false;
  @property({ type: Boolean }) idle = false;
  @property({ attribute: false }) workspace: Workspace | undefined;
  /** Where the images of messages are. */
  @property({ attribute: false }) imagesFrom = OWN_IMAGES;
  @state() private copied = false;
  @state() private editing = false;
  protected readonly translation = new Translation(this);

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** More text came for the reply: draws it, and nothing else. */
  grow(reply: LiveReply): void {
    this.querySelector<HubbubProse>('hubbub-prose')?.follow(reply);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('keydown', this.pressed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('keydown', this.pressed);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('message')) {
      this.editing = this.edited() !== undefined;
    }
  }

  protected override updated(): void {
    if (this.editing) {
      fitted(this.querySelector('textarea')!);
    }
    const prose = this.querySelector<HubbubProse>('hubbub-prose');
    if (this.message !== undefined) {
      prose?.show(this.message.content);
    } else if (this.reply !== undefined) {
      prose?.follow(this.reply);
    }
  }

  protected override render(): TemplateResult {
    const { message } = this;
    if (message?.role === 'user') {
      return this.mine(message);
    }
    if (message?.role === 'system') {
      return html`<p class="system-note">${message.content}</p>`;
    }
    return this.answer();
  }

  private mine(message: Message): TemplateResult {
    if (this.editing) {
      return this.editor(message);
    }
    return html`<article class="mine" aria-label=${t('you')}>
      ${imagesOf(message.images, this.imagesFrom)} ${bubble(message.content)}
      <div class="actions">
        ${this.branches(message)} ${this.time(message)} ${this.copyButton(message.content)}
        ${
          this.workspace === undefined
            ? nothing
            : this.button(icons.pencil, t('editMessage'), () => this.edit(), !this.idle)
        }
        ${this.moreButton(message, [])}
      </div>
    </article>`;
  }

  private editor(message: Message): TemplateResult {
    const done = (): void => {
      forget('tab', EDIT_KEY + message.id);
      this.editing = false;
      void this.updateComplete.then(() => this.querySelector<HTMLElement>('.edit')?.focus());
    };
    const save = (): void => {
      const text = this.querySelector('textarea')!.value.trim();
      done();
      this.workspace?.edit(message, text);
    };
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        done();
      } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        save();
      }
    };
    const typed = (event: Event): void => {
      const field = event.target as HTMLTextAreaElement;
      keep('tab', EDIT_KEY + message.id, field.value);
      fitted(field);
    };
    return html`<article class="mine" aria-label=${t('you')}>
      <form
        class="editor"
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          save();
        }}
      >
        <textarea
          aria-label=${t('editMessage')}
          rows="1"
          required
          .value=${this.edited() ?? message.content}
          @keydown=${pressed}
          @input=${typed}
        ></textarea>
        <p class="meta">${t('editHelp')}</p>
        <div class="dialog-actions">
          <button type="button" class="button" @click=${done}>${t('cancel')}</button>
          <button type="submit" class="button primary">${t('send')}</button>
        </div>
      </form>
    </article>`;
  }

  /** What its writer has in mind instead, if editing has begun; it outlives a look elsewhere. */
  private edited(): string | undefined {
    const { message, workspace } = this;
    return message?.role === 'user' && workspace !== undefined
      ? kept('tab', EDIT_KEY + message.id)
      : undefined;
  }

  private edit(): void {
    keep('tab', EDIT_KEY + (this.message?.id ?? ''), this.message?.content ?? '');
    this.editing = true;
    void this.updateComplete.then(() => {
      const field = this.querySelector('textarea')!;
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    });
  }

  private answer(): TemplateResult {
    const { message, reply } = this;
    const model = message?.model ?? reply?.model ?? '';
    const thinking = reply !== undefined && reply.length === 0;
    return html`<article class="answer" aria-label=${t('reply')} aria-busy=${reply !== undefined}>
      <header class="answer-head">
        <span class="avatar" data-live=${reply !== undefined}>${icons.mark}</span>
        <span class="answer-model">${model}</span>
        ${
          reply !== undefined && reply.attempt > 1
            ? html`<span class="tag">${t('goingOn')}</span>`
            : nothing
        }
      </header>
      ${
        thinking
          ? html`<span class="dots" role="img" aria-label=${t('thinking')}><i></i><i></i><i></i></span>`
          : nothing
      }
      <hubbub-prose class="prose" ?hidden=${thinking}></hubbub-prose>
      ${message === undefined ? nothing : this.ending(message)}
    </article>`;
  }

  private ending(message: Message): TemplateResult {
    return html`${message.stop_reason === 'error' ? this.failure(message) : nothing}
      <div class="actions">
        ${message.content === '' ? nothing : this.copyButton(message.content)}
        ${this.asking(message)} ${this.branches(message)}
        ${endTag(message)}
        ${
          (message.attempts?.length ?? 0) > 1
            ? html`<span class="tag">${t('resumed')}</span>`
            : nothing
        }
        ${this.time(message)}
        ${
          message.usage === undefined
            ? nothing
            : html`<span
                class="meta"
                title=${t('usageDetail', {
                  input: number(message.usage.input_tokens),
                  output: number(message.usage.output_tokens),
                })}
                >${t('tokens', { count: message.usage.output_tokens })}${
                  message.cost === undefined || message.cost === 0
                    ? nothing
                    : html` · ${dollars(message.cost)}`
                }</span
              >`
        }
      </div>`;
  }

  private failure(message: Message): TemplateResult {
    return html`<div class="failure" role="alert">
      ${icons.warning}
      <p>
        <strong>${message.content === '' ? t('noReply') : t('replyBrokeOff')}</strong>
        ${message.error ?? ''}
      </p>
      ${
        this.last && this.idle && this.workspace !== undefined
          ? html`<button type="button" class="button" @click=${() => this.again(message)}>
              ${icons.again} ${t('retry')}
            </button>`
          : nothing
      }
    </div>`;
  }

  private copyButton(text: string): TemplateResult {
    const copy = async (): Promise<void> => {
      await copyText(text);
      this.copied = true;
      window.setTimeout(() => (this.copied = false), COPIED_MILLIS);
    };
    return this.button(
      this.copied ? icons.check : icons.copy,
      this.copied ? t('copied') : t('copyMessage'),
      copy,
    );
  }

  /** What can be asked of the model about its reply. */
  private asking(message: Message): TemplateResult | typeof nothing {
    const { workspace } = this;
    const parent = message.parents[0];
    if (workspace === undefined || parent === undefined) {
      return nothing;
    }
    const others = workspace.models
      .filter(({ id }) => id !== message.model)
      .slice(0, OTHER_MODELS_MAX)
      .map(
        ({ id, display_name }): MenuItem => ({
          picture: 'again',
          label: t('regenerateWith', { model: display_name }),
          act: () => workspace.regenerate(parent, id),
        }),
      );
    const more = UNFINISHED.includes(message.stop_reason) && message.content !== '';
    return html`${this.button(icons.again, t('regenerateReply'), () => this.again(message), !this.idle)}
    ${
      more
        ? this.button(
            icons.goOn,
            t('continueReply'),
            () => workspace.continueReply(message.id),
            !this.idle,
          )
        : nothing
    }
    ${this.moreButton(message, this.idle ? others : [])}`;
  }

  private moreButton(message: Message, first: readonly MenuItem[]): TemplateResult | typeof nothing {
    const { workspace } = this;
    if (workspace === undefined) {
      return nothing;
    }
    const items: readonly MenuItem[] = [
      ...first,
      {
        picture: 'branch',
        label: t('fork'),
        act: () =>
          void workspace.fork(message.id).catch((reason: unknown) => workspace.complain(reason)),
      },
    ];
    const show = (event: Event): void =>
      HubbubMenu.get().show(event.currentTarget as HTMLElement, t('messageActions'), items);
    return html`<button
      type="button"
      class="icon-button small"
      aria-haspopup="menu"
      aria-label=${t('messageActions')}
      title=${t('messageActions')}
      @click=${show}
    >
      ${icons.more}
    </button>`;
  }

  private button(
    picture: TemplateResult,
    label: string,
    act: () => unknown,
    disabled = false,
  ): TemplateResult {
    return html`<button
      type="button"
      class="icon-button small ${picture === icons.pencil ? 'edit' : ''}"
      aria-label=${label}
      title=${label}
      ?disabled=${disabled}
      @click=${act}
    >
      ${picture}
    </button>`;
  }

  private branches(message: Message): TemplateResult | typeof nothing {
    const siblings = message.siblings ?? [];
    const at = siblings.indexOf(message.id);
    if (siblings.length < 2 || at < 0 || this.workspace === undefined) {
      return nothing;
    }
    const mine = message.role === 'user';
    return html`<span
      class="branches"
      role="group"
      aria-label=${mine ? t('versions') : t('replies')}
    >
      ${this.button(
        icons.left,
        mine ? t('versionPrevious') : t('replyPrevious'),
        () => this.turn(-1),
        !this.idle || at === 0,
      )}
      <span class="meta">${at + 1} / ${siblings.length}</span>
      ${this.button(
        icons.right,
        mine ? t('versionNext') : t('replyNext'),
        () => this.turn(1),
        !this.idle || at === siblings.length - 1,
      )}
    </span>`;
  }

  /** To the branch beside this one. */
  private turn(by: number): void {
    const siblings = this.message?.siblings ?? [];
    const at = siblings.indexOf(this.message?.id ?? '') + by;
    const to = siblings[at];
    if (to !== undefined && this.idle) {
      if (this.contains(document.activeElement)) {
        this.dispatchEvent(new CustomEvent('turned', { detail: to, bubbles: true }));
      }
      this.workspace?.turnToBranch(to);
      this.workspace?.say(t('branchSaid', { at: at + 1, count: siblings.length }));
    }
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (by !== 0 && event.altKey && !this.editing && (this.message?.siblings?.length ?? 0) > 1) {
      event.preventDefault();
      this.turn(by);
    }
  };

  private time(message: Message): TemplateResult {
    const at = new Date(message.created_at);
    return html`<time class="meta" datetime=${message.created_at} title=${date(at, MOMENT)}
      >${date(at, CLOCK)}</time
    >`;
  }

  private again(message: Message): void {
    const parent = message.parents[0];
    if (parent !== undefined) {
      this.workspace?.regenerate(parent);
    }
  }
}

/** What was said, unless only images were. */
export function bubble(content: string): TemplateResult | typeof nothing {
  return content === '' ? nothing : html`<div class="bubble">${content}</div>`;
}

function fitted(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}

function endTag(message: Message): TemplateResult | typeof nothing {
  switch (message.stop_reason) {
    case 'stopped':
      return html`<span class="tag">${t('stopped')}</span>`;
    case 'length':
    case 'budget':
      return html`<span class="tag">${t('cutAtLength')}</span>`;
    case 'content_filter':
      return html`<span class="tag">${t('heldBack')}</span>`;
    default:
      return nothing;
  }
}
