import { addressOf, chatIdOfPage } from './address';
import { call } from './api';
import { ChatList, marked, merged, withFirstPage, without } from './chat-list';
import { ChatState, apply, sentenceOf, unborn, unloaded } from './chat-state';
import { Connection, ConnectionLost, ConnectionStatus, Refused, socketUrl } from './connection';
import { Delivery } from './delivery';
import { Draft } from './draft';
import { fetchModels } from './http';
import { t } from './i18n/language';
import { Labels } from './labels';
import { Offline } from './offline';
import { Creation, Outbox, Outgoing } from './outbox';
import { Prompts } from './prompts';
import {
  Chat,
  ChatEvent,
  Frame,
  ImageRef,
  Marks,
  Message,
  Model,
  isChatEvent,
  randomId,
} from './protocol';
import { Reading } from './reading';
import { Settings } from './settings';
import { SignOut } from './sign-out';
import { Stops } from './stops';
import { keepToken } from './token';
import { Topics } from './topics';

const KEPT_CHATS_MAX = 12;
const RELOAD_MILLIS_MIN = 1_000;

/** Something to tell the reader that belongs to no message. */
export interface Notice {
  readonly text: string;
  /** Takes back what is told of; without it something went wrong. */
  readonly undo?: () => void;
}

/** How long something can be taken back. */
const UNDO_MILLIS = 10_000;
const FILED_MAX = 100;
const NAME_CHARS_MAX = 200;

/**
 * What the page knows and does: the list, the open chat, the connection. Commands go over the
 * socket; what it has no command for (the default model, the branches beside a reply) is read over
 * HTTP.
 */
export class Workspace extends Topics {
  chats: ChatList = [];
  listed = false;
  /** The list is what this browser kept: the server was not heard yet. */
  recalled = false;
  /** Gets the page anew in its next version, once there is one. */
  reloadForUpdate: (() => void) | undefined;
  nextCursor: string | undefined;
  /** More than the first page of the list was read: what follows that is no news. */
  private beyondFirst = false;
  open: ChatState | undefined;
  /** The chat that was told of last, whether or not the list has it. */
  latest: Chat | undefined;
  models: readonly Model[] = [];
  defaultModel = '';
  notice: Notice | undefined;
  /** What to say to a reader who listens. */
  said = '';
  readonly labels = new Labels(() => this.tell('list'));
  readonly outbox = new Outbox();
  readonly settings = new Settings(
    () => this.settingsChanged(),
    (reason) => this.complain(reason),
  );
  readonly prompts = new Prompts(() => this.tell('prompts'));

  private readonly connection = new Connection(
    socketUrl(),
    (frame) => this.hear(frame),
    (status) => this.connectionTurned(status),
  );
  private readonly offline = new Offline();
  private readonly signsOut = new SignOut(() => this.offline.empty());
  private readonly followed = new Map<string, (event: ChatEvent) => void>();
  private readonly states = new Map<string, ChatState>();
  private readonly stops = new Stops(this.connection, (reason) => this.complain(reason));
  /** The chat whose events we take: none between `watch` and its answer. */
  private watched: string | undefined;
  /** Events of the open chat came before that answer, of this watch or of one before. */
  private missed = false;
  private watchRun = 0;
  private reloadedAt = -Infinity;
  private readonly delivery = new Delivery(
    this.connection,
    this.outbox,
    (chatId, id) => this.born(chatId, id),
    (chatId, error) => this.delivered(chatId, error),
  );
  private readonly draft = new Draft(this.settings);
  private readonly reading = new Reading({
    state: (id) => this.states.get(id),
    put: (state) => {
      this.put(state);
      this.tell('chat');
    },
    messages: (command) => this.connection.request({ type: 'get_messages', ...command }),
  });

  start(): void {
    window.addEventListener('popstate', () => this.turnTo(chatIdOfPage()));
    document.addEventListener('visibilitychange', () => this.markSeen());
    this.turnTo(chatIdOfPage());
    this.connection.start();
    void this.recallList();
    void this.takeOver();
  }

  private async takeOver(): Promise<void> {
    if (await this.outbox.takeOver()) {
      const { open } = this;
      if (open?.phase === 'loading' && this.begun(open.id).phase !== 'loading') {
        this.put(unborn(open.id));
      }
      this.tell('chat');
      void this.delivery.run();
    }
  }

