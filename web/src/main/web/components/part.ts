import { LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import { Translation } from '../i18n/language';
import { Topic } from '../topics';
import { Workspace } from '../workspace';

/**
 * A part of the page. It draws itself into the page, without a shadow, so that a selection and a
 * search run over all messages and labels reach across parts.
 */
export abstract class Part extends LitElement {
  @property({ attribute: false }) workspace!: Workspace;

  /** At which changes this part draws itself. */
  protected abstract readonly topics: readonly Topic[];
  protected readonly translation = new Translation(this);
  private leave: (() => void) | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.leave = this.workspace.on((topic) => this.changed(topic));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leave?.();
  }

  protected changed(topic: Topic): void {
    if (this.topics.includes(topic)) {
      this.requestUpdate();
    }
  }
}
