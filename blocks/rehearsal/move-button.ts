import type { Button } from '@slack/types';
import type { Move } from '../../src/domain/rehearsal.ts';
import { button } from '../elements.ts';
import { encodeRehearsalClick, rehearsalActions } from './rehearsal-ids.ts';
import type { RehearsalView } from './rehearsal-view.ts';

type Shown = Pick<RehearsalView, 'id' | 'version'>;

export interface MoveButtonOptions {
  text: string;
  /** Tells the buttons of one block apart. */
  index: number;
  style?: 'primary' | 'danger' | undefined;
  /** Asks for a form or a reason first. */
  asksFirst?: boolean;
}

/** A button that makes a move; none when the move is too large for one. */
export function moveButton(view: Shown, move: Move, options: MoveButtonOptions): Button[] {
  const { text, index, style, asksFirst = false } = options;
  const value = encodeRehearsalClick({ rehearsalId: view.id, version: view.version, move });
  if (value === null) return [];
  const action = asksFirst ? rehearsalActions.decide : rehearsalActions.move;
  return [button({ text, actionId: `${action}:${index}`, value, style })];
}

/** The value of a button that is about the rehearsal as a whole. */
export function clickValue(view: Shown, move: Move | null): string {
  return encodeRehearsalClick({ rehearsalId: view.id, version: view.version, move }) ?? '';
}
