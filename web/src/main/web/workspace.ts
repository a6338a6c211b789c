import { addressOf, chatIdOfPage } from './address';
import { ChatList, Seen, merged, withFirstPage, without } from './chat-list';
import { ChatState, apply, sentenceOf, unborn, unloaded, withEarlier } from './chat-state';
import { Connection, ConnectionLost, ConnectionStatus, Refused, socketUrl } from './connection';
import { Delivery } from './delivery';
import { fetchBranches, fetchModels } from './http';
import { keep, kept } from './kept';
import { Outbox, Outgoing } from './outbox';
import { Chat, ChatEvent, Frame, Message, Model, isChatEvent, randomId } from './protocol';
import { Topics } from './topics';

const KEPT_CHATS_MAX = 12;
const EARLIER_MESSAGES = 100;
const RELOAD_MILLIS_MIN = 1_000;
const MODEL_KEY = 'hubbub.model';

/**
 * What the page knows and does: the list, the open chat, the connection. Commands go over the
 * socket; what it has no command for (the default model, the branches beside a reply) is read over
 * HTTP.
 */
export class Workspace extends Topics {
  chats: ChatList = [];
  listed = false;
  nextCursor: string | undefined;
  open: ChatState | undefined;
  models: readonly Model[] = [];
  defaultModel = '';
  /** Something went wrong that belongs to no message. */
  notice: string | undefined;
  /** What to say to a reader who listens. */
  said = '';
  /** The branches beside the last reply, that one included. */
  siblings: readonly Message[] = [];
  readonly seen = new Seen();
  readonly outbox = new Outbox();

  private readonly connection = new Connection(
    socketUrl(),
    (frame) => this.hear(frame),
    (status) => this.connectionTurned(status),
  );
  private readonly states = new Map<string, ChatState>();
  /** The chat whose events we take: none between `watch` and its answer. */
  private watched: string | undefined;
  /** Events of the open chat came before that answer, of this watch or of one before. */
  private missed = false;
  private watchRun = 0;
  private reloadedAt = -Infinity;
  private readonly delivery = new Delivery(
    this.connection,
    this.outbox,
    (chatId, id, chat) => this.born(chatId, id, chat),
    (chatId) => this.delivered(chatId),
  );
  private draftModel = kept('browser', MODEL_KEY);

  start(): void {
    window.addEventListener('popstate', () => this.turnTo(chatIdOfPage()));
    this.seen.listen(() => this.tell('list'));
    this.turnTo(chatIdOfPage());
    this.connection.start();
  }

  get status(): ConnectionStatus {
    return this.connection.status;
  }

  /** Why the server bars the reader, when it does. */
  get bar(): string {
    return this.connection.bar;
  }

  /** The model that answers next in what is open. */
  get model(): string {
    const chat = this.open?.chat;
    return chat?.model ?? this.draftModel ?? this.defaultModel;
  }

  isUnread(chat: Chat): boolean {
    return chat.id !== this.open?.id && this.seen.isUnread(chat);
  }

  /** Opens a chat, or with no id the page on which a new one begins. */
  show(id: string | undefined): void {
    if (id !== chatIdOfPage()) {
      history.pushState(null, '', addressOf(id));
    }
    this.turnTo(id);
  }

  /** Sends what was typed, in a new chat if none is open. */
  send(content: string): void {
    if (this.open === undefined) {
      const id = randomId();
      this.states.set(id, unborn(id));
      this.outbox.add(id, content, { model: this.draftModel });
      this.show(id);
    } else {
      this.outbox.add(this.open.id, content);
      this.tell('chat');
    }
    void this.delivery.run();
  }

  resend(item: Outgoing): void {
    // Another model may have been chosen since, if that was what was wrong.
    const creates = item.creates && { model: this.draftModel };
    this.outbox.change(item.clientMessageId, { state: 'sending', error: undefined, creates });
    this.tell('chat');
    void this.delivery.run();
  }

  discard(item: Outgoing): void {
    this.outbox.drop(item.clientMessageId);
    this.tell('chat');
  }

  /** Stops the running reply, or withdraws the waiting message of that reply id. */
  stop(replyId?: string): void {
    const { open } = this;
    const reply = replyId ?? open?.reply?.id;
    if (open !== undefined) {
      this.ask({ type: 'stop_generation', chat_id: open.id, reply_id: reply }, Infinity);
    }
  }

  /** Asks for a reply to a message, beside those it has, or to the head. */
  regenerate(messageId?: string): void {
    const { open } = this;
    if (open !== undefined) {
      const command = { type: 'generate_llm_response', chat_id: open.id, message_id: messageId };
      this.ask(command, Infinity);
    }
  }

  turnToBranch(messageId: string): void {
    if (this.open !== undefined) {
      this.ask({ type: 'move_head', chat_id: this.open.id, message_id: messageId });
    }
  }

  rename(id: string, name: string): void {
    const chat = this.chats.find((known) => known.id === id);
    if (chat !== undefined && name !== '' && name !== chat.name) {
      this.replaceChat({ ...chat, name });
      this.ask({ type: 'rename_chat', chat_id: id, name }, undefined, () => this.replaceChat(chat));
    }
  }

