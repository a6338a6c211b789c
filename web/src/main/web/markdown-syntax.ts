import { TokenizerAndRendererExtension, Tokens } from 'marked';

/** What replies write that is not in GFM: formulas and footnotes. */

/** The last block may be a formula whose end is not written yet. */
let unfinished = false;

/** Lexes a text of which more may come, or which is complete. */
export function whileUnfinished<T>(more: boolean, lex: () => T): T {
  unfinished = more;
  try {
    return lex();
  } finally {
    unfinished = false;
  }
}

const BLOCK = /^ {0,3}(?:\$\$((?:(?!\n[ \t]*\n)[^])+?)\$\$|\\\[((?:(?!\n[ \t]*\n)[^])+?)\\\])[ \t]*(?:\n+|$)/;
const BLOCK_OPEN = /^ {0,3}(?:\$\$|\\\[)(?:(?!\n[ \t]*\n)[^])*$/;
const DISPLAY = /^(?:\$\$((?:(?!\n[ \t]*\n)[^$])+?)\$\$|\\\[((?:(?!\n[ \t]*\n)[^])+?)\\\])/;
// As in Pandoc: no space within the dollars, no digit behind them, so that prices are prices; and no
// code.
const INLINE = /^(?:\$(?![\s$])((?:\\[^]|[^$\\\n`])+?)(?<![\s\\])\$(?![\d$])|\\\(((?:(?!\n[ \t]*\n)[^])+?)\\\))/;
const NOTE = /^ {0,3}\[\^([^\]\s]{1,32})\]:[ \t]*([^\n]*(?:\n(?![ \t]*(?:\n|$)| {0,3}\[\^)[^\n]+)*)(?:\n+|$)/;
const MARK = /^\[\^([^\]\s]{1,32})\]/;

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function mathCode(tex: string, kind: 'inline' | 'display' | 'open'): string {
  return `<code data-math="${kind}">${escapeHtml(tex)}</code>`;
}

const blockMath: TokenizerAndRendererExtension = {
  name: 'blockMath',
  level: 'block',
  start: (text) => /(?:^|\n) {0,3}(?:\$\$|\\\[)/.exec(text)?.index,
  tokenizer(text) {
    const whole = BLOCK.exec(text);
    if (whole !== null) {
      const tex = (whole[1] ?? whole[2] ?? '').trim();
      return { type: 'blockMath', raw: whole[0], html: `<p>${mathCode(tex, 'display')}</p>` };
    }
    const open = unfinished ? BLOCK_OPEN.exec(text) : null;
    return open === null
      ? undefined
      : { type: 'blockMath', raw: open[0], html: `<p>${mathCode(open[0], 'open')}</p>` };
  },
  renderer: (token) => String(token['html']),
};

const inlineMath: TokenizerAndRendererExtension = {
  name: 'inlineMath',
  level: 'inline',
  start: (text) => /\$|\\[([]/.exec(text)?.index,
  tokenizer(text) {
    const display = DISPLAY.exec(text);
    const found = display ?? INLINE.exec(text);
    if (found === null) {
      return undefined;
    }
    const tex = (found[1] ?? found[2] ?? '').trim();
    const html = mathCode(tex, display === null ? 'inline' : 'display');
    return { type: 'inlineMath', raw: found[0], html };
  },
  renderer: (token) => String(token['html']),
};

const footnote: TokenizerAndRendererExtension = {
  name: 'footnote',
  level: 'block',
  start: (text) => /(?:^|\n) {0,3}\[\^[^\]\s]+\]:/.exec(text)?.index,
  tokenizer(text) {
    const found = NOTE.exec(text);
    if (found === null) {
      return undefined;
    }
    const token = { type: 'footnote', raw: found[0], mark: found[1], tokens: [] as Tokens.Generic[] };
    this.lexer.inline(found[2] ?? '', token.tokens as never);
    return token;
  },
  renderer(token) {
    const text = this.parser.parseInline(token.tokens ?? []);
    return `<p data-footnote="note"><sup>${escapeHtml(String(token['mark']))}</sup> ${text}</p>`;
  },
};

const footnoteMark: TokenizerAndRendererExtension = {
  name: 'footnoteMark',
  level: 'inline',
  start: (text) => text.indexOf('[^'),
  tokenizer(text) {
    const found = MARK.exec(text);
    return found === null
      ? undefined
      : { type: 'footnoteMark', raw: found[0], mark: found[1] };
  },
  renderer: (token) => `<sup data-footnote="mark">${escapeHtml(String(token['mark']))}</sup>`,
};

export const syntax = [blockMath, inlineMath, footnote, footnoteMark];
