import { call } from './api';

const AGAIN_MILLIS = 400;

/** The names of the reader's folders and tags, those of chats that are not on the page among them. */
export class Labels {
  folders: readonly string[] = [];
  tags: readonly string[] = [];
  private timer = 0;

  constructor(private readonly onChange: () => void) {}

  /** Asks for them soon; chats that change one after the other are one question. */
  loadSoon(): void {
    if (this.timer === 0) {
      this.timer = window.setTimeout(() => {
        this.timer = 0;
        void this.load();
      }, AGAIN_MILLIS);
    }
  }

  private async load(): Promise<void> {
    type Named = { readonly name: string };
    try {
      const found = await call<{ folders: Named[]; tags: Named[] }>('GET', '/api/folders');
      this.folders = found.folders.map(({ name }) => name);
      this.tags = found.tags.map(({ name }) => name);
      this.onChange();
    } catch {
      // Then those of the chats on the page are known.
    }
  }
}
