import type { StepType } from '../../domain/definition.ts';
import { html, type SafeHtml } from './html.ts';

/** Paths on a grid of 24 by 24, drawn with a stroke of the text's colour. */
const paths = {
  prompt: 'M4 5h16v11H9l-5 4z M8 9h8 M8 12h5',
  agent: 'M5 9h14v10H5z M12 9V5 M9 14v1 M15 14v1 M10 5h4',
  human: 'M12 4v16 M5 20h14 M5 8h14 M5 8l-3 6h6z M19 8l-3 6h6z',
  message: 'M3 6h18v12H3z M3 7l9 7 9-7',
  tool: 'M14 6a4 4 0 0 0 5 5l-9 9-4-4 9-9z',
  wait: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z M12 7v5l4 2',
  board: 'M4 4h4v16H4z M10 4h4v10h-4z M16 4h4v13h-4z',
  audit: 'M6 3h12v18H6z M9 8h6 M9 12h6 M9 16h4',
  out: 'M10 4H5v16h5 M14 8l5 4-5 4 M19 12H9',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z M12 7v5l3 3',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4 21c0-5 4-7 8-7s8 2 8 7',
  done: 'M5 13l4 4L19 7',
  stop: 'M12 3l10 18H2z M12 10v5 M12 18v.5',
  cancel: 'M6 6l12 12 M18 6L6 18',
  pause: 'M8 5v14 M16 5v14',
  plus: 'M12 5v14 M5 12h14',
} as const;
export type IconName = keyof typeof paths;

const iconOfStep: Readonly<Record<StepType, IconName>> = {
  USER_MESSAGE: 'message',
  HUMAN: 'human',
  PROMPT: 'prompt',
  AGENT: 'agent',
  TOOL: 'tool',
  WAIT: 'wait',
};

/** A picture beside words that say the same: nothing is read out for it. */
export function icon(name: IconName): SafeHtml {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="${paths[name]}"/></svg>`;
}

/** The kind of a step as a picture and a word. */
export function stepBadge(type: StepType, word: string): SafeHtml {
  return html`<span class="badge badge-${iconOfStep[type]}">${icon(iconOfStep[type])} ${word}</span>`;
}
