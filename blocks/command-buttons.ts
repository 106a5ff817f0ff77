import type { Button } from '@slack/types';
import { actionIds } from './action-ids.ts';
import { button } from './elements.ts';
import { limits } from './limits.ts';

export interface CommandChoice {
  text: string;
  /** What would be typed behind `/workflow`; see `commandText`. */
  command: string;
  style?: 'primary';
  /** Read out instead of `text`. */
  label?: string;
}

/** Buttons that do what a typed command would do. */
export function commandButtons(choices: readonly CommandChoice[]): Button[] {
  return choices.map(({ text, command, style, label }, index) =>
    button({
      text,
      actionId: `${actionIds.runCommand}:${index}`,
      value: command,
      style,
      ...(label === undefined ? {} : { label }),
    }),
  );
}

/** `start`, and what else was typed, as a button can carry it: what is too long is left out, never cut in two. */
export function commandText(start: string, rest: string): string {
  const whole = `${start} ${rest}`.trim();
  return whole.length <= limits.buttonValue ? whole : start;
}