  /** A new version of the page is there. */
  offerUpdate(reload: () => void): void {
    this.reloadForUpdate = reload;
    this.tell('notice');
  }

  /** Ends this user's stay, in all tabs of the browser. */
  signOut(): Promise<void> {
    return this.signsOut.everywhere();
  }

  /** Goes on with another token of the same user. Gives the sentence to show when it is none. */
  async renew(token: string): Promise<string | undefined> {
    try {
      await this.connection.request({ type: 'authenticate', token });
    } catch (reason) {
      return reason instanceof Error ? reason.message : String(reason);
    }
    return keepToken(token);
  }

  get status(): ConnectionStatus {
    return this.connection.status;
  }

  /** Why the server bars the reader, when it does. */
  get bar(): string {
    return this.connection.bar;
  }

  /** What chats begin with that the server is yet to make, while there is none. */
  get unmade(): readonly Outgoing[] {
    return this.status === 'open'
      ? []
      : this.outbox.unsent().filter(({ creates }) => creates !== undefined);
  }

  /** What the model of the next new chat is told beforehand. */
  get instructions(): string {
    return this.draft.instructions;
  }

  /** The model that answers next in what is open. */
  get model(): string {
    const chat = this.open?.chat;
    const chosen = this.draft.model;
    return chat?.model ?? (chosen === '' ? this.defaultModel : chosen);
  }

  /** Whether that model looks at images. */
  get seesImages(): boolean {
    return this.models.find(({ id }) => id === this.model)?.images === true;
  }

  isUnread(chat: Chat): boolean {
    return chat.unread === true && chat.status === 'idle' && chat.id !== this.open?.id;
  }

  /** Opens a chat, or with no id the page on which a new one begins. */
  show(id: string | undefined): void {
    if (id !== chatIdOfPage()) {
      history.pushState(null, '', addressOf(id));
    }
    this.turnTo(id);
  }

  /** Sends what was typed, in a new chat if none is open. */
  send(content: string, pictures: readonly ImageRef[] = []): void {
    const images = pictures.length === 0 ? undefined : pictures.map(({ id }) => id);
    if (this.open === undefined) {
      const id = randomId();
      this.states.set(id, unborn(id));
      this.outbox.add(id, content, { creates: this.draft.creation(), images });
      this.draft.begun();
      this.show(id);
    } else {
      this.outbox.add(this.open.id, content, { creates: this.creationOf(this.open), images });
      this.tell('chat');
    }
    void this.delivery.run();
  }

  /** What an open chat must be made with first, unless it is there or is about to be made. */
  private creationOf(open: ChatState): Creation | undefined {
    const unmade = open.chat === undefined && open.phase === 'ready';
    const sending = this.outbox
      .of(open.id)
      .some(({ creates, state }) => creates !== undefined && state === 'sending');
    return unmade && !sending ? this.draft.creation() : undefined;
  }

  resend(item: Outgoing): void {
    // Another model may have been chosen since, if that was what was wrong.
    const { model } = this.draft.creation();
    const unmade = this.open?.id === item.chatId ? this.creationOf(this.open) : undefined;
    const creates = item.creates === undefined ? unmade : { ...item.creates, model };
    this.outbox.change(item.clientMessageId, { state: 'sending', error: undefined, creates });
    this.tell('chat');
    void this.delivery.run();
  }

  discard(item: Outgoing): void {
    this.outbox.drop(item.clientMessageId);
    this.tell('chat');
  }

  /** Stops the running reply: now or, without a connection, when there is one again. */
  stop(): void {
    const { open } = this;
    if (open?.reply !== undefined) {
      this.stopIn(open.id, open.reply.id);
    } else if (open !== undefined) {
      this.ask({ type: 'stop_generation', chat_id: open.id }, Infinity);
    }
  }

  /** Takes back a message that waits for its turn; false, with a complaint, if that is not certain. */
  async withdraw(replyId: string): Promise<boolean> {
    try {
      const command = { type: 'stop_generation', chat_id: this.open?.id, reply_id: replyId };
      await this.connection.request(command);
      return true;
    } catch (reason) {
      this.complain(reason);
      return false;
    }
  }

  /** Says something else in the place of a message; what was said there stays beside it. */
  edit(message: Message, content: string): void {
    const { open } = this;
    if (open !== undefined && content !== '' && content !== message.content) {
      this.lookAtEnd();
      this.outbox.add(open.id, content, {
        parent: message.parents[0] ?? null,
        images: message.images?.map(({ id }) => id),
      });
      this.tell('chat');
      void this.delivery.run();
    }
  }

