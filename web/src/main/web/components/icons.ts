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
  find: icon(
    svg`<path d="M5 5h14a1 1 0 0 1 1 1v4M4 12V6a1 1 0 0 1 1-1M4 9v6a1 1 0 0 0 1 1h1.5v4l4-4M8 9h7" /><circle cx="16" cy="15" r="3" /><path d="m18.2 17.2 2.8 2.8" />`,
  ),
  filter: icon(svg`<path d="M4 7h16M7 12h10M10 17h4" />`),
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
  image: icon(
    svg`<rect x="4" y="5" width="16" height="14" rx="2" /><circle cx="9" cy="10" r="1.6" /><path d="m5 17 4.5-4 3 2.5 3.5-4 3.5 4" />`,
  ),
  screen: icon(svg`<rect x="3.5" y="5" width="17" height="11.5" rx="2" /><path d="M9 20h6" />`),
  warning: icon(svg`<path d="M12 4.5 21 19.5H3L12 4.5zM12 10.5v4M12 16.8v.4" />`),
  chat: icon(svg`<path d="M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-8l-4.5 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z" />`),
  book: icon(
    svg`<path d="M6.5 4H18a1 1 0 0 1 1 1v15H6.5A1.5 1.5 0 0 1 5 18.5v-13A1.5 1.5 0 0 1 6.5 4zM5 18.5A1.5 1.5 0 0 1 6.5 17H19M9 8h6" />`,
  ),
  sliders: icon(
    svg`<path d="M4 7.5h8M17 7.5h3M4 16.5h3M12 16.5h8" /><circle cx="14.5" cy="7.5" r="2.3" /><circle cx="9.5" cy="16.5" r="2.3" />`,
  ),
  keys: icon(
    svg`<rect x="3" y="6.5" width="18" height="11" rx="2" /><path d="M6.5 10h.01M10 10h.01M13.5 10h.01M17.2 10h.01M8 14h8" />`,
  ),
  side: icon(svg`<rect x="3.5" y="5" width="17" height="14" rx="2" /><path d="M9.5 5v14" />`),
  out: icon(svg`<path d="M12 15V4.5M7.5 8.5 12 4l4.5 4.5M5 14v5h14v-5" />`),
  into: icon(svg`<path d="M12 4v10.5M7.5 10.5 12 15l4.5-4.5M5 14v5h14v-5" />`),
  globe: icon(
    svg`<circle cx="12" cy="12" r="8" /><path d="M4 12h16M12 4c2.5 2.3 3.5 5 3.5 8s-1 5.7-3.5 8c-2.5-2.3-3.5-5-3.5-8s1-5.7 3.5-8z" />`,
  ),
  more: icon(
    svg`<g fill="currentColor" stroke="none"><circle cx="5.5" cy="12" r="1.7" /><circle cx="12" cy="12" r="1.7" /><circle cx="18.5" cy="12" r="1.7" /></g>`,
  ),
  pin: icon(svg`<path d="M9 4h6l-.7 6 3.2 3.5h-11L9.7 10 9 4zM12 13.5V20" />`),
  folder: icon(svg`<path d="M4 7a1 1 0 0 1 1-1h4.5l2 2.5H19a1 1 0 0 1 1 1V17a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7z" />`),
  archive: icon(svg`<path d="M4.5 8.5h15V19h-15V8.5zM3.5 5h17v3.5h-17V5zM10 12h4" />`),
  broom: icon(svg`<path d="M19 4.5 12.5 11M8.5 10l5.5 5.5c-1 3-3.5 4.5-8 4.5l-2-2c0-4.5 1.5-7 4.5-8zM7 15.5l2 2" />`),
  branch: icon(
    svg`<circle cx="7" cy="6" r="2.2" /><circle cx="7" cy="18" r="2.2" /><circle cx="17" cy="9" r="2.2" /><path d="M7 8.2v7.600M17 11.2c0 3-4 3-7.5 4" />`,
  ),
  goOn: icon(svg`<path d="M5 6.5v11l7-5.5-7-5.5zM13 6.5v11l7-5.5-7-5.5z" />`),
  link: icon(
    svg`<path d="M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1" />`,
  ),
  columns: icon(
    svg`<rect x="3.5" y="5" width="7" height="14" rx="1.5" /><rect x="13.5" y="5" width="7" height="14" rx="1.5" />`,
  ),
  chart: icon(svg`<path d="M4 20h16M7 16.5v-4M12 16.5v-9M17 16.5v-6" />`),
  dot: icon(svg`<circle cx="12" cy="12" r="3.5" fill="currentColor" stroke="none" />`),
  mark: html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <path class="mark-back" d="M11 4h12a6 6 0 0 1 6 6v5a6 6 0 0 1-6 6v4l-5-4h-1" />
    <path
      class="mark-front"
      d="M9 8h9a6 6 0 0 1 6 6v3a6 6 0 0 1-6 6h-6l-6 5v-5.4A6 6 0 0 1 3 17v-3a6 6 0 0 1 6-6z"
    />
  </svg>`,
};
