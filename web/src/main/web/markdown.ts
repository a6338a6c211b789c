import DOMPurify from 'dompurify';
import { Marked, Token } from 'marked';
import { codeBlock } from './code-block';
import { showCode } from './highlight';
import { escapeHtml, syntax, whileUnfinished } from './markdown-syntax';
import { formula } from './math';
import { remoteImage } from './remote-image';

/** Tags that a reply may write as HTML. Any other HTML in a reply is shown as it is written. */
const PLAIN_TAG = /^<\/?(?:br|sub|sup|kbd|mark|u|small|ins|del)\s*\/?>$/i;

const marked = new Marked({
  gfm: true,
  extensions: syntax,
  renderer: {
    html({ text }) {
      return PLAIN_TAG.test(text.trim()) ? text : escapeHtml(text);
    },
    // An image would tell a third party who reads this, and when.
    image({ href, text }) {
      return `<s data-image="${escapeHtml(href)}">${escapeHtml(text)}</s>`;
    },
    code({ text, lang }) {
      const language = escapeHtml(languageOf(lang));
      return `<pre><code data-language="${language}">${escapeHtml(text)}</code></pre>`;
    },
    checkbox({ checked }) {
      return checked ? '☑ ' : '☐ ';
    },
  },
});

const purifier = DOMPurify(window);
purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName === 'A') {
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noopener noreferrer');
  }
});

/** What only our renderer writes: no HTML of a reply keeps an attribute. */
const OURS = ['data-footnote', 'data-image', 'data-language', 'data-math'];

