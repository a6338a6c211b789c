import { forget, keep, kept } from './kept';
import { Creation } from './outbox';
import { Settings } from './settings';

const MODEL_KEY = 'hubbub.model';

/** With what the next new chat begins: as chosen for it, or else as the reader's settings say. */
export class Draft {
  private chosen = kept('browser', MODEL_KEY);
  private settled: string;
  private instructed: string | undefined;

  constructor(private readonly settings: Settings) {
    this.settled = settings.defaultModel;
  }

  /** Empty for that of the server. */
  get model(): string {
    return this.chosen ?? this.settings.defaultModel;
  }

  /** What its model is told beforehand. */
  get instructions(): string {
    return this.instructed ?? this.settings.instructions;
  }

  instruct(instructions: string): void {
    this.instructed = instructions;
  }

  /** What was said for it was used: the next one begins as the settings say. */
  begun(): void {
    this.instructed = undefined;
  }

  choose(model: string): void {
    this.chosen = model;
    keep('browser', MODEL_KEY, model);
  }

  /** A new default model is to be seen to work: it takes the place of what was chosen before. */
  settingsChanged(): void {
    if (this.settled !== this.settings.defaultModel) {
      this.settled = this.settings.defaultModel;
      this.chosen = undefined;
      forget('browser', MODEL_KEY);
    }
  }

  creation(): Creation {
    const { model, instructions } = this;
    return {
      model: model === '' ? undefined : model,
      system_prompt: instructions === '' ? undefined : instructions,
    };
  }
}