  async delete(id: string): Promise<void> {
    await this.connection.request({ type: 'delete_chat', chat_id: id });
    this.forget(id);
    if (this.open?.id === id) {
      this.show(undefined);
    }
  }

  useModel(model: string): void {
    const chat = this.open?.chat;
    if (chat === undefined) {
      this.draftModel = model;
      keep('browser', MODEL_KEY, model);
      this.tell('chat');
      return;
    }
    this.replaceChat({ ...chat, model });
    this.ask({ type: 'update_chat', chat_id: chat.id, model }, undefined, () =>
      this.replaceChat(chat),
    );
  }

  async loadEarlier(): Promise<void> {
    const state = this.open;
    const before = state?.messages[0]?.id;
    if (state === undefined || before === undefined) {
      return;
    }
    const page = await this.connection.request({
      type: 'get_messages',
      chat_id: state.id,
      limit: EARLIER_MESSAGES,
      before,
    });
    const now = this.states.get(state.id);
    if (now?.messages[0]?.id === before) {
      const messages = (page['messages'] ?? []) as Message[];
      this.put(withEarlier(now, messages, page['has_more'] === true));
      this.tell('chat');
    }
  }

  async loadMoreChats(): Promise<void> {
    const cursor = this.nextCursor;
    if (cursor !== undefined) {
      this.nextCursor = undefined;
      const page = await this.connection.request({ type: 'list_chats', cursor });
      this.nextCursor = page['next_cursor'] as string | undefined;
      this.takeChats(merged(this.chats, page['chats'] as Chat[]));
    }
  }

  /** Reads an open chat again from the start. */
  reload(): void {
    if (this.open !== undefined) {
      this.put({ ...this.open, phase: 'loading', position: undefined });
      this.tell('chat');
      void this.watch();
    }
  }

  dismissNotice(): void {
    this.notice = undefined;
    this.tell('notice');
  }

  say(sentence: string): void {
    this.said = sentence;
    this.tell('said');
  }

  private complain(reason: unknown): void {
    this.notice = reason instanceof Error ? reason.message : String(reason);
    this.tell('notice');
  }

  private ask(
    command: { type: string } & Record<string, unknown>,
    millisMax?: number,
    undo?: () => void,
  ): void {
    this.connection.request(command, millisMax).catch((reason: unknown) => {
      undo?.();
      // A reply goes on when the socket that asked for it is gone.
      if (!(reason instanceof ConnectionLost && millisMax === Infinity)) {
        this.complain(reason);
      }
    });
  }

  private connectionTurned(status: ConnectionStatus): void {
    this.watched = undefined;
    if (status === 'open') {
      void this.watch();
      void this.delivery.run();
      void this.loadModels();
    }
    this.tell('connection');
  }

  private async loadModels(): Promise<void> {
    const offer = await fetchModels();
    if (offer !== undefined) {
      this.models = offer.models;
      this.defaultModel = offer.default ?? offer.models[0]?.id ?? '';
      this.tell('models');
    }
  }

  private turnTo(id: string | undefined): void {
    const before = this.open;
    this.siblings = [];
    this.open = id === undefined ? undefined : (this.states.get(id) ?? unloaded(id));
    if (this.open !== undefined) {
      this.put(this.open);
    }
    if (before !== undefined && before.id !== id && this.watched === before.id) {
      this.watched = undefined;
      this.connection.request({ type: 'unwatch', chat_id: before.id }).catch(() => undefined);
    }
    if (before?.id !== id || this.watched !== id) {
      void this.watch();
    }
    this.markSeen();
    this.tell('chat');
    this.tell('list');
  }

  /** Watches the open chat from where we are. */
  private async watch(): Promise<void> {
    const run = ++this.watchRun;
    this.watched = undefined;
    this.missed = false;
    const state = this.open;
    if (state === undefined || this.status !== 'open') {
      return;
    }
    if (this.outbox.of(state.id).some((item) => item.creates !== undefined)) {
      return;
    }
    try {
      const command = { type: 'watch', chat_id: state.id, after: state.position };
      await this.connection.request(command);
    } catch (reason) {
      if (reason instanceof Refused && run === this.watchRun) {
        const known = ['conversation_unknown', 'not_found', 'chat_not_found'].includes(reason.code);
        const gone = known || reason.message.startsWith('Chat not found');
        this.put({ ...state, phase: gone ? 'missing' : 'broken', reply: undefined });
        if (gone) {
          this.takeChats(without(this.chats, state.id));
        }
        this.tell('chat');
      }
    }
  }

