import { keep, kept } from './kept';

export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'hubbub.theme';
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

export function themeChoice(): ThemeChoice {
  const chosen = kept('browser', KEY);
  return CHOICES.find((choice) => choice === chosen) ?? 'system';
}

/** Turns to the next theme, and keeps it for the next visit. */
export function nextTheme(): ThemeChoice {
  const next = CHOICES[(CHOICES.indexOf(themeChoice()) + 1) % CHOICES.length]!;
  keep('browser', KEY, next);
  applyTheme();
  return next;
}

export function applyTheme(): void {
  const choice = themeChoice();
  if (choice === 'system') {
    delete document.documentElement.dataset['theme'];
  } else {
    document.documentElement.dataset['theme'] = choice;
  }
}