  /** The id of the open chat, or of one that is made for what comes. */
  async openChat(): Promise<string> {
    if (this.open !== undefined) {
      return this.open.id;
    }
    const command = { type: 'create_chat', id: randomId(), ...this.draft.creation() };
    const chat = (await this.connection.request(command))['chat'] as Chat;
    this.draft.begun();
    this.replaceChat(chat);
    this.show(chat.id);
    return chat.id;
  }

  /** Keeps a chat that was made beside the open one out of the list. */
  putAside(chatId: string): void {
    this.ask({ type: 'update_chat', chat_id: chatId, archived: true });
  }

  /** Hears what happens in a chat beside the open one, until what this gives is called. */
  follow(chatId: string, listener: (event: ChatEvent) => void): () => void {
    this.followed.set(chatId, listener);
    this.ask({ type: 'watch', chat_id: chatId });
    return () => {
      this.followed.delete(chatId);
      if (this.open?.id !== chatId) {
        this.connection.request({ type: 'unwatch', chat_id: chatId }).catch(() => undefined);
      }
    };
  }

  stopIn(chatId: string, replyId: string): void {
    this.stops.add(chatId, replyId);
  }

  /** Asks for a reply to a message, beside those it has, or to the head. */
  regenerate(messageId?: string, model?: string): void {
    this.generate({ message_id: messageId, model_id: model });
  }

  /** Asks for more of a reply; the new one stands beside it. */
  continueReply(messageId: string): void {
    this.generate({ message_id: messageId, continue: true });
  }

  private generate(what: Record<string, unknown>): void {
    this.lookAtEnd();
    if (this.open !== undefined) {
      this.ask({ type: 'generate_llm_response', chat_id: this.open.id, ...what }, Infinity);
    }
  }

  /** Reads on from another message, from the end of what was said last after it. */
  turnToBranch(messageId: string): void {
    this.lookAtEnd();
    if (this.open !== undefined) {
      const command = { type: 'move_head', chat_id: this.open.id, message_id: messageId };
      this.ask({ ...command, leaf: true });
    }
  }

  /** Goes on from a message in a chat of its own. */
  async fork(messageId: string): Promise<void> {
    const name = this.open?.chat?.name ?? '';
    const answer = await this.connection.request({
      type: 'create_chat',
      id: randomId(),
      starting_head: messageId,
      name: name === '' ? undefined : t('forkOf', { name }).slice(0, NAME_CHARS_MAX),
      model: this.open?.chat?.model,
      system_prompt: this.open?.chat?.system_prompt,
    });
    const chat = answer['chat'] as Chat;
    this.replaceChat(chat);
    this.show(chat.id);
  }

  /** Begins a chat again with nothing before the next message. */
  clear(chat: Chat): void {
    const head = chat.head;
    const command = { type: 'clear_chat', chat_id: chat.id };
    const back = { type: 'move_head', chat_id: chat.id, message_id: head };
    this.connection.request(command).then(
      () => this.offer(t('cleared', { name: chat.name }), () => this.ask(back)),
      (reason: unknown) => this.complain(reason),
    );
  }

  rename(id: string, name: string): void {
    const chat = this.chats.find((known) => known.id === id);
    if (chat !== undefined && name !== '' && name !== chat.name) {
      this.replaceChat({ ...chat, name });
      this.ask({ type: 'rename_chat', chat_id: id, name }, undefined, () => this.replaceChat(chat));
    }
  }

  /** Marks a chat at once; all devices are told. */
  mark(chat: Chat, marks: Marks): void {
    this.replaceChat(marked(chat, marks));
    this.ask({ type: 'update_chat', chat_id: chat.id, ...marks }, undefined, () =>
      this.replaceChat(chat),
    );
  }

  /** Takes a chat out of the list, or back into it. */
  archive(chat: Chat, archived = true): void {
    this.mark(chat, { archived });
    const changed = marked(chat, { archived });
    this.offer(t(archived ? 'archived' : 'restored', { name: chat.name }), () =>
      this.mark(changed, { archived: !archived }),
    );
  }

  /** Gets what the list does not have yet of a folder or of a tag. */
  async loadFiled(by: 'folder' | 'tag', name: string): Promise<void> {
    const path = `/api/chats?limit=${FILED_MAX}&${by}=${encodeURIComponent(name)}`;
    this.takeChats(merged(this.chats, (await call<{ chats: Chat[] }>('GET', path)).chats));
  }

