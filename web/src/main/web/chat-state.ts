import { t } from './i18n/language';
import { Chat, ChatEvent, Message, Position, Reply, Waiting } from './protocol';

/**
 * A reply being made. `pieces` only ever grows and is shared by all states of the same reply, so
 * that a new piece costs its own length and no more; whoever draws it remembers how many pieces it
 * drew.
 */
export interface LiveReply {
  readonly id: string;
  readonly parent: string;
  readonly model: string;
  readonly attempt: number;
  readonly startedAt: string;
  readonly pieces: string[];
  readonly length: number;
}

/** A part of a chat. */
export interface View {
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
  readonly hasLater: boolean;
  /** Whether it is on the way to the head, and not on another branch. */
  readonly onPath: boolean;
  /** The message that was turned to. */
  readonly target: string;
  /** Which turn to a message this is: the same one may be turned to again. */
  readonly turn: number;
}

export interface ChatState {
  readonly id: string;
  readonly phase: 'loading' | 'ready' | 'missing' | 'deleted' | 'broken';
  readonly chat?: Chat | undefined;
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
  readonly reply?: LiveReply | undefined;
  readonly waiting: readonly Waiting[];
  readonly position?: Position | undefined;
  /** Another part of the chat than its end, which the reader looks at. */
  readonly view?: View | undefined;
  /** What a message was drawn as before it had its id, so that it is not drawn anew. */
  readonly keys: ReadonlyMap<string, string>;
}

/**
 * What an event did: `text` only lengthened the reply, `shape` changed something else, `gap` means
 * that something is missing and the chat must be watched from the start.
 */
export type Effect = 'none' | 'text' | 'shape' | 'gap';

export interface Applied {
  readonly state: ChatState;
  readonly effect: Effect;
}

export function unloaded(id: string): ChatState {
  return { id, phase: 'loading', messages: [], hasMore: false, waiting: [], keys: new Map() };
}

/** A chat that this page is about to make: there is nothing to load. */
export function unborn(id: string): ChatState {
  return { ...unloaded(id), phase: 'ready' };
}

export function replyKey(replyId: string): string {
  return `reply:${replyId}`;
}

export function sentKey(clientMessageId: string): string {
  return `sent:${clientMessageId}`;
}

/** The state after an event. Nothing is changed but the pieces of the reply, which grow. */
export function apply(before: ChatState, event: ChatEvent): Applied {
  const state = { ...before, position: event.position };
  switch (event.type) {
    case 'snapshot':
      return shape({
        ...state,
        phase: 'ready',
        chat: event.chat,
        messages: event.messages,
        hasMore: event.has_more,
        reply: event.reply && live(event.reply, before.reply),
        waiting: event.waiting,
      });
    case 'message':
      return withMessage(state, event.message, event.client_message_id, event.reply_id);
    case 'waiting':
      return shape({
        ...state,
        waiting: [...others(state, event.waiting.reply_id), event.waiting],
      });
    case 'withdrawn':
      return shape({ ...state, waiting: others(state, event.reply_id) });
    case 'reply':
      return shape({ ...state, reply: live(event.reply, before.reply) });
    case 'delta':
      return withDelta(state, event.reply_id, event.offset, event.text);
    case 'reply_ended':
      return withReplyEnded(state, event);
    case 'head':
      return shape({ ...state, messages: event.messages, hasMore: event.has_more });
    case 'chat':
      return shape({ ...state, chat: { ...state.chat, ...event.chat } });
    case 'deleted':
      return shape({ ...state, phase: 'deleted', reply: undefined, waiting: [] });
    default:
      return { state, effect: 'none' };
  }
}

/** What a reader who listens is told of an event: where a reply begins and ends, not its words. */
export function sentenceOf(event: ChatEvent): string | undefined {
  if (event.type === 'reply' && event.reply.attempt <= 1) {
    return t('replyStarted');
  }
  if (event.type === 'reply_ended') {
    switch (event.status) {
      case 'completed':
        return t('replyFinished');
      case 'stopped':
        return t('replyStopped');
      case 'failed':
        return t('replyFailed');
    }
  }
  return undefined;
}

/** The end of a chat as a part of it. */
export function tailOf(state: ChatState): View {
  const { messages, hasMore } = state;
  return { messages, hasMore, hasLater: false, onPath: true, target: '', turn: 0 };
}

