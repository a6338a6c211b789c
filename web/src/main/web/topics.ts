/** What changed, so that only those who show it draw: `text` comes at the pace of tokens. */
export type Topic = 'list' | 'chat' | 'text' | 'connection' | 'models' | 'notice' | 'said' | 'settings' | 'prompts' | 'shares';

/** Tells those who listen what changed. */
export class Topics {
  private readonly listeners = new Set<(topic: Topic) => void>();

  /** Calls back at every change, until the returned function is called. */
  on(listener: (topic: Topic) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  protected tell(topic: Topic): void {
    for (const listener of this.listeners) {
      listener(topic);
    }
  }
}