  /** Chats that were found beyond the list. */
  takeFound(chats: readonly Chat[]): void {
    this.takeChats(merged(this.chats, chats));
  }

  async delete(id: string): Promise<void> {
    await this.connection.request({ type: 'delete_chat', chat_id: id });
    this.forget(id);
    if (this.open?.id === id) {
      this.show(undefined);
    }
  }

  /** Changes what is different of a chat; rejects when the server refuses it. */
  async change(
    chat: Chat,
    wanted: Pick<Chat, 'name' | 'model'> & { readonly system_prompt: string },
  ): Promise<void> {
    const changes = Object.entries(wanted).filter(
      ([field, value]) => value !== (chat[field as keyof typeof wanted] ?? ''),
    );
    if (changes.length > 0) {
      const command = { type: 'update_chat', chat_id: chat.id, ...Object.fromEntries(changes) };
      const answer = await this.connection.request(command);
      const changed = answer['chat'] as Chat;
      this.replaceChat({ ...changed, system_prompt: wanted.system_prompt });
    }
  }

  /** Says who is to answer in the next new chat, and by which instructions. */
  prepare(model: string, instructions: string): void {
    if (model !== this.model) {
      this.draft.choose(model);
    }
    this.draft.instruct(instructions);
    this.tell('chat');
  }

  useModel(model: string): void {
    const chat = this.open?.chat;
    if (chat === undefined) {
      this.draft.choose(model);
      this.tell('chat');
      return;
    }
    this.replaceChat({ ...chat, model });
    this.ask({ type: 'update_chat', chat_id: chat.id, model }, undefined, () =>
      this.replaceChat(chat),
    );
  }

  /** Turns to a message, wherever in the chat it is. */
  async jumpTo(chatId: string, messageId: string): Promise<void> {
    this.show(chatId);
    await this.reading.turnTo(chatId, messageId).catch((reason: unknown) => this.complain(reason));
  }

  /** Back to the end of the chat. */
  lookAtEnd(): void {
    if (this.open?.view !== undefined) {
      this.reading.look(this.open.id, undefined);
    }
  }

  async loadEarlier(): Promise<void> {
    await (this.open && this.reading.earlier(this.open));
  }

  async loadLater(): Promise<void> {
    await (this.open && this.reading.later(this.open));
  }

  async loadMoreChats(): Promise<void> {
    const cursor = this.nextCursor;
    if (cursor !== undefined) {
      this.nextCursor = undefined;
      try {
        const page = await this.connection.request({ type: 'list_chats', cursor });
        this.beyondFirst = true;
        this.nextCursor = page['next_cursor'] as string | undefined;
        this.takeChats(merged(this.chats, page['chats'] as Chat[]));
      } catch (reason) {
        // The next try goes on from there.
        this.nextCursor = cursor;
        throw reason;
      }
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

  private settingsChanged(): void {
    this.draft.settingsChanged();
    this.tell('settings');
    this.tell('chat');
  }

  complain(reason: unknown): void {
    this.notice = { text: reason instanceof Error ? reason.message : String(reason) };
    this.tell('notice');
  }

  /** Tells what was done, and lets it be taken back for a while. */
  offer(text: string, undo: () => void): void {
    const notice: Notice = { text, undo };
    this.notice = notice;
    this.tell('notice');
    window.setTimeout(() => {
      if (this.notice === notice) {
        this.dismissNotice();
      }
    }, UNDO_MILLIS);
  }

  private ask(
    command: { type: string } & Record<string, unknown>,
    millisMax?: number,
    undo?: () => void,
  ): void {
    const sent = this.status === 'open';
    this.connection.request(command, millisMax).catch((reason: unknown) => {
      undo?.();
      // A reply goes on when the socket that asked for it is gone.
      if (!(sent && reason instanceof ConnectionLost && millisMax === Infinity)) {
        this.complain(reason);
      }
    });
  }

  private connectionTurned(status: ConnectionStatus): void {
    this.watched = undefined;
    if (status === 'open') {
      void this.watch();
      for (const id of this.followed.keys()) {
        this.ask({ type: 'watch', chat_id: id });
      }
      this.stops.sendAll();
      void this.delivery.run();
      void this.loadModels();
      void this.settings.meet();
      this.labels.loadSoon();
    } else {
      this.offline.flush();
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
    if (before?.view !== undefined && before.id !== id) {
      // Whoever comes back reads on at the end.
      this.put({ ...before, view: undefined });
    }
    this.open = id === undefined ? undefined : (this.states.get(id) ?? this.begun(id));
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
    if (this.open?.phase === 'loading') {
      void this.recallChat(this.open.id);
    }
  }

  private begun(id: string): ChatState {
    const creates = this.outbox.of(id).some((item) => item.creates !== undefined);
    return creates ? unborn(id) : unloaded(id);
  }

  private async recallList(): Promise<void> {
    const kept = await this.offline.list();
    if (!this.listed && kept.length > 0) {
      this.chats = kept;
      this.listed = true;
      this.recalled = true;
      this.tell('list');
    }
  }

  private async recallChat(id: string): Promise<void> {
    const kept = await this.offline.chat(id);
    const { open } = this;
    const waits = open?.id === id && open.phase === 'loading' && open.messages.length === 0;
    if (kept !== undefined && waits && open.view === undefined) {
      this.put(kept);
      this.tell('chat');
    }
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
          this.offline.forget(state.id);
          this.takeChats(without(this.chats, state.id));
        }
        this.tell('chat');
      }
    }
  }

