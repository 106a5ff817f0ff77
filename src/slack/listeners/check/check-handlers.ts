import { checkActions } from '../../../../blocks/check/check-ids.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import { showCheck } from './show-check.ts';

/** The buttons of the check. */
export const checkHandlers: readonly ClickHandler[] = [
  { match: checkActions.check, handle: (deps, click) => showCheck(deps, click, click.value) },
];
