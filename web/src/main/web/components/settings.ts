import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { Key, LANGUAGES, Language, chosenLanguage, number, t } from '../i18n/language';
import { THEMES, ThemeChoice } from '../theme';
import { Topic } from '../topics';
import { ImportReport, exportAll, importFile } from '../transfer';
import { icons } from './icons';
import { Sheet } from './sheet';

const THEME_LOOKS: Record<ThemeChoice, { picture: TemplateResult; name: Key }> = {
  system: { picture: icons.screen, name: 'themeSystem' },
  light: { picture: icons.sun, name: 'themeLight' },
  dark: { picture: icons.moon, name: 'themeDark' },
};
const INSTRUCTIONS_CHARS_MAX = 8_000;
const PROBLEMS_SHOWN_MAX = 20;

/** How the reader wants the page; each change is in force at once, on all devices. */
@customElement('hubbub-settings')
export class HubbubSettings extends Sheet {
  protected override readonly topics: readonly Topic[] = ['settings', 'models', 'connection'];
  protected override readonly kind = 'settings';
  @state() private moving: 'no' | 'out' | 'in' = 'no';
  @state() private report: ImportReport | undefined;
  @state() private problem = '';

  protected override heading(): string {
    return t('settingsTitle');
  }

  protected override opened(): void {
    this.report = undefined;
    this.problem = '';
  }

  protected override body(): TemplateResult {
    return html`<div class="sheet-body">
        ${this.looks()} ${this.writing()} ${this.reading()} ${this.newChats()} ${this.data()}
      </div>
      <div class="sheet-foot meta" role="status">
        ${this.workspace.settings.isUnsent ? t('settingsUnsent') : t('settingsEverywhere')}
      </div>`;
  }

  private looks(): TemplateResult {
    const { settings } = this.workspace;
    return html`<section aria-labelledby="settings-looks">
      <h3 id="settings-looks">${t('settingsLooks')}</h3>
      <fieldset class="segments">
        <legend>${t('settingsTheme')}</legend>
        ${THEMES.map(
          (theme) =>
            html`<label>
              <input
                type="radio"
                name="theme"
                value=${theme}
                .checked=${settings.theme === theme}
                @change=${() => settings.change({ theme })}
              />
              <span>${THEME_LOOKS[theme].picture}${t(THEME_LOOKS[theme].name)}</span>
            </label>`,
        )}
      </fieldset>
      <label class="setting">
        <span>${t('settingsLanguage')}</span>
        <select
          @change=${(event: Event) => {
            const { value } = event.target as HTMLSelectElement;
            settings.change({ language: value === '' ? null : value });
          }}
        >
          <option value="" ?selected=${chosenLanguage() === undefined}>
            ${t('settingsLanguageOfBrowser')}
          </option>
          ${(Object.keys(LANGUAGES) as Language[]).map(
            (code) =>
              html`<option value=${code} lang=${code} ?selected=${chosenLanguage() === code}>
                ${LANGUAGES[code].name}
              </option>`,
          )}
        </select>
      </label>
    </section>`;
  }

  private writing(): TemplateResult {
    const { settings } = this.workspace;
    return html`<section aria-labelledby="settings-writing">
      <h3 id="settings-writing">${t('settingsWriting')}</h3>
      <label class="setting check">
        <span>${t('settingsEnterSends')}<small>${t('settingsEnterSendsHelp')}</small></span>
        <input
          type="checkbox"
          .checked=${settings.enterSends}
          @change=${(event: Event) =>
            settings.change({ enter_sends: (event.target as HTMLInputElement).checked })}
        />
      </label>
    </section>`;
  }

  private reading(): TemplateResult {
    const { settings } = this.workspace;
    return html`<section aria-labelledby="settings-reading">
      <h3 id="settings-reading">${t('settingsReading')}</h3>
      <label class="setting check">
        <span>${t('settingsRemoteImages')}<small>${t('settingsRemoteImagesHelp')}</small></span>
        <input
          type="checkbox"
          .checked=${settings.remoteImages}
          @change=${(event: Event) =>
            settings.change({ remote_images: (event.target as HTMLInputElement).checked })}
        />
      </label>
    </section>`;
  }

