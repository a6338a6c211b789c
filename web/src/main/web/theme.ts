import { keep, kept } from './kept';

export type ThemeChoice = 'system' | 'light' | 'dark';

export const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

const KEY = 'hubbub.theme';

export function themeChoice(): ThemeChoice {
  return themeOf(kept('browser', KEY)) ?? 'system';
}

export function themeOf(name: unknown): ThemeChoice | undefined {
  return THEMES.find((theme) => theme === name);
}

/** Turns to a theme, and keeps it for the next visit. */
export function chooseTheme(theme: ThemeChoice): void {
  keep('browser', KEY, theme);
  applyTheme();
}

export function applyTheme(): void {
  const choice = themeChoice();
  if (choice === 'system') {
    delete document.documentElement.dataset['theme'];
  } else {
    document.documentElement.dataset['theme'] = choice;
  }
}
