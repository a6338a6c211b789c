import { SVGTemplateResult, TemplateResult, html, svg } from 'lit';

function icon(shape: SVGTemplateResult): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${shape}
  </svg>`;
}

/** Drawn on a grid of 24, in the colour of the text beside them. */
export const icons = {
  plus: icon(svg`<path d="M12 5v14M5 12h14" />`),
  search: icon(svg`<circle cx="11" cy="11" r="6.5" /><path d="m16 16 4.5 4.5" />`),
  pencil: icon(svg`<path d="M4 20l1-4.5L16.5 4 20 7.5 8.5 19 4 20zM14 6.5l3.5 3.5" />`),
  bin: icon(svg`<path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 12.5h9L17.5 7M10.5 11v5M13.5 11v5" />`),
  menu: icon(svg`<path d="M4 7h16M4 12h16M4 17h10" />`),
  close: icon(svg`<path d="M6 6l12 12M18 6 6 18" />`),
  send: icon(svg`<path d="M12 19V5.5M6 11l6-6 6 6" />`),
  stop: icon(svg`<rect x="7" y="7" width="10" height="10" rx="1.5" fill="currentColor" />`),
  again: icon(svg`<path d="M19 12a7 7 0 1 1-2.2-5.1L19.5 9.5M19.5 4.5v5h-5" />`),
  copy: icon(
    svg`<rect x="9" y="9" width="10.5" height="10.5" rx="2" /><path d="M15 6V5.5a1 1 0 0 0-1-1H5.5a1 1 0 0 0-1 1V14a1 1 0 0 0 1 1H6" />`,
  ),
  check: icon(svg`<path d="m5 12.5 4.5 4.5L19 7.5" />`),
  down: icon(svg`<path d="M12 5v13.5M6 13l6 6 6-6" />`),
  left: icon(svg`<path d="m14.5 6-6 6 6 6" />`),
  right: icon(svg`<path d="m9.5 6 6 6-6 6" />`),
  open: icon(svg`<path d="m7 10 5 5 5-5" />`),
  sun: icon(
    svg`<circle cx="12" cy="12" r="4" /><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4" />`,
  ),
  moon: icon(svg`<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z" />`),
  screen: icon(svg`<rect x="3.5" y="5" width="17" height="11.5" rx="2" /><path d="M9 20h6" />`),
  warning: icon(svg`<path d="M12 4.5 21 19.5H3L12 4.5zM12 10.5v4M12 16.8v.4" />`),
  mark: html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <path class="mark-back" d="M11 4h12a6 6 0 0 1 6 6v5a6 6 0 0 1-6 6v4l-5-4h-1" />
    <path
      class="mark-front"
      d="M9 8h9a6 6 0 0 1 6 6v3a6 6 0 0 1-6 6h-6l-6 5v-5.4A6 6 0 0 1 3 17v-3a6 6 0 0 1 6-6z"
    />
  </svg>`,
};
