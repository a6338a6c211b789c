import { LitElement, TemplateResult, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Refused } from '../connection';
import { Translation, number, t } from '../i18n/language';
import { IMAGES_MAX, IMAGE_TYPES, OWN_IMAGES, addressOfImage, upload } from '../images';
import { ImageRef } from '../protocol';
import { icons } from './icons';

/** Of so many drafts the images are kept. */
const DRAFTS_MAX = 12;

interface Attachment {
  readonly file: File | undefined;
  /** Where the page itself has the image. */
  address: string;
  /** How much of it is on the server, from 0 to 1. */
  part: number;
  image?: ImageRef | undefined;
  error?: string | undefined;
  readonly stop: AbortController;
}

/** The images that go with the next message. Tells of each change by `attachments`. */
@customElement('hubbub-attachments')
export class HubbubAttachments extends LitElement {
  /** To which draft the images belong. */
  @property({ attribute: false }) draft = '';
  /** What keeps the images from being sent, if anything does. */
  @property({ attribute: false }) objection = '';
  @state() private problem = '';
  protected readonly translation = new Translation(this);
  private readonly drafts = new Map<string, readonly Attachment[]>();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  get count(): number {
    return this.all().length;
  }

  /** All of them are on the server. */
  get ready(): boolean {
    return this.all().every(({ image }) => image !== undefined);
  }

  add(files: Iterable<File>): void {
    this.problem = '';
    for (const file of files) {
      if (!IMAGE_TYPES.includes(file.type)) {
        this.problem = t('imageType', { name: file.name });
      } else if (this.count >= IMAGES_MAX) {
        this.problem = t('imagesTooMany', { count: IMAGES_MAX });
      } else {
        const address = URL.createObjectURL(file);
        const item: Attachment = { file, address, part: 0, stop: new AbortController() };
        this.put(this.draft, [...this.all(), item]);
        void this.send(item);
      }
    }
    this.tell();
  }

  /** Gives the images away, to be sent. */
  take(): readonly ImageRef[] {
    const taken = this.all();
    taken.forEach(release);
    this.put(this.draft, []);
    this.tell();
    return taken.flatMap(({ image }) => image ?? []);
  }

  /** Has again what was not sent after all. */
  takeBack(images: readonly ImageRef[]): void {
    const items = images.map((image): Attachment => {
      const item: Attachment = {
        file: undefined,
        address: '',
        part: 1,
        image,
        stop: new AbortController(),
      };
      addressOfImage(OWN_IMAGES + encodeURIComponent(image.id)).then(
        (address) => {
          item.address = address;
          this.requestUpdate();
        },
        () => undefined,
      );
      return item;
    });
    this.put(this.draft, [...this.all(), ...items].slice(0, IMAGES_MAX));
    this.tell();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('draft')) {
      this.problem = '';
    }
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('draft')) {
      this.dispatchEvent(new CustomEvent('attachments', { bubbles: true }));
    }
  }

  protected override render(): TemplateResult {
    const items = this.all();
    const problem = this.problem === '' && items.length > 0 ? this.objection : this.problem;
    return html`${
      items.length === 0
        ? nothing
        : html`<ul class="attachments" aria-label=${t('imagesToSend')}>
            ${items.map((item, at) => this.item(item, at))}
          </ul>`
    }
    <div role="alert">
      ${problem === '' ? nothing : html`<p class="attachments-problem">${problem}</p>`}
    </div>`;
  }

  private item(item: Attachment, at: number): TemplateResult {
    const name = item.file?.name ?? t('imageNumber', { at: at + 1 });
    const going = item.image === undefined && item.error === undefined;
    const percent = number(item.part, { style: 'percent', maximumFractionDigits: 0 });
    return html`<li class="attachment ${item.error === undefined ? '' : 'failed'}">
      ${item.address === '' ? icons.image : html`<img src=${item.address} alt=${name} />`}
      ${
        going
          ? html`<progress
              max="1"
              .value=${item.part}
              aria-label=${t('imageUploading', { name, percent })}
            ></progress>`
          : nothing
      }
      ${
        item.error === undefined
          ? nothing
          : html`<p role="alert">${item.error}</p>
              ${
                item.file === undefined
                  ? nothing
                  : html`<button
                      type="button"
                      class="quiet-button"
                      @click=${() => void this.send(item)}
                    >
                      ${t('again')}
                    </button>`
              }`
      }
      <button
        type="button"
        class="icon-button small remove"
        aria-label=${t('imageRemove', { name })}
        title=${t('imageRemove', { name })}
        @click=${() => this.takeOut(item)}
      >
        ${icons.close}
      </button>
    </li>`;
  }

  private async send(item: Attachment): Promise<void> {
    item.error = undefined;
    item.part = 0;
    this.tell();
    const progress = (part: number): void => {
      item.part = part;
      this.requestUpdate();
    };
    try {
      item.image = await upload(item.file!, progress, item.stop.signal);
    } catch (reason) {
      item.error = whyNot(reason, item.file!.name);
    }
    this.tell();
  }

  private takeOut(item: Attachment): void {
    this.problem = '';
    item.stop.abort();
    release(item);
    const all = this.all();
    this.put(
      this.draft,
      all.filter((other) => other !== item),
    );
    this.tell();
    this.dispatchEvent(new CustomEvent('attachment-removed', { bubbles: true }));
  }

  private all(): readonly Attachment[] {
    return this.drafts.get(this.draft) ?? [];
  }

  private put(draft: string, items: readonly Attachment[]): void {
    this.drafts.delete(draft);
    if (items.length > 0) {
      this.drafts.set(draft, items);
    }
    for (const [oldest, gone] of this.drafts) {
      if (this.drafts.size <= DRAFTS_MAX) {
        break;
      }
      gone.forEach((item) => {
        item.stop.abort();
        release(item);
      });
      this.drafts.delete(oldest);
    }
  }

  private tell(): void {
    this.requestUpdate();
    this.dispatchEvent(new CustomEvent('attachments', { bubbles: true }));
  }
}

function whyNot(reason: unknown, name: string): string {
  if (!(reason instanceof Refused)) {
    return t('imageNotUploaded');
  }
  switch (reason.code) {
    case 'body_too_long':
      return t('imageTooLong');
    case 'not_an_image':
      return t('imageType', { name });
    default:
      return reason.message;
  }
}

function release(item: Attachment): void {
  if (item.file !== undefined) {
    URL.revokeObjectURL(item.address);
  }
}
