import { forgetToken, userShown } from './token';

const CHANNEL = 'hubbub.sign-out';

/**
 * Signing out: the token, what was typed, the marks of what was seen and the chats kept for offline
 * go, in every tab of the same user. The files of the page stay; they are nobody's.
 */
export class SignOut {
  private readonly channel =
    typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(CHANNEL);

  constructor(private readonly empty: () => Promise<void>) {
    this.channel?.addEventListener('message', (event: MessageEvent<{ user?: unknown }>) => {
      if (event.data.user === userShown()) {
        void this.here();
      }
    });
  }

  async everywhere(): Promise<void> {
    this.channel?.postMessage({ user: userShown() });
    await this.here();
  }

  private async here(): Promise<void> {
    forgetToken();
    await this.empty();
    location.replace('/');
  }
}
