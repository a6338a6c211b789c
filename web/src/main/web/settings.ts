import { call } from './api';
import { Refused } from './connection';
import { chooseLanguage, chosenLanguage, languageOf } from './i18n/language';
import { keep, keptJson } from './kept';
import { allowRemoteImages } from './remote-image';
import { ThemeChoice, chooseTheme, themeChoice, themeOf } from './theme';

/** What the server keeps for the reader; null in a change takes a value away. */
interface Values {
  theme?: string | null;
  language?: string | null;
  enter_sends?: boolean | null;
  remote_images?: boolean | null;
  default_model?: string | null;
  system_prompt?: string | null;
}

const KNOWN_KEY = 'hubbub.settings';
const UNSENT_KEY = 'hubbub.settings.unsent';

/**
 * How the reader wants the page, the same on all devices. A change is in force at once; without the
 * server it is kept in this tab, and sent when the server is back.
 */
export class Settings {
  private known = keptJson<Values>('tab', KNOWN_KEY, {});
  private unsent = keptJson<Values>('tab', UNSENT_KEY, {});
  private sending = false;

  constructor(
    private readonly onChange: () => void,
    private readonly onRefused: (reason: Refused) => void,
  ) {}

  get theme(): ThemeChoice {
    return themeChoice();
  }

  /** Enter sends a message; else it breaks the line, and Command or Control with it sends. */
  get enterSends(): boolean {
    return this.now().enter_sends !== false;
  }

  /** Whether images at other hosts are loaded. */
  get remoteImages(): boolean {
    return this.now().remote_images === true;
  }

  /** The model of new chats, where the reader has one. */
  get defaultModel(): string {
    return this.now().default_model ?? '';
  }

  /** What the model of a new chat is told beforehand. */
  get instructions(): string {
    return this.now().system_prompt ?? '';
  }

  /** Whether a change has yet to come to the server. */
  get isUnsent(): boolean {
    return Object.keys(this.unsent).length > 0;
  }

  change(change: Values): void {
    this.unsent = { ...this.unsent, ...change };
    keep('tab', UNSENT_KEY, JSON.stringify(this.unsent));
    this.apply(change);
    this.onChange();
    void this.send();
  }

  /** Changes it, and waits until the server has it. */
  async changeNow(change: Values): Promise<void> {
    this.take(await call<Values>('PUT', '/api/settings', change));
  }

  /** The server is there: gives it what was changed meanwhile, and takes what it has. */
  async meet(): Promise<void> {
    try {
      await this.send();
      this.take(await call<Values>('GET', '/api/settings'));
    } catch {
      // Then what is known here holds.
    }
  }

  /** The server tells how they are now. */
  take(values: Values): void {
    this.known = values;
    keep('tab', KNOWN_KEY, JSON.stringify(values));
    this.apply({ ...values, ...this.unsent });
    this.onChange();
  }

  private now(): Values {
    return { ...this.known, ...this.unsent };
  }

  private async send(): Promise<void> {
    if (this.sending) {
      return;
    }
    this.sending = true;
    try {
      while (this.isUnsent) {
        const sent = this.unsent;
        const values = await call<Values>('PUT', '/api/settings', sent);
        this.settle(sent);
        this.take(values);
      }
    } catch (reason) {
      if (reason instanceof Refused) {
        this.unsent = {};
        keep('tab', UNSENT_KEY, '{}');
        this.apply(this.known);
        this.onChange();
        this.onRefused(reason);
      }
    } finally {
      this.sending = false;
    }
  }

  /** What was sent is not to be sent again, unless it was changed once more meanwhile. */
  private settle(sent: Values): void {
    const rest = Object.entries(this.unsent).filter(
      ([name, value]) => sent[name as keyof Values] !== value,
    );
    this.unsent = Object.fromEntries(rest) as Values;
    keep('tab', UNSENT_KEY, JSON.stringify(this.unsent));
  }

  private apply(values: Values): void {
    if (values.remote_images !== undefined) {
      allowRemoteImages(values.remote_images === true);
    }
    const theme = values.theme === null ? 'system' : themeOf(values.theme);
    if (theme !== undefined && theme !== themeChoice()) {
      chooseTheme(theme);
    }
    if (values.language !== undefined) {
      const language = languageOf(values.language ?? '');
      if (language !== chosenLanguage()) {
        void chooseLanguage(language);
      }
    }
  }
}