  private hear(frame: Frame): void {
    if (isChatEvent(frame)) {
      this.followed.get(String(frame.chat_id))?.(frame as unknown as ChatEvent);
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
          const next = frame['next_cursor'] as string | undefined;
          if (!this.beyondFirst || next === undefined) {
            this.nextCursor = next;
          }
          const page = frame['chats'] as Chat[];
          const known = this.recalled ? [] : this.chats;
          this.recalled = false;
          const list = withFirstPage(known, page, next !== undefined);
          this.takeChats(merged(list, (frame['pinned'] ?? []) as Chat[]));
        }
        break;
      case 'chat_activity':
      case 'chat_created':
      case 'chat_renamed':
      case 'chat_seen':
      case 'chat_updated':
        if (frame['chat'] !== undefined) {
          this.replaceChat(frame['chat'] as Chat);
        }
        break;
      case 'settings':
        this.settings.take(frame['settings'] as object);
        break;
      case 'shares_changed':
        this.tell('shares');
        break;
      case 'prompts_changed':
        this.prompts.changed();
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
    this.offline.keepChat(state);
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

  private delivered(chatId: string, error: string | undefined): void {
    const state = this.states.get(chatId);
    if (error !== undefined && this.open?.id !== chatId) {
      const known = this.chats.find(({ id }) => id === chatId)?.name ?? '';
      const name = known === '' ? t('untitled') : known;
      this.complain(new Error(t('refusedElsewhere', { name, error })));
    }
    if (state !== undefined) {
      this.outbox.settle(state, false);
    }
    this.tell('chat');
  }

  /** The server made a chat of ours, under the id that we chose or another one. */
  private born(chatId: string, id: string): Promise<void> {
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
    this.chats = chats;
    this.listed = true;
    this.offline.keepList(chats);
    this.markSeen();
    this.tell('list');
  }

  private replaceChat(chat: Chat): void {
    this.latest = chat;
    const known = this.chats.find(({ id }) => id === chat.id);
    if (known?.folder !== chat.folder || known?.tags?.join() !== chat.tags?.join()) {
      this.labels.loadSoon();
    }
    if (this.open?.id === chat.id) {
      // Lists and updates leave the system prompt out.
      const { system_prompt } = this.open.chat ?? {};
      this.put({ ...this.open, chat: { ...(system_prompt !== undefined && { system_prompt }), ...chat } });
      this.tell('chat');
    }
    this.takeChats(merged(this.chats, [chat]));
  }

  private forget(id: string): void {
    this.states.delete(id);
    this.outbox.dropChat(id);
    this.offline.forget(id);
    this.takeChats(without(this.chats, id));
    this.labels.loadSoon();
  }

  /** What stands on the screen of a reader who looks at it is seen. */
  private markSeen(): void {
    const { open } = this;
    const chat = this.chats.find((known) => known.id === open?.id) ?? open?.chat;
    const unread = chat?.unread === true && chat.status === 'idle';
    if (unread && this.status === 'open' && document.visibilityState === 'visible') {
      this.chats = merged(this.chats, [marked(chat, { unread: false })]);
      this.ask({ type: 'mark_seen', chat_id: chat.id });
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
