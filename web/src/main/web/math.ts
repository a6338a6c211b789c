import DOMPurify from 'dompurify';
import type Katex from 'katex';
import { t } from './i18n/language';

/** A formula longer than this is shown as it is written. */
const TEX_CHARS_MAX = 8_000;

let library: typeof Katex | undefined;
let coming: Promise<void> | undefined;

/**
 * A formula, drawn as MathML. The library comes when the first formula does; until then, and where
 * it makes nothing of what is written, the formula stands as it is written.
 */
export function formula(tex: string, display: boolean): HTMLElement {
  const element = document.createElement(display ? 'div' : 'span');
  element.className = display ? 'math display' : 'math';
  if (display) {
    element.tabIndex = 0;
    element.setAttribute('role', 'group');
    element.setAttribute('aria-label', t('formula'));
  }
  element.textContent = tex;
  if (tex.length > TEX_CHARS_MAX) {
    return element;
  }
  if (library !== undefined) {
    draw(library, element, tex, display);
  } else {
    void load().then(() => {
      if (library !== undefined && element.textContent === tex) {
        draw(library, element, tex, display);
      }
    });
  }
  return element;
}

async function load(): Promise<void> {
  coming ??= import('katex').then(
    (module) => {
      library = module.default;
    },
    () => {
      // Away, perhaps: the next formula asks again.
      coming = undefined;
    },
  );
  await coming;
}

function draw(katex: typeof Katex, element: HTMLElement, tex: string, display: boolean): void {
  let drawn: string;
  try {
    drawn = katex.renderToString(tex, {
      output: 'mathml',
      displayMode: display,
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      maxSize: 20,
      maxExpand: 300,
    });
  } catch {
    element.classList.add('broken');
    return;
  }
  element.replaceChildren(
    // The policy of the page has no inline styles; as attributes they would only be complained of.
    DOMPurify.sanitize(drawn.replaceAll(/ style="[^"]*"/g, ''), {
      USE_PROFILES: { mathMl: true },
      ADD_TAGS: ['semantics', 'annotation'],
      FORBID_ATTR: ['style', 'href', 'xlink:href'],
      RETURN_DOM_FRAGMENT: true,
    }),
  );
}
