import { ReactiveController, ReactiveControllerHost } from 'lit';
import { keep, kept } from '../kept';
import { en } from './en';

/** A text for each of the plural categories that the language has, by the number `count`. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

export type Key = keyof typeof en;
export type Words = Readonly<Record<Key, string | Plural>>;
export type Values = Readonly<Record<string, string | number>>;

/** The languages of the page. English is built in, the others come when they are wanted. */
export const LANGUAGES = {
  en: { name: 'English', words: () => Promise.resolve<Words>(en) },
  de: { name: 'Deutsch', words: async () => (await import('./de')).de as Words },
};

export type Language = keyof typeof LANGUAGES;

const KEY = 'hubbub.language';
const listeners = new Set<() => void>();
let language: Language = 'en';
let words: Words = en;

/** What the page says, in the language of the reader, with `{names}` replaced by their values. */
export function t(key: Key, values: Values = {}): string {
  const text = words[key];
  const form =
    typeof text === 'string' ? text : (text[category(Number(values['count']))] ?? text.other);
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? number(value) : (value ?? whole);
  });
}

export function number(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(locale(), options).format(value);
}

export function date(at: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), options).format(at);
}

export function currentLanguage(): Language {
  return language;
}

/** The language that was chosen, or undefined for that of the browser. */
export function chosenLanguage(): Language | undefined {
  return languageOf(kept('browser', KEY) ?? '');
}

export function languageOf(tag: string): Language | undefined {
  const code = tag.split('-')[0]!.toLowerCase();
  return Object.hasOwn(LANGUAGES, code) ? (code as Language) : undefined;
}

/** Keeps a choice for the next visit, and speaks it from now on. */
export function chooseLanguage(choice: Language | undefined): Promise<void> {
  keep('browser', KEY, choice ?? '');
  return speak();
}

/** Speaks the language that was chosen, or else the first of the browser's that there is. */
export async function speak(): Promise<void> {
  const wanted = chosenLanguage() ?? ofBrowser();
  if (wanted !== language) {
    let fetched: Words;
    try {
      fetched = await LANGUAGES[wanted].words();
    } catch {
      // Without the server; what is spoken already will do.
      return;
    }
    if (wanted !== (chosenLanguage() ?? ofBrowser())) {
      return;
    }
    words = fetched;
    language = wanted;
  }
  document.documentElement.lang = language;
  listeners.forEach((listener) => listener());
}

/** Draws a part of the page anew when another language is spoken. */
export class Translation implements ReactiveController {
  private readonly turned = (): void => this.host.requestUpdate();

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    listeners.add(this.turned);
  }

  hostDisconnected(): void {
    listeners.delete(this.turned);
  }
}

function ofBrowser(): Language {
  return navigator.languages.map(languageOf).find((known) => known !== undefined) ?? 'en';
}

/** With the region of the browser where it has one for this language, such as en-GB. */
function locale(): string {
  return navigator.languages.find((tag) => languageOf(tag) === language) ?? language;
}

function category(count: number): Intl.LDMLPluralRule {
  return new Intl.PluralRules(language).select(count);
}
