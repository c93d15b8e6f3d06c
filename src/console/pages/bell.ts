import { html } from 'ghtml';

export const BELL = html`<svg width="22" height="22" viewBox="0 0 24 24" fill="none" aria-hidden="true"><path d="M12 3v2M7 17V11a5 5 0 0 1 10 0v6l2 2.2H5L7 17Z" stroke="currentColor" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/><path d="M10 21.5h4" stroke="currentColor" stroke-width="2" stroke-linecap="round"/></svg>`;
