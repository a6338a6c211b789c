import { LiveReply } from '../chat-state';
import { MarkdownStream } from '../markdown';

/** Markdown on the page, whole or while it is being written. It draws at most once a frame. */
export class HubbubProse extends HTMLElement {
  private stream: MarkdownStream | undefined;
  private pieces: string[] | undefined;
  private drawnPieces = 0;
  private drawnLength = 0;
  private shown: string | undefined;
  private frame = 0;
  private readonly cursor = document.createElement('span');

  constructor() {
    super();
    this.cursor.className = 'cursor';
    this.cursor.setAttribute('aria-hidden', 'true');
  }

  /** Follows a reply: call it at every change; what was drawn before is not drawn again. */
  follow(reply: LiveReply): void {
    if (reply.pieces !== this.pieces) {
      this.stream = new MarkdownStream(this);
      this.pieces = reply.pieces;
      this.drawnPieces = 0;
      this.drawnLength = 0;
      this.shown = undefined;
    }
    this.drawSoon();
  }

  /** Shows a complete text; where that was followed until now, its end is drawn and no more. */
  show(text: string): void {
    if (this.shown === text) {
      return;
    }
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.take();
    if (
      this.stream === undefined ||
      this.pieces === undefined ||
      this.drawnLength !== text.length
    ) {
      this.stream = new MarkdownStream(this);
      this.stream.push(text);
    }
    this.stream.finish();
    this.cursor.remove();
    this.stream = undefined;
    this.pieces = undefined;
    this.shown = text;
  }

  connectedCallback(): void {
    this.drawSoon();
  }

  disconnectedCallback(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  private drawSoon(): void {
    if (this.frame === 0 && this.drawnPieces < (this.pieces?.length ?? 0)) {
      this.frame = requestAnimationFrame((now) => this.draw(now));
    }
  }

  private draw(now: number): void {
    this.frame = 0;
    this.take();
    if (this.stream?.draw(now) === false) {
      this.frame = requestAnimationFrame((later) => this.draw(later));
      return;
    }
    this.placeCursor();
  }

  private take(): void {
    const { pieces, stream } = this;
    if (pieces === undefined || stream === undefined) {
      return;
    }
    for (; this.drawnPieces < pieces.length; this.drawnPieces++) {
      const piece = pieces[this.drawnPieces]!;
      this.drawnLength += piece.length;
      stream.push(piece);
    }
  }

  /** Right behind the last character, wherever that is. */
  private placeCursor(): void {
    this.cursor.remove();
    let last: Element = this;
    for (;;) {
      const next: Element | null = last.lastElementChild;
      const textAfter = next?.nextSibling?.textContent?.trim() ?? '';
      if (next === null || !next.matches(CURSOR_GOES_IN) || textAfter !== '') {
        break;
      }
      last = next;
    }
    last.append(this.cursor);
  }
}

const CURSOR_GOES_IN =
  '.block, .code-block, .table-scroller, pre, pre > code, p, ul, ol, li, blockquote, h1, h2, h3, h4, h5, h6, table, tbody, tr, td';

customElements.define('hubbub-prose', HubbubProse);
