import {
  decidePattern,
  deleteScenarioPattern,
  movePattern,
  rehearsalActions,
} from '../../../../blocks/rehearsal/rehearsal-ids.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import type { Click } from '../actions/click.ts';
import { beginRehearsal } from './begin-rehearsal.ts';
import { changeRehearsal, readRehearsalClick, withMove } from './change-rehearsal.ts';
import { exploreWorkflow } from './explore-workflow.ts';
import { openDecision, openInputs, openOutput, openSave } from './open-rehearsal-forms.ts';
import { removeScenario, showScenarios } from './scenarios.ts';

/** One entry per kind of button of a rehearsal. */
export const rehearsalHandlers: readonly ClickHandler[] = [
  { match: movePattern, handle: makeMove },
  { match: decidePattern, handle: openDecision },
  { match: rehearsalActions.typeOutput, handle: openOutput },
  { match: rehearsalActions.back, handle: goBack },
  { match: rehearsalActions.restart, handle: startOver },
  { match: rehearsalActions.openInputs, handle: openInputs },
  { match: rehearsalActions.openSave, handle: openSave },
  { match: rehearsalActions.begin, handle: (deps, click) => beginRehearsal(deps, click, click.value, {}) },
  { match: rehearsalActions.explore, handle: (deps, click) => exploreWorkflow(deps, click, click.value) },
  { match: rehearsalActions.showScenarios, handle: showScenarios },
  { match: deleteScenarioPattern, handle: removeScenario },
];

async function makeMove(deps: SlackDeps, click: Click): Promise<void> {
  const { move, ...about } = readRehearsalClick(click.value);
  if (move === null) return;
  await changeRehearsal(deps, click, about, (stored) => withMove(stored, move));
}

async function goBack(deps: SlackDeps, click: Click): Promise<void> {
  const about = readRehearsalClick(click.value);
  await changeRehearsal(deps, click, about, ({ moves }) => ({ moves: moves.slice(0, -1) }));
}

/** From the beginning, with the workflow as it is now. */
async function startOver(deps: SlackDeps, click: Click): Promise<void> {
  const about = readRehearsalClick(click.value);
  await changeRehearsal(deps, click, about, async ({ orgId, workflowId }) => {
    const { workflow } = await deps.workflows.get(orgId, workflowId);
    return { moves: [], revision: workflow.revision, startedAt: deps.clock.now() };
  });
}
