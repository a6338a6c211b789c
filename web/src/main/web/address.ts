/** Which chat the address of the page names; none on the page where a new one begins. */
export function chatIdOfPage(): string | undefined {
  return /^\/c\/([A-Za-z0-9_-]{1,64})\/?$/.exec(location.pathname)?.[1];
}

export function addressOf(chatId: string | undefined): string {
  return chatId === undefined ? '/' : `/c/${chatId}`;
}
