import type { KnownBlock } from '@slack/types';
import type { Definition } from '../../src/domain/definition.ts';
import type { ScenarioResult } from '../../src/domain/rehearsal.ts';
import { describeScenario, summarizeScenarios } from '../../src/domain/scenario-words.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { actions, bold, button, context, header, message, section } from '../elements.ts';
import { clip, oneLine } from '../escape.ts';
import { limits } from '../limits.ts';
import type { Message } from '../message.ts';
import { titleOfStep, withStepTitles } from '../task-view.ts';
import { recipientsIn, withMentions } from '../with-mentions.ts';
import { encodeScenarioRef, rehearsalActions } from './rehearsal-ids.ts';

/** The workflow that has the scenarios, as it is now. */
export interface Tested {
  workflow: Pick<Workflow, 'id' | 'name' | 'scenarios'>;
  definition: Pick<Definition, 'steps'>;
}

/** `All 3 scenarios pass`, or which fail and why; '' when there are none. Mrkdwn. */
export function scenariosLine(tested: Tested, results: readonly ScenarioResult[]): string {
  const summary = summarizeScenarios(results);
  if (summary === null) return '';
  const failing = results.find(({ passed }) => !passed);
  if (failing === undefined) return `✅ ${summary}`;
  return `❌ ${summary}: ${bold(clip(failing.name, 80))}. ${clip(say(tested, failing.problem ?? ''), 300)}`;
}

/** All scenarios of a workflow with how each ends now. */
export function scenariosMessage(
  tested: Tested,
  results: readonly ScenarioResult[],
  canEdit: boolean,
): Message {
  const { workflow } = tested;
  const begin = button({ text: 'Rehearse', actionId: rehearsalActions.begin, value: workflow.id });
  const title = header(clip(`Scenarios: ${oneLine(workflow.name)}`, limits.headerText));
  if (results.length === 0) {
    const text = 'There is no scenario yet. Rehearse the workflow, and save what should always work.';
    return message(text, [title, section(text), actions([begin])]);
  }
  const rows = results.flatMap((result, index) => scenarioRow(tested, result, index, canEdit));
  return message(scenariosLine(tested, results), [
    title,
    section(scenariosLine(tested, results)),
    ...rows,
    actions([begin]),
  ]);
}

function scenarioRow(tested: Tested, result: ScenarioResult, index: number, canEdit: boolean): KnownBlock[] {
  const { name, passed } = result;
  const { id: workflowId } = tested.workflow;
  const remove = button({
    text: 'Delete',
    actionId: `${rehearsalActions.deleteScenario}:${index}`,
    value: encodeScenarioRef({ workflowId, name }),
    label: `Delete ${name}`,
    confirm: {
      title: 'Delete this scenario?',
      text: 'It is no longer played when the workflow is changed.',
      confirm: 'Delete it',
      deny: 'Keep it',
    },
  });
  return [
    section(`${passed ? '✅' : '❌'} ${bold(clip(name, 100))}`, canEdit ? remove : undefined),
    context(clip(say(tested, describeScenario(withTitles(result, tested.definition))), 800)),
  ];
}

/** How it ended, with the steps as people call them. */
export function withTitles(result: ScenarioResult, { steps }: Pick<Definition, 'steps'>): ScenarioResult {
  const { problem, end } = result;
  return {
    ...result,
    problem: problem === null ? null : withStepTitles(problem, steps),
    end: end && { ...end, path: end.path.map((name) => titleOfStep(steps, name)) },
  };
}

/** With steps and people as everybody knows them, also people who act in a scenario and are asked no more. */
function say({ workflow: { scenarios = [] }, definition: { steps } }: Tested, text: string): string {
  const acting = scenarios.flatMap(({ startedBy, moves }) => [
    ...(startedBy === undefined ? [] : [startedBy]),
    ...moves.flatMap((move) => ('by' in move && move.by !== undefined ? [move.by] : [])),
  ]);
  return withMentions(withStepTitles(text, steps), [...recipientsIn(steps), ...acting]);
}
