import { Key, t } from './i18n/language';

/** What a key or the palette sets off. */
export type Action =
  | 'palette'
  | 'newChat'
  | 'toggleSidebar'
  | 'focusMessage'
  | 'nextChat'
  | 'previousChat'
  | 'chatSettings'
  | 'renameChat'
  | 'pinChat'
  | 'fileChat'
  | 'archiveChat'
  | 'clearChat'
  | 'compare'
  | 'shareChat'
  | 'deleteChat'
  | 'archive'
  | 'search'
  | 'settings'
  | 'prompts'
  | 'usage'
  | 'help';

/** Keys pressed together. `Mod` is Command on an Apple keyboard and Control elsewhere. */
export type Keys = readonly string[];

interface Shortcut {
  readonly label: Key;
  readonly keys: readonly Keys[];
  /** Missing where the part of the page that has the focus sees to it. */
  readonly action?: Action;
}

interface Group {
  readonly title: Key;
  readonly shortcuts: readonly Shortcut[];
}

/** All keys of the workspace: what is pressed, and what the help sheet says. */
export const SHORTCUTS: readonly Group[] = [
  {
    title: 'keysEverywhere',
    shortcuts: [
      { action: 'palette', label: 'actionPalette', keys: [['Mod', 'K']] },
      { action: 'search', label: 'actionSearch', keys: [['Mod', 'Shift', 'F']] },
      {
        action: 'newChat',
        label: 'actionNewChat',
        keys: [
          ['Mod', 'Shift', 'N'],
          ['Mod', 'Alt', 'N'],
        ],
      },
      { action: 'focusMessage', label: 'actionFocusMessage', keys: [['Shift', 'Escape']] },
      { action: 'toggleSidebar', label: 'actionToggleSidebar', keys: [['Mod', 'B']] },
      { action: 'previousChat', label: 'actionPreviousChat', keys: [['Alt', 'ArrowUp']] },
      { action: 'nextChat', label: 'actionNextChat', keys: [['Alt', 'ArrowDown']] },
      { action: 'pinChat', label: 'actionPinChat', keys: [['Mod', 'Alt', 'P']] },
      { action: 'fileChat', label: 'actionFileChat', keys: [['Mod', 'Alt', 'F']] },
      { action: 'archiveChat', label: 'actionArchiveChat', keys: [['Mod', 'Alt', 'A']] },
      { action: 'deleteChat', label: 'actionDeleteChat', keys: [['Mod', 'Shift', 'Backspace']] },
      { action: 'settings', label: 'actionSettings', keys: [['Mod', ',']] },
      { action: 'help', label: 'actionHelp', keys: [['Mod', '/'], ['?']] },
    ],
  },
  {
    title: 'keysWriting',
    shortcuts: [
      { label: 'keysSend', keys: [['Enter'], ['Mod', 'Enter']] },
      { label: 'keysNewLine', keys: [['Shift', 'Enter']] },
    ],
  },
  {
    title: 'keysMessage',
    shortcuts: [
      { label: 'keysBranch', keys: [['Alt', 'ArrowLeft'], ['Alt', 'ArrowRight']] },
      { label: 'keysEditSend', keys: [['Mod', 'Enter']] },
      { label: 'keysEditCancel', keys: [['Escape']] },
    ],
  },
  {
    title: 'keysList',
    shortcuts: [
      { label: 'keysMove', keys: [['ArrowUp'], ['ArrowDown']] },
      { label: 'keysOpen', keys: [['Enter']] },
      { action: 'renameChat', label: 'actionRenameChat', keys: [['F2']] },
      { label: 'delete', keys: [['Delete']] },
    ],
  },
];

export const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/** What a key press sets off, wherever the focus is. */
export function actionOf(event: KeyboardEvent): Action | undefined {
  const typing = isTyping(event.target);
  for (const { action, keys } of SHORTCUTS[0]!.shortcuts) {
    if (keys.some((combination) => isPressed(combination, event, typing))) {
      return action;
    }
  }
  return undefined;
}

export function keysOf(action: Action): Keys | undefined {
  return SHORTCUTS.flatMap(({ shortcuts }) => shortcuts).find((one) => one.action === action)
    ?.keys[0];
}

/** What is printed on the key. */
export function nameOfKey(key: string): string {
  const names: Record<string, string> = {
    Mod: APPLE ? '⌘' : 'Ctrl',
    Shift: APPLE ? '⇧' : 'Shift',
    Alt: APPLE ? '⌥' : 'Alt',
    ArrowUp: '↑',
    ArrowDown: '↓',
    ArrowLeft: '←',
    ArrowRight: '→',
    Escape: 'Esc',
    Backspace: '⌫',
    Delete: t('keyDelete'),
  };
  return names[key] ?? key;
}

function isPressed(keys: Keys, event: KeyboardEvent, typing: boolean): boolean {
  const key = keys[keys.length - 1]!;
  const mod = keys.includes('Mod');
  if ((event.ctrlKey || event.metaKey) !== mod || event.altKey !== keys.includes('Alt')) {
    return false;
  }
  if (/^[,/?]$/.test(key)) {
    // Where a sign stands on the keyboard, and whether with Shift, is the layout's business.
    return event.key === key && (mod || !typing);
  }
  if (event.shiftKey !== keys.includes('Shift')) {
    return false;
  }
  // With Alt, a letter key may give another sign.
  return /^[A-Z]$/.test(key) && event.altKey
    ? event.code === `Key${key}`
    : event.key.toLowerCase() === key.toLowerCase();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'file'].includes(target.type))
  );
}
