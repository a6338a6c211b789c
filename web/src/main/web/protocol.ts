/** The objects of docs/reference/protocol.md, as they come over the wire. */

export interface Usage {
  input_tokens: number;
  output_tokens: number;
}

export interface Attempt {
  model: string;
  from_char: number;
  usage?: Usage;
  /** In US dollars. */
  cost?: number;
  error?: string;
}

export interface ImageRef {
  id: string;
  media_type?: string;
}

export type StopReason = 'end' | 'length' | 'budget' | 'content_filter' | 'stopped' | 'error';

export interface Message {
  id: string;
  parents: string[];
  role: 'user' | 'assistant' | 'system';
  content: string;
  model?: string;
  created_at: string;
  usage?: Usage;
  /** In US dollars. */
  cost?: number;
  stop_reason?: StopReason;
  error?: string;
  attempts?: Attempt[];
  images?: ImageRef[];
  /** What stands in this place, this message among it, oldest first, where there is more than one. */
  siblings?: readonly string[];
}

/** What an owner's list of chats knows of one. */
export interface Marks {
  pinned?: boolean;
  archived?: boolean;
  /** A reply ended that its owner has not seen. */
  unread?: boolean;
  /** Empty in a change takes it out. */
  folder?: string;
  tags?: readonly string[];
}

export interface Chat extends Marks {
  id: string;
  name: string;
  icon?: string;
  model: string;
  system_prompt?: string;
  created_at: string;
  updated_at: string;
  message_count: number;
  /** Of all its replies; only where one chat was asked for. */
  usage?: Usage;
  cost?: number;
  head?: string;
  status: 'idle' | 'replying';
}

export interface Reply {
  id: string;
  chat_id: string;
  parent: string;
  model: string;
  status: 'created' | 'streaming';
  attempt: number;
  started_at: string;
  text: string;
}

export interface Waiting {
  reply_id: string;
  content: string;
  client_message_id?: string;
  images?: ImageRef[];
}

export interface Model {
  id: string;
  display_name: string;
  max_tokens?: number;
  provider: string;
  /** Whether it looks at images. */
  images?: boolean;
}

/** Where in a chat's stream an event stands. Only ever given back as `after`. */
export type Position = string | number;

interface Positioned {
  chat_id: string;
  position: Position;
}

/** What a watched chat tells. */
export type ChatEvent = Positioned &
  (
    | {
        type: 'snapshot';
        chat: Chat;
        messages: Message[];
        has_more: boolean;
        reply?: Reply;
        waiting: Waiting[];
      }
    | {
        type: 'message';
        message: Message;
        head: string;
        client_message_id?: string;
        reply_id?: string;
      }
    | { type: 'waiting'; waiting: Waiting }
    | { type: 'withdrawn'; reply_id: string }
    | { type: 'reply'; reply: Reply }
    | { type: 'delta'; reply_id: string; offset: number; text: string }
    | {
        type: 'reply_ended';
        reply_id: string;
        status: 'completed' | 'stopped' | 'failed';
        message?: Message;
        head?: string;
      }
    | { type: 'head'; head?: string; messages: Message[]; has_more: boolean }
    | { type: 'chat'; chat: Chat }
    | { type: 'deleted' }
  );

const EVENT_TYPES: ReadonlySet<string> = new Set([
  'snapshot',
  'message',
  'waiting',
  'withdrawn',
  'reply',
  'delta',
  'reply_ended',
  'head',
  'chat',
  'deleted',
]);

/** Anything the server sends on the socket. */
export interface Frame {
  type: string;
  request_id?: string;
  chat_id?: string;
  [field: string]: unknown;
}

/** An event of a watched chat has a position; an answer with the same name does not. */
export function isChatEvent(frame: Frame): boolean {
  return (
    EVENT_TYPES.has(frame.type) &&
    frame.request_id === undefined &&
    typeof frame.chat_id === 'string' &&
    frame['position'] !== undefined
  );
}

export type Command = { type: string } & Record<string, unknown>;

/** A random id. `crypto.randomUUID` is missing where the page came over plain HTTP from afar. */
export function randomId(): string {
  if (typeof crypto.randomUUID === 'function') {
    return crypto.randomUUID();
  }
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [8, 13, 18, 23].reduce((id, at) => `${id.slice(0, at)}-${id.slice(at)}`, hex);
}
