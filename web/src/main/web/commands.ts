import { icons } from './components/icons';
import type { PaletteCommand } from './components/palette';
import { Key, LANGUAGES, Language, currentLanguage, t } from './i18n/language';
import { Action, keysOf } from './keys';
import { Chat } from './protocol';
import { THEMES, ThemeChoice } from './theme';
import { ChatFormat, exportAll, exportChat } from './transfer';
import { Workspace } from './workspace';

const ACTIONS: readonly [Action, Key, keyof typeof icons][] = [
  ['newChat', 'actionNewChat', 'plus'],
  ['settings', 'actionSettings', 'sliders'],
  ['prompts', 'actionPrompts', 'book'],
  ['compare', 'actionCompare', 'columns'],
  ['archive', 'actionArchive', 'archive'],
  ['search', 'actionSearch', 'search'],
  ['usage', 'actionUsage', 'chart'],
  ['help', 'actionHelp', 'keys'],
  ['toggleSidebar', 'actionToggleSidebar', 'side'],
];
const CHAT_ACTIONS: readonly [Action, Key, keyof typeof icons][] = [
  ['renameChat', 'actionRenameChat', 'pencil'],
  ['chatSettings', 'chatSettings', 'sliders'],
  ['pinChat', 'actionPinChat', 'pin'],
  ['fileChat', 'actionFileChat', 'folder'],
  ['shareChat', 'actionShareChat', 'link'],
  ['clearChat', 'actionClearChat', 'broom'],
  ['archiveChat', 'actionArchiveChat', 'archive'],
  ['deleteChat', 'actionDeleteChat', 'bin'],
];
const FORMATS: readonly [ChatFormat, string][] = [
  ['markdown', 'Markdown'],
  ['json', 'JSON'],
  ['csv', 'CSV'],
];
const THEME_COMMANDS: Record<ThemeChoice, [Key, keyof typeof icons]> = {
  system: ['commandThemeSystem', 'screen'],
  light: ['commandThemeLight', 'sun'],
  dark: ['commandThemeDark', 'moon'],
};

/** What the palette offers to do, with the open chat and besides. */
export function paletteCommands(
  workspace: Workspace,
  chat: Chat | undefined,
  act: (action: Action) => void,
): readonly PaletteCommand[] {
  const acts = ([action, label, picture]: readonly [Action, Key, keyof typeof icons]) => ({
    id: action,
    label: t(label),
    picture: icons[picture],
    keys: keysOf(action),
    run: () => act(action),
  });
  const takeOut = (id: string, label: string, start: () => Promise<void>) => ({
    id,
    label,
    picture: icons.out,
    run: () => void start().catch((reason: unknown) => workspace.complain(reason)),
  });
  return [
    ...ACTIONS.map(acts),
    ...(chat === undefined ? [] : CHAT_ACTIONS.map(acts)),
    ...(chat === undefined
      ? []
      : FORMATS.map(([format, name]) =>
          takeOut(`export-${format}`, t('commandExport', { format: name }), () =>
            exportChat(chat.id, format),
          ),
        )),
    takeOut('export-all', t('commandExportAll'), exportAll),
    ...THEMES.filter((theme) => theme !== workspace.settings.theme).map((theme) => {
      const [label, picture] = THEME_COMMANDS[theme];
      return {
        id: `theme-${theme}`,
        label: t(label),
        picture: icons[picture],
        run: () => workspace.settings.change({ theme }),
      };
    }),
    ...(Object.keys(LANGUAGES) as Language[])
      .filter((language) => language !== currentLanguage())
      .map((language) => ({
        id: `language-${language}`,
        label: t('commandLanguage', { language: LANGUAGES[language].name }),
        picture: icons.globe,
        run: () => workspace.settings.change({ language }),
      })),
  ];
}
