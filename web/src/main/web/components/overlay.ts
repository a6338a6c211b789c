import { state } from 'lit/decorators.js';
import { Part } from './part';

/**
 * Something that stands over the page until it is closed, in a `<dialog>` that it draws. The browser
 * keeps the focus inside, and tells of a closing only some time later: it may be shown again by then.
 */
export abstract class Overlay extends Part {
  @state() protected shown = false;
  /** Where a click began: what is selected in a field may end beside the dialog. */
  private pressedOn: EventTarget | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('pointerdown', this.pressing);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('pointerdown', this.pressing);
  }

  /** Shows it at once, so that what is typed next is typed here. */
  show(): void {
    this.wentAway();
    if (this.shown) {
      return;
    }
    this.shown = true;
    this.performUpdate();
    this.dialog()?.showModal();
    this.opened();
  }

  close(): void {
    this.dialog()?.close();
    this.wentAway();
  }

  /** It is on the screen now. */
  protected opened(): void {}

  /** It is not on the screen any more. */
  protected closed(): void {}

  /** For the `close` event of the dialog. */
  protected readonly wentAway = (): void => {
    if (this.shown && this.dialog()?.open !== true) {
      this.shown = false;
      this.closed();
    }
  };

  /** For the `click` event of the dialog: a click on the shade beside it closes it. */
  protected readonly clicked = (event: MouseEvent): void => {
    if (event.target === this.dialog() && this.pressedOn === event.target) {
      this.close();
    }
  };

  private readonly pressing = (event: PointerEvent): void => {
    this.pressedOn = event.target;
  };

  private dialog(): HTMLDialogElement | null {
    return this.querySelector('dialog');
  }
}
