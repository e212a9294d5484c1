/** The player's drawings, 24 by 24, in the colour of the text. */

import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

function icon(content: SVGTemplateResult): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${content}</svg>`;
}

export const icons = {
  play: icon(svg`<path d="M7 4v16l13-8z"/>`),
  pause: icon(svg`<path d="M6 4h4v16H6zM14 4h4v16h-4z"/>`),
  back: icon(svg`<path d="M12 5V1L6 6l6 5V7a6 6 0 1 1-6 6H4a8 8 0 1 0 8-8z"/><text x="12" y="16.2" text-anchor="middle" font-size="7.5" font-weight="700">10</text>`),
  forward: icon(svg`<path d="M12 5V1l6 5-6 5V7a6 6 0 1 0 6 6h2a8 8 0 1 1-8-8z"/><text x="12" y="16.2" text-anchor="middle" font-size="7.5" font-weight="700">10</text>`),
  sound: icon(svg`<path d="M3 9v6h4l5 5V4L7 9z"/><path d="M15 8a5 5 0 0 1 0 8M17.5 5a9 9 0 0 1 0 14" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>`),
  silent: icon(svg`<path d="M3 9v6h4l5 5V4L7 9z"/><path d="M16 9l6 6M22 9l-6 6" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>`),
  earlier: icon(svg`<path d="M19 5v14L8 12zM5 5h2.4v14H5z"/>`),
  later: icon(svg`<path d="M5 5v14l11-7zM16.6 5H19v14h-2.4z"/>`),
  settings: icon(svg`<path d="M4 7h9M19 7h1M4 17h1M11 17h9" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/><circle cx="16" cy="7" r="2.5" fill="none" stroke="currentColor" stroke-width="2"/><circle cx="8" cy="17" r="2.5" fill="none" stroke="currentColor" stroke-width="2"/>`),
  fullScreen: icon(svg`<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5" fill="none" stroke="currentColor" stroke-width="2.4"/>`),
  leaveFullScreen: icon(svg`<path d="M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5" fill="none" stroke="currentColor" stroke-width="2.4"/>`),
  listening: icon(svg`<path d="M4 14v-2a8 8 0 0 1 16 0v2" fill="none" stroke="currentColor" stroke-width="2"/><path d="M3 14h4v6H5a2 2 0 0 1-2-2zM21 14h-4v6h2a2 2 0 0 0 2-2z"/>`),
};
