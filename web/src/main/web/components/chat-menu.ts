import { t } from '../i18n/language';
import { Chat } from '../protocol';
import { ChatFormat, exportChat } from '../transfer';
import { Workspace } from '../workspace';
import { MenuItem } from './menu';

const FORMATS: readonly [ChatFormat, string][] = [
  ['markdown', 'Markdown'],
  ['json', 'JSON'],
  ['csv', 'CSV'],
];

/** What there is more to ask about than a menu can. */
export interface ChatQuestions {
  rename(): void;
  file(): void;
  share(): void;
  delete(): void;
}

/** What can be done with a chat of the list. */
export function chatMenu(
  workspace: Workspace,
  chat: Chat,
  questions: ChatQuestions,
): readonly MenuItem[] {
  const pinned = chat.pinned === true;
  const unread = workspace.isUnread(chat);
  const archived = chat.archived === true;
  const takeOut = (format: ChatFormat) => () =>
    void exportChat(chat.id, format).catch((reason: unknown) => workspace.complain(reason));
  const mark: readonly MenuItem[] =
    chat.id === workspace.open?.id
      ? []
      : [
          {
            picture: 'dot',
            label: t(unread ? 'markRead' : 'markUnread'),
            act: () => workspace.mark(chat, { unread: !unread }),
          },
        ];
  const clear: readonly MenuItem[] =
    chat.head === undefined || chat.status === 'replying'
      ? []
      : [{ picture: 'broom', label: t('clear'), act: () => workspace.clear(chat) }];
  return [
    { picture: 'pencil', label: t('rename'), act: questions.rename },
    {
      picture: 'pin',
      label: t(pinned ? 'unpin' : 'pin'),
      act: () => workspace.mark(chat, { pinned: !pinned }),
    },
    { picture: 'folder', label: t('file'), act: questions.file },
    { picture: 'link', label: t('share'), act: questions.share },
    ...mark,
    'line',
    ...FORMATS.map(
      ([format, name]): MenuItem => ({
        picture: 'out',
        label: t('exportAs', { format: name }),
        act: takeOut(format),
      }),
    ),
    'line',
    ...clear,
    {
      picture: 'archive',
      label: t(archived ? 'restore' : 'archive'),
      act: () => workspace.archive(chat, !archived),
    },
    { picture: 'bin', label: t('delete'), act: questions.delete, danger: true },
  ];
}
