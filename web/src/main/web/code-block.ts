import { copyText } from './clipboard';
import { languageName } from './highlight';
import { t } from './i18n/language';

const COPIED_MILLIS = 1_600;

/** The frame of a code block: its language, a button that copies it, and where the code goes. */
export function codeBlock(language: string): { element: HTMLElement; code: HTMLElement } {
  const element = document.createElement('div');
  element.className = 'code-block';
  const head = document.createElement('div');
  head.className = 'code-head';
  const name = document.createElement('span');
  name.textContent = language === '' ? t('plainText') : languageName(language);
  const copy = document.createElement('button');
  copy.type = 'button';
  copy.className = 'quiet-button';
  copy.textContent = t('copy');
  copy.setAttribute('aria-label', t('copyCode'));
  const pre = document.createElement('pre');
  pre.tabIndex = 0;
  const code = document.createElement('code');
  copy.addEventListener('click', () => {
    void copyText(code.textContent ?? '').then(() => {
      copy.textContent = t('copied');
      window.setTimeout(() => (copy.textContent = t('copy')), COPIED_MILLIS);
    });
  });
  head.append(name, copy);
  pre.append(code);
  element.append(head, pre);
  return { element, code };
}