  private newChats(): TemplateResult {
    const { settings, models, defaultModel } = this.workspace;
    const chosen = settings.defaultModel;
    const offered = models.map(({ id, display_name }) => ({ id, name: display_name }));
    if (chosen !== '' && !offered.some(({ id }) => id === chosen)) {
      offered.unshift({ id: chosen, name: chosen });
    }
    return html`<section aria-labelledby="settings-new">
      <h3 id="settings-new">${t('settingsNewChats')}</h3>
      <label class="setting">
        <span>${t('settingsModel')}</span>
        <select
          @change=${(event: Event) => {
            const { value } = event.target as HTMLSelectElement;
            settings.change({ default_model: value === '' ? null : value });
          }}
        >
          <option value="" ?selected=${chosen === ''}>
            ${t('settingsModelOfServer', { model: defaultModel })}
          </option>
          ${offered.map(
            ({ id, name }) =>
              html`<option value=${id} ?selected=${id === chosen}>${name}</option>`,
          )}
        </select>
      </label>
      <label class="setting tall">
        <span
          >${t('settingsInstructions')}<small id="instructions-help"
            >${t('settingsInstructionsHelp')}</small
          ></span
        >
        <textarea
          rows="4"
          maxlength=${INSTRUCTIONS_CHARS_MAX}
          aria-describedby="instructions-help"
          .value=${settings.instructions}
          @change=${(event: Event) => {
            const value = (event.target as HTMLTextAreaElement).value.trim();
            settings.change({ system_prompt: value === '' ? null : value });
          }}
        ></textarea>
      </label>
    </section>`;
  }

  private data(): TemplateResult {
    const busy = this.moving !== 'no' || this.workspace.status !== 'open';
    return html`<section
      aria-labelledby="settings-data"
      @dragover=${(event: DragEvent) => event.preventDefault()}
      @drop=${this.dropped}
    >
      <h3 id="settings-data">${t('settingsData')}</h3>
      <p class="soft">${t('settingsDataHelp')}</p>
      <div class="button-row">
        <button type="button" class="button" ?disabled=${busy} @click=${this.takeOut}>
          ${icons.out} ${this.moving === 'out' ? t('exporting') : t('exportAll')}
        </button>
        <label class="button file" aria-disabled=${busy}>
          ${icons.into} ${this.moving === 'in' ? t('importing') : t('importFile')}
          <input
            class="visually-hidden"
            type="file"
            accept=".json,.zip,.csv"
            ?disabled=${busy}
            @change=${this.chosen}
          />
        </label>
        <button type="button" class="button" @click=${this.showUsage}>
          ${icons.chart} ${t('actionUsage')}
        </button>
      </div>
      <div role="status">${this.report === undefined ? nothing : reported(this.report)}</div>
      ${this.problem === '' ? nothing : html`<p class="error" role="alert">${this.problem}</p>`}
    </section>`;
  }

  private showUsage(): void {
    this.close();
    this.dispatchEvent(new CustomEvent('act', { detail: 'usage', bubbles: true }));
  }

  private chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = '';
    void this.takeIn(file);
  }

  private dropped(event: DragEvent): void {
    event.preventDefault();
    void this.takeIn(event.dataTransfer?.files[0]);
  }

  private takeOut(): Promise<void> {
    return this.move('out', exportAll);
  }

  private takeIn(file: File | undefined): Promise<void> {
    return file === undefined || this.moving !== 'no'
      ? Promise.resolve()
      : this.move('in', async () => {
          this.report = await importFile(file);
        });
  }

  private async move(way: 'out' | 'in', act: () => Promise<void>): Promise<void> {
    this.moving = way;
    this.report = undefined;
    this.problem = '';
    try {
      await act();
    } catch (reason) {
      this.problem = reason instanceof Error ? reason.message : String(reason);
    } finally {
      this.moving = 'no';
    }
  }
}

function reported({ chats, messages, problems }: ImportReport): TemplateResult {
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX);
  return html`<p class="done">
      ${icons.check}<span
        >${t('importedChats', { count: chats.added + chats.updated })}
        ${t('importedMessages', { count: messages.added })}
        ${chats.unchanged > 0 ? t('importedUnchanged', { count: chats.unchanged }) : nothing}</span
      >
    </p>
    ${
      shown.length === 0
        ? nothing
        : html`<p class="soft">${t('importedProblems', { count: problems.length })}</p>
            <ul class="problems">
              ${shown.map(
                ({ where, detail }) => html`<li><strong>${where}</strong> ${detail}</li>`,
              )}
              ${
                problems.length > shown.length
                  ? html`<li>${t('importedMore', { more: number(problems.length - shown.length) })}</li>`
                  : nothing
              }
            </ul>`
    }`;
}