  private hear(frame: Frame): void {
    if (isChatEvent(frame)) {
      // A snapshot stands for itself, even one that overtakes the answer to `watch`.
      if (frame.type === 'snapshot' && frame.chat_id === this.open?.id) {
        this.watched = frame.chat_id;
      }
      if (frame.chat_id === this.watched) {
        this.take(frame as unknown as ChatEvent);
      } else if (frame.chat_id === this.open?.id) {
        this.missed = true;
      }
      return;
    }
    switch (frame.type) {
      case 'watching':
        if (frame.chat_id === this.open?.id && this.watched !== frame.chat_id) {
          this.watched = frame.chat_id;
          if (this.missed) {
            this.reloadSoon();
          }
        }
        break;
      case 'chats_update':
        if (frame.request_id === undefined) {
          this.nextCursor = frame['next_cursor'] as string | undefined;
          const page = frame['chats'] as Chat[];
          this.takeChats(withFirstPage(this.chats, page, this.nextCursor !== undefined));
        }
        break;
      case 'chat_activity':
      case 'chat_created':
      case 'chat_renamed':
      case 'chat_updated':
        if (frame['chat'] !== undefined) {
          this.replaceChat(frame['chat'] as Chat);
        }
        break;
      case 'chat_deleted':
        this.forget(String(frame.chat_id));
        break;
      case 'error':
        if (frame.chat_id !== undefined && frame.chat_id === this.open?.id) {
          this.reloadSoon();
        } else if (frame.request_id === undefined && frame.chat_id === undefined) {
          this.complain(new Error(String(frame['message'])));
        }
        break;
      default:
    }
  }

  private take(event: ChatEvent): void {
    const before = this.open;
    if (before === undefined || before.id !== event.chat_id) {
      return;
    }
    const { state, effect } = apply(before, event);
    this.put(state);
    if (effect === 'gap') {
      this.reloadSoon();
      return;
    }
    if (effect === 'none') {
      return;
    }
    if (effect === 'text') {
      this.tell('text');
      return;
    }
    this.outbox.settle(state, event.type === 'snapshot');
    if (event.type === 'snapshot' || event.type === 'chat') {
      this.replaceChat(event.chat);
    } else if (event.type === 'deleted') {
      this.takeChats(without(this.chats, event.chat_id));
    }
    const sentence = sentenceOf(event);
    if (sentence !== undefined) {
      this.say(sentence);
    }
    this.tell('chat');
    if (['snapshot', 'reply_ended', 'head', 'message'].includes(event.type)) {
      void this.loadSiblings();
    }
  }

  /** Something is missing: reads the chat again, but never in a tight loop. */
  private reloadSoon(): void {
    this.watched = undefined;
    const wait = Math.max(0, this.reloadedAt + RELOAD_MILLIS_MIN - performance.now());
    const run = ++this.watchRun;
    window.setTimeout(() => {
      if (run === this.watchRun && this.open !== undefined) {
        this.reloadedAt = performance.now();
        this.put({ ...this.open, position: undefined });
        void this.watch();
      }
    }, wait);
  }

  private async loadSiblings(): Promise<void> {
    const state = this.open;
    const last = state?.messages[state.messages.length - 1];
    const parent = last?.parents[0];
    if (state === undefined || last?.role !== 'assistant' || parent === undefined) {
      this.siblings = [];
      return;
    }
    if (this.siblings.some((message) => message.id === last.id)) {
      return;
    }
    this.siblings = [];
    const branches = await fetchBranches(state.id, parent);
    const here = this.open?.messages[this.open.messages.length - 1];
    if (branches !== undefined && here?.id === last.id) {
      this.siblings = branches.filter((message) => message.role === 'assistant');
      this.tell('chat');
    }
  }

  private delivered(chatId: string): void {
    const state = this.states.get(chatId);
    if (state !== undefined) {
      this.outbox.settle(state, false);
    }
    this.tell('chat');
  }

  /** The server made a chat of ours, under the id that we chose or another one. */
  private born(chatId: string, id: string, chat: Chat | undefined): Promise<void> {
    if (chat !== undefined) {
      this.seen.mark(chat);
    }
    if (this.open?.id !== chatId) {
      return Promise.resolve();
    }
    this.states.delete(chatId);
    this.open = { ...this.open, id };
    this.put(this.open);
    history.replaceState(null, '', addressOf(id));
    return this.watch();
  }

  private takeChats(chats: ChatList): void {
    for (const chat of chats) {
      if (!this.seen.knows(chat)) {
        this.seen.mark(chat);
      }
    }
    this.chats = chats;
    this.listed = true;
    this.markSeen();
    this.tell('list');
  }

  private replaceChat(chat: Chat): void {
    if (this.open?.id === chat.id) {
      this.put({ ...this.open, chat: { ...this.open.chat, ...chat } });
      this.tell('chat');
    }
    this.takeChats(merged(this.chats, [chat]));
  }

  private forget(id: string): void {
    this.states.delete(id);
    this.outbox.dropChat(id);
    this.takeChats(without(this.chats, id));
  }

  /** What stands on the screen of a reader who looks at it is seen. */
  private markSeen(): void {
    const chat = this.chats.find((known) => known.id === this.open?.id);
    if (chat !== undefined) {
      this.seen.mark(chat);
    }
  }

  private put(state: ChatState): void {
    this.states.delete(state.id);
    this.states.set(state.id, state);
    for (const id of this.states.keys()) {
      if (this.states.size <= KEPT_CHATS_MAX) {
        break;
      }
      this.states.delete(id);
    }
    if (this.open?.id === state.id) {
      this.open = state;
    }
  }
}