/** The messages that a page of earlier ones, and those already here, make. */
export function withEarlier(
  state: ChatState,
  earlier: readonly Message[],
  hasMore: boolean,
): ChatState {
  const known = new Set(state.messages.map((message) => message.id));
  const fresh = earlier.filter((message) => !known.has(message.id));
  return { ...state, messages: [...fresh, ...state.messages], hasMore };
}

/**
 * The messages to draw: a reply beside another one hides what follows the message it answers, and a
 * message on its way what follows the one that it is to follow.
 */
export function visibleMessages(
  state: ChatState,
  sent: readonly { readonly parent?: string | null | undefined }[],
): readonly Message[] {
  const { messages, reply } = state;
  const parent = reply?.parent ?? sent.find((item) => item.parent !== undefined)?.parent;
  if (parent === null) {
    return [];
  }
  const at = messages.findIndex((message) => message.id === parent);
  return at < 0 ? messages : messages.slice(0, at + 1);
}

function shape(state: ChatState): Applied {
  return { state, effect: 'shape' };
}

function others(state: ChatState, replyId: string): readonly Waiting[] {
  return state.waiting.filter((waiting) => waiting.reply_id !== replyId);
}

/** Keeps the pieces drawn so far where the reply goes on from them. */
function live(reply: Reply, known: LiveReply | undefined): LiveReply {
  const { id, parent, model, attempt } = reply;
  const goesOn = known?.id === id && known.pieces.join('') === reply.text;
  return {
    id,
    parent,
    model,
    attempt,
    startedAt: reply.started_at,
    pieces: goesOn ? known.pieces : reply.text === '' ? [] : [reply.text],
    length: reply.text.length,
  };
}

function withDelta(state: ChatState, replyId: string, offset: number, text: string): Applied {
  const reply = state.reply;
  if (reply?.id !== replyId || offset > reply.length) {
    return { state, effect: 'gap' };
  }
  const fresh = text.slice(reply.length - offset);
  if (fresh === '') {
    return { state, effect: 'none' };
  }
  reply.pieces.push(fresh);
  const length = reply.length + fresh.length;
  // The first piece ends the waiting dots, which are not drawn by the text alone.
  const effect = reply.length === 0 ? 'shape' : 'text';
  return { state: { ...state, reply: { ...reply, length } }, effect };
}

function withMessage(
  state: ChatState,
  message: Message,
  clientMessageId: string | undefined,
  replyId: string | undefined,
): Applied {
  const waiting = replyId === undefined ? state.waiting : others(state, replyId);
  const messages = following(state.messages, message);
  if (messages === undefined) {
    return { state, effect: 'gap' };
  }
  const keys =
    clientMessageId === undefined
      ? state.keys
      : new Map(state.keys).set(message.id, sentKey(clientMessageId));
  return shape({ ...state, messages, waiting, keys });
}

function withReplyEnded(
  state: ChatState,
  event: Extract<ChatEvent, { type: 'reply_ended' }>,
): Applied {
  const { message } = event;
  const ended = state.reply?.id === event.reply_id ? { ...state, reply: undefined } : state;
  // The reader of this or another tab may have turned to another branch meanwhile.
  if (message === undefined || (event.head !== undefined && event.head !== message.id)) {
    return shape(ended);
  }
  const messages = following(ended.messages, message);
  if (messages === undefined) {
    return { state: ended, effect: 'gap' };
  }
  const keys = new Map(ended.keys).set(message.id, replyKey(event.reply_id));
  return shape({ ...ended, messages, keys });
}

/** The way to a message through the one it follows, or undefined when that is not on our way. */
function following(messages: readonly Message[], message: Message): Message[] | undefined {
  if (messages.some((known) => known.id === message.id)) {
    return [...messages];
  }
  const parent = message.parents[0];
  const at = messages.findLastIndex((known) => known.id === parent);
  if (at < 0 && parent !== undefined) {
    return undefined;
  }
  return [...messages.slice(0, at + 1), beside(message, messages[at + 1])];
}

/** A new message with those in whose place it stands now. */
function beside(message: Message, replaced: Message | undefined): Message {
  const before = replaced === undefined ? [] : (replaced.siblings ?? [replaced.id]);
  return before.length === 0 ? message : { ...message, siblings: [...before, message.id] };
}
