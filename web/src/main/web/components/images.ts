import { LitElement, TemplateResult, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Translation, t } from '../i18n/language';
import { OWN_IMAGES, addressOfImage } from '../images';
import { ImageRef } from '../protocol';
import { icons } from './icons';

/** This near to the screen an image is loaded. */
const NEAR = '400px';

/** The images of a message: small, each to be opened. */
export function imagesOf(
  images: readonly ImageRef[] | undefined,
  from = OWN_IMAGES,
): TemplateResult | typeof nothing {
  if (images === undefined || images.length === 0) {
    return nothing;
  }
  const paths = images.map(({ id }) => from + encodeURIComponent(id));
  return html`<div class="images" role="group" aria-label=${t('images')}>
    ${paths.map((_, at) => html`<hubbub-image .paths=${paths} .at=${at}></hubbub-image>`)}
  </div>`;
}

/** One of some images, which loads when it comes near the screen. */
@customElement('hubbub-image')
export class HubbubImage extends LitElement {
  @property({ attribute: false }) paths: readonly string[] = [];
  @property({ attribute: false }) at = 0;
  @state() private address: string | undefined;
  @state() private broken = false;
  protected readonly translation = new Translation(this);
  private loaded: string | undefined;
  private readonly near = new IntersectionObserver(
    (entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) {
        this.load();
      }
    },
    { rootMargin: NEAR },
  );

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.near.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.near.disconnect();
  }

  protected override updated(): void {
    if (this.loaded !== undefined && this.loaded !== this.paths[this.at]) {
      this.load();
    }
  }

  protected override render(): TemplateResult {
    const label = t(this.broken ? 'imageBroken' : 'imageOpen', {
      at: this.at + 1,
      count: this.paths.length,
    });
    return html`<button
      type="button"
      class="image"
      aria-label=${label}
      title=${this.broken ? label : nothing}
      @click=${() => (this.broken ? this.load() : HubbubLightbox.get().show(this.paths, this.at))}
    >
      ${
        this.address === undefined
          ? this.broken
            ? icons.warning
            : icons.image
          : html`<img src=${this.address} alt="" decoding="async" />`
      }
    </button>`;
  }

  private load(): void {
    const path = this.paths[this.at];
    if (path === undefined || (path === this.loaded && !this.broken)) {
      return;
    }
    this.loaded = path;
    this.broken = false;
    addressOfImage(path).then(
      (address) => {
        if (path === this.loaded) {
          this.address = address;
        }
      },
      () => (this.broken = path === this.loaded),
    );
  }
}

/** Shows images as large as they fit, one at a time. */
@customElement('hubbub-lightbox')
export class HubbubLightbox extends LitElement {
  @state() private paths: readonly string[] = [];
  @state() private at = 0;
  @state() private address: string | undefined;
  protected readonly translation = new Translation(this);

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** The one of the page. */
  static get(): HubbubLightbox {
    let box = document.querySelector<HubbubLightbox>('hubbub-lightbox');
    if (box === null) {
      box = document.createElement('hubbub-lightbox') as HubbubLightbox;
      document.body.append(box);
    }
    return box;
  }

  show(paths: readonly string[], at: number): void {
    this.paths = paths;
    this.turnTo(at);
    this.performUpdate();
    this.dialog().showModal();
  }

  protected override render(): TemplateResult {
    const count = this.paths.length;
    const label = t('imageShown', { at: this.at + 1, count });
    return html`<dialog
      class="lightbox"
      aria-label=${label}
      @click=${this.clicked}
      @keydown=${this.pressed}
      @close=${this.wentAway}
    >
      ${
        count === 0
          ? nothing
          : html`<div class="lightbox-bar">
              ${count > 1 ? this.step(-1) : nothing}
              <span class="meta" role="status">${label}</span>
              ${count > 1 ? this.step(1) : nothing}
              <button
                type="button"
                class="icon-button"
                aria-label=${t('close')}
                @click=${() => this.dialog().close()}
              >
                ${icons.close}
              </button>
            </div>`
      }
      ${this.address === undefined || count === 0 ? nothing : html`<img src=${this.address} alt=${label} />`}
    </dialog>`;
  }

  private step(by: number): TemplateResult {
    return html`<button
      type="button"
      class="icon-button"
      aria-label=${by < 0 ? t('imagePrevious') : t('imageNext')}
      ?disabled=${this.paths[this.at + by] === undefined}
      @click=${() => this.turnTo(this.at + by)}
    >
      ${by < 0 ? icons.left : icons.right}
    </button>`;
  }

  private turnTo(at: number): void {
    const path = this.paths[at];
    if (path === undefined) {
      return;
    }
    this.at = at;
    this.address = undefined;
    addressOfImage(path).then(
      (address) => {
        if (this.paths[this.at] === path) {
          this.address = address;
        }
      },
      () => this.dialog().close(),
    );
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      this.turnTo(this.at + (event.key === 'ArrowLeft' ? -1 : 1));
    }
  }

  /** The browser tells of a closing some time later; others may be shown by then. */
  private readonly wentAway = (): void => {
    if (!this.dialog().open) {
      this.paths = [];
    }
  };

  /** A click on the shade beside the image closes it. */
  private clicked(event: MouseEvent): void {
    if (event.target === this.dialog()) {
      this.dialog().close();
    }
  }

  private dialog(): HTMLDialogElement {
    return this.querySelector('dialog')!;
  }
}