const SAFE = {
  ALLOWED_TAGS:
    'a b blockquote br code del em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre s small strong sub sup table tbody td th thead tr u ul'.split(
      ' ',
    ),
  ALLOWED_ATTR: ['align', ...OURS, 'href', 'start', 'title'],
  // Only what may be an address is held against the pattern of addresses.
  ADD_URI_SAFE_ATTR: ['align', ...OURS, 'start'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  RETURN_DOM_FRAGMENT: true as const,
};

function languageOf(info: string | undefined): string {
  return (/^[\w+#.-]+/.exec(info ?? '')?.[0] ?? '').toLowerCase();
}

/** A definition such as `[1]: https://...`, which serves links anywhere in the text. */
const DEFINITION = /^ {0,3}\[(?!\^)[^\]\n]+\]:/m;

/** After a costly drawing, this many times its cost goes to others. */
const BACK_OFF = 6;
const COSTLY_MILLIS = 4;
/** A code block is coloured while it is written up to this length, and then when it is complete. */
const COLOUR_LIVE_CHARS_MAX = 8_000;

interface OpenFence {
  readonly closes: RegExp;
  readonly indent: RegExp;
  readonly language: string;
  readonly code: HTMLElement;
  readonly coloured: HTMLElement;
  readonly lines: Text;
  readonly partial: Text;
  text: string;
}

/**
 * Draws Markdown that is still being written. A top-level block that another block follows is
 * settled: drawn for the last time and never read again, so that only the last block is lexed and
 * drawn anew. An open code fence is not even that: its lines are appended to a text node. Where the
 * last block is long (one huge list), it is drawn as often as leaves most of the time to others.
 *
 * All HTML goes through DOMPurify, whatever made it.
 */
export class MarkdownStream {
  private readonly pieces: string[] = [];
  /** What is not settled yet. */
  private tail = '';
  /** Where the first block of the tail is drawn, if it is. */
  private block: HTMLElement | undefined;
  private fence: OpenFence | undefined;
  private restUntil = 0;
  private complete = false;

  constructor(private readonly container: HTMLElement) {
    container.replaceChildren();
  }

  /** More text. Nothing is drawn before {@link draw}. */
  push(text: string): void {
    const clean = text.includes('\r') ? text.replaceAll('\r', '') : text;
    this.tail += clean;
    this.pieces.push(clean);
  }

  /** Draws what was pushed. False when it would cost too much now: ask again at the next frame. */
  draw(now: number): boolean {
    if (now < this.restUntil) {
      return false;
    }
    const begun = performance.now();
    this.read();
    const cost = performance.now() - begun;
    this.restUntil = cost > COSTLY_MILLIS ? now + cost * BACK_OFF : 0;
    return true;
  }

  /** The text is complete: draws the rest of it in its final form. */
  finish(): void {
    const text = this.pieces.join('');
    if (DEFINITION.test(text)) {
      // Links to a definition in another block are known only now.
      this.container.replaceChildren();
      this.block = undefined;
      this.fence = undefined;
      for (const token of marked.lexer(text)) {
        this.settle(token);
      }
      return;
    }
    this.complete = true;
    this.read();
    if (this.fence !== undefined) {
      this.closeFence(this.fence, this.fence.closes.test(this.tail) ? '' : this.tail);
    }
  }

  private read(): void {
    do {
      if (this.fence !== undefined && !this.readFence(this.fence)) {
        return;
      }
    } while (this.readBlocks());
  }

  /**
   * Draws the blocks of the tail. True when the last one is a fence, which is read by its lines.
   */
  private readBlocks(): boolean {
    const tokens: Token[] = whileUnfinished(!this.complete, () => marked.lexer(this.tail));
    const first = firstUnsettled(tokens);
    const unsettled = tokens[first];
    if (unsettled === undefined) {
      return false;
    }
    const before = tokens.slice(0, first);
    const length = before.reduce((sum, token) => sum + token.raw.length, 0);
    if (!this.tail.startsWith(unsettled.raw, length)) {
      // The lexer gives back other text than it was given: settle nothing by its lengths.
      this.show(tokens);
      return false;
    }
    before.forEach((token) => this.settle(token));
    this.tail = this.tail.slice(length);
    this.fence = this.openFence(unsettled);
    if (this.fence === undefined) {
      this.show(tokens.slice(first));
    }
    return this.fence !== undefined;
  }

  private settle(token: Token): void {
    if (token.type !== 'space') {
      this.show([token]);
      this.block = undefined;
    }
  }

  /** Draws tokens as the current block; definitions of links have nothing to draw. */
  private show(tokens: Token[]): void {
    if (tokens.every((token) => token.type === 'def' || token.type === 'space')) {
      this.block?.remove();
      this.block = undefined;
      return;
    }
    this.current().replaceChildren(safeElements(tokens));
  }

  private current(): HTMLElement {
    if (this.block === undefined) {
      this.block = document.createElement('div');
      this.block.className = 'block';
      this.container.append(this.block);
    }
    return this.block;
  }

  private openFence(token: Token): OpenFence | undefined {
    if (token.type !== 'code' || token['codeBlockStyle'] === 'indented') {
      return undefined;
    }
    const opening = /^( {0,3})(`{3,}|~{3,})([^\n]*)\n/.exec(token.raw);
    if (opening === null || !this.tail.startsWith(token.raw)) {
      return undefined;
    }
    const [line, indent = '', marks = '', info = ''] = opening;
    const language = languageOf(info.trim());
    const { element, code } = codeBlock(language);
    this.current().replaceChildren(element);
    const coloured = document.createElement('span');
    const lines = document.createTextNode('');
    const partial = document.createTextNode('');
    code.append(coloured, lines, partial);
    this.tail = this.tail.slice(line.length);
    return {
      closes: new RegExp(`^ {0,3}${marks.charAt(0)}{${marks.length},}[ \\t]*$`),
      indent: new RegExp(`^ {0,${indent.length}}`),
      language,
      code,
      coloured,
      lines,
      partial,
      text: '',
    };
  }

  /** Takes lines from the tail into the fence. True when it closed and other blocks may follow. */
  private readFence(fence: OpenFence): boolean {
    let from = 0;
    let fresh = '';
    for (;;) {
      const end = this.tail.indexOf('\n', from);
      if (end < 0) {
        break;
      }
      const line = this.tail.slice(from, end);
      from = end + 1;
      if (fence.closes.test(line)) {
        this.tail = this.tail.slice(from);
        this.closeFence(fence, fresh);
        return true;
      }
      fresh += `${line.replace(fence.indent, '')}\n`;
    }
    this.tail = this.tail.slice(from);
    fence.text += fresh;
    if (fresh !== '' && fence.text.length <= COLOUR_LIVE_CHARS_MAX) {
      showCode(fence.coloured, fence.text, fence.language);
    } else if (fresh !== '') {
      fence.lines.appendData(fresh);
    }
    // What may turn out to be the closing fence is not shown as code.
    fence.partial.data = /^\s{0,3}[`~]*\s*$/.test(this.tail) ? '' : this.tail;
    return false;
  }

  private closeFence(fence: OpenFence, rest: string): void {
    showCode(fence.code, (fence.text + rest).replace(/\n$/, ''), fence.language);
    this.fence = undefined;
    this.block = undefined;
  }
}

/** Where the last block begins: all before it is complete. */
function firstUnsettled(tokens: Token[]): number {
  const last = tokens.findLastIndex((token) => token.type !== 'space');
  const previous = tokens.findLastIndex((token, at) => at < last && token.type !== 'space');
  // A number may become the marker of the next item.
  const mayGoOn = tokens[previous]?.type === 'list' && /^\s*\d{1,9}$/.test(tokens[last]!.raw);
  return mayGoOn ? previous : last;
}

function safeElements(tokens: Token[]): DocumentFragment {
  const fragment = purifier.sanitize(marked.parser(tokens), SAFE);
  for (const pre of fragment.querySelectorAll('pre')) {
    const language = pre.querySelector('code')?.dataset['language'] ?? '';
    const { element, code } = codeBlock(language);
    showCode(code, pre.textContent ?? '', language);
    pre.replaceWith(element);
  }
  for (const code of fragment.querySelectorAll<HTMLElement>('code[data-math]')) {
    const kind = code.dataset['math'];
    if (kind !== 'open') {
      code.replaceWith(formula(code.textContent ?? '', kind === 'display'));
    }
  }
  for (const image of fragment.querySelectorAll<HTMLElement>('s[data-image]')) {
    image.replaceWith(remoteImage(image.dataset['image'] ?? '', image.textContent ?? ''));
  }
  for (const item of fragment.querySelectorAll('li')) {
    item.classList.toggle('task', /^\s*[☐☑] /.test(item.textContent ?? ''));
  }
  for (const table of fragment.querySelectorAll('table')) {
    const scroller = document.createElement('div');
    scroller.className = 'table-scroller';
    scroller.tabIndex = 0;
    scroller.setAttribute('role', 'group');
    scroller.setAttribute('aria-label', 'Table');
    table.replaceWith(scroller);
    scroller.append(table);
  }
  return fragment;
}
