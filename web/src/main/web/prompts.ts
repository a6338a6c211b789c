import { call } from './api';

/** A text that the reader keeps, to say it again. */
export interface Prompt {
  readonly id: string;
  readonly title: string;
  readonly command?: string;
  readonly content: string;
  readonly updated_at: string;
}

export type PromptText = Pick<Prompt, 'title' | 'content'> & { readonly command: string };

const BLANK = /\{\{\s*([^{}\n]{1,64}?)\s*\}\}/g;

/** The reader's prompts, as the server has them. */
export class Prompts {
  all: readonly Prompt[] = [];
  listed = false;
  private run = 0;

  constructor(private readonly onChange: () => void) {}

  async load(): Promise<void> {
    const run = ++this.run;
    const { prompts } = await call<{ prompts: Prompt[] }>('GET', '/api/prompts');
    // An answer to an older question may come last.
    if (run === this.run) {
      this.all = prompts;
      this.listed = true;
      this.onChange();
    }
  }

  /** The server tells that they are others; that is of interest once somebody asked for them. */
  changed(): void {
    if (this.run > 0) {
      this.load().catch(() => undefined);
    }
  }

  /** Keeps a new one, or with an id another text of it. */
  async keep(text: PromptText, id?: string): Promise<void> {
    const path = id === undefined ? '/api/prompts' : `/api/prompts/${encodeURIComponent(id)}`;
    await call(id === undefined ? 'POST' : 'PUT', path, text);
    await this.load();
  }

  async delete(id: string): Promise<void> {
    await call('DELETE', `/api/prompts/${encodeURIComponent(id)}`);
    await this.load();
  }
}

/** The names of the blanks of a prompt, such as `{{city}}`, each once. */
export function blanksOf(content: string): readonly string[] {
  return [...new Set([...content.matchAll(BLANK)].map((found) => found[1]!))];
}

/** The prompt with its blanks filled in. */
export function filledIn(content: string, values: ReadonlyMap<string, string>): string {
  return content.replace(BLANK, (blank, name: string) => values.get(name) ?? blank);
}
