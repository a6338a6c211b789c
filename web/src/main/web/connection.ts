import { t } from './i18n/language';
import { whyNotTaken } from './http';
import { Command, Frame, randomId } from './protocol';
import { token } from './token';

/** The server said no, and why. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The connection went before the answer came: what was asked may have happened or not. */
export class ConnectionLost extends Error {
  constructor() {
    super(t('connectionLost'));
  }
}

/** `barred`: the server wants a token, or another one, and it is no use to try again. */
export type ConnectionStatus = 'connecting' | 'open' | 'lost' | 'barred';

interface Pending {
  resolve(frame: Frame): void;
  reject(reason: Error): void;
  timer: number;
}

const RETRY_MILLIS_MIN = 300;
const RETRY_MILLIS_MAX = 15_000;
const ANSWER_MILLIS_MAX = 20_000;
const QUIET_MILLIS_MAX = 30_000;
const PROBE_MILLIS_MAX = 8_000;
/** A connection that held this long was a good one: the next loss begins with short waits again. */
const SETTLED_MILLIS = 10_000;
/** The token is not good any more. */
const TOKEN_EXPIRED = 4001;

/**
 * One socket to the server, opened again for as long as the page lives: after a wait that doubles,
 * with jitter, and at once when the network or the reader comes back. Commands are answered by
 * their `request_id`; when the socket closes, every open one is rejected with {@link
 * ConnectionLost}.
 */
export class Connection {
  status: ConnectionStatus = 'connecting';
  /** Why it is barred, if there is more to say than that there is no token. */
  bar = '';
  private socket: WebSocket | undefined;
  private readonly pending = new Map<string, Pending>();
  private failures = 0;
  private openedAt = 0;
  private heardAt = 0;
  private retryTimer = 0;

  constructor(
    private readonly url: string,
    private readonly onFrame: (frame: Frame) => void,
    private readonly onStatus: (status: ConnectionStatus) => void,
  ) {}

  start(): void {
    window.addEventListener('online', () => this.hurry());
    window.addEventListener('offline', () => this.probe());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') {
        this.hurry();
      }
    });
    window.setInterval(() => {
      if (performance.now() - this.heardAt > QUIET_MILLIS_MAX) {
        this.probe();
      }
    }, QUIET_MILLIS_MAX / 3);
    this.open();
  }

  /** Sends a command and gives its answer. */
  request(command: Command, millisMax: number = ANSWER_MILLIS_MAX): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const socket = this.socket;
      if (socket === undefined || socket.readyState !== WebSocket.OPEN) {
        reject(new ConnectionLost());
        return;
      }
      const id = randomId();
      // A server that answers nothing is as good as gone, and the socket has not noticed.
      const timer =
        millisMax === Infinity ? 0 : window.setTimeout(() => this.drop(socket), millisMax);
      this.pending.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ ...command, request_id: id }));
    });
  }

  /**
   * The reader or the network is back: do not sit out the wait, and do not trust a quiet socket.
   */
  private hurry(): void {
    if (this.socket === undefined) {
      this.failures = 0;
      this.open();
    } else {
      this.probe();
    }
  }

  private probe(): void {
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.request({ type: 'get_head' }, PROBE_MILLIS_MAX).catch(() => undefined);
    }
  }

  private open(): void {
    window.clearTimeout(this.retryTimer);
    if (this.status === 'barred') {
      return;
    }
    const shown = token();
    const socket =
      shown === undefined
        ? new WebSocket(this.url)
        : new WebSocket(this.url, ['hubbub', `bearer.${shown}`]);
    let opened = false;
    this.socket = socket;
    socket.onopen = () => {
      opened = true;
      this.openedAt = performance.now();
      this.heardAt = this.openedAt;
      this.turn('open');
    };
    socket.onmessage = (event) => this.hear(event);
    socket.onclose = (event) => {
      this.drop(socket);
      if (!opened || event.code === TOKEN_EXPIRED) {
        void this.askWhy();
      }
    };
  }

  private hear(event: MessageEvent): void {
    this.heardAt = performance.now();
    const frame = JSON.parse(String(event.data)) as Frame;
    const id = frame.request_id === undefined ? undefined : String(frame.request_id);
    const asked = id === undefined ? undefined : this.pending.get(id);
    if (id !== undefined && asked !== undefined) {
      this.pending.delete(id);
      window.clearTimeout(asked.timer);
      if (frame.type === 'error') {
        asked.reject(new Refused(String(frame['code'] ?? ''), String(frame['message'] ?? '')));
        return;
      }
      asked.resolve(frame);
    }
    this.onFrame(frame);
  }

  /** A page is not told why a socket was refused; a plain request is. */
  private async askWhy(): Promise<void> {
    const reason = await whyNotTaken();
    if (reason !== undefined && this.status !== 'open') {
      window.clearTimeout(this.retryTimer);
      this.bar = reason;
      this.turn('barred');
    }
  }

  private drop(socket: WebSocket): void {
    if (this.socket !== socket) {
      return;
    }
    this.socket = undefined;
    socket.onclose = null;
    socket.onmessage = null;
    socket.onopen = null;
    socket.close();
    if (this.status === 'open' && performance.now() - this.openedAt > SETTLED_MILLIS) {
      this.failures = 0;
    }
    const lost = [...this.pending.values()];
    this.pending.clear();
    for (const { reject, timer } of lost) {
      window.clearTimeout(timer);
      reject(new ConnectionLost());
    }
    const wait = Math.min(RETRY_MILLIS_MAX, RETRY_MILLIS_MIN * 2 ** this.failures);
    this.failures++;
    this.retryTimer = window.setTimeout(() => this.open(), wait * (0.5 + Math.random() / 2));
    this.turn('lost');
  }

  private turn(status: ConnectionStatus): void {
    this.status = status;
    this.onStatus(status);
  }
}

export function socketUrl(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}
