import { TemplateResult, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { Key, t } from '../i18n/language';
import { Keys, SHORTCUTS, nameOfKey } from '../keys';
import { Topic } from '../topics';
import { Sheet } from './sheet';

/** The keys of the workspace, as the table of them says. */
@customElement('hubbub-help')
export class HubbubHelp extends Sheet {
  protected override readonly topics: readonly Topic[] = ['settings'];
  protected override readonly kind = 'help';

  protected override heading(): string {
    return t('helpTitle');
  }

  protected override body(): TemplateResult {
    return html`<div class="sheet-body" tabindex="0" role="group" aria-labelledby="help-title">
      ${SHORTCUTS.map(
        ({ title, shortcuts }) =>
          html`<h3>${t(title)}</h3>
            <dl class="keys">
              ${shortcuts.map(
                ({ label, keys }) =>
                  html`<div>
                    <dt>${t(label)}</dt>
                    <dd>${this.combinations(this.asSet(label, keys))}</dd>
                  </div>`,
              )}
            </dl>`,
      )}
    </div>`;
  }

  /** Enter alone sends, or begins a line. */
  private asSet(label: Key, keys: readonly Keys[]): readonly Keys[] {
    if (this.workspace.settings.enterSends) {
      return keys;
    }
    return label === 'keysSend' ? keys.slice(1) : label === 'keysNewLine' ? [['Enter']] : keys;
  }

  private combinations(keys: readonly Keys[]): readonly TemplateResult[] {
    return keys.map(
      (combination) =>
        html`<span class="combination">${combination.map((key) => keyCap(key))}</span>`,
    );
  }
}

export function keyCap(key: string): TemplateResult {
  return html`<kbd>${nameOfKey(key)}</kbd>`;
}
