import type { KnownBlock } from '@slack/types';
import type { ScenarioResult } from '../../src/domain/rehearsal.ts';
import { describeScenario, summarizeScenarios } from '../../src/domain/scenario-words.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { actions, bold, button, context, header, message, section } from '../elements.ts';
import { clip, inline, oneLine } from '../escape.ts';
import { limits } from '../limits.ts';
import type { Message } from '../message.ts';
import { encodeScenarioRef, rehearsalActions } from './rehearsal-ids.ts';

/** `All 3 scenarios pass`, or which fail and why; '' when there are none. Mrkdwn. */
export function scenariosLine(results: readonly ScenarioResult[]): string {
  const summary = summarizeScenarios(results);
  if (summary === null) return '';
  const failing = results.find(({ passed }) => !passed);
  if (failing === undefined) return `✅ ${summary}`;
  return `❌ ${summary}: ${bold(clip(failing.name, 80))}. ${clip(inline(failing.problem ?? ''), 300)}`;
}

/** All scenarios of a workflow with how each ends now. */
export function scenariosMessage(
  workflow: Pick<Workflow, 'id' | 'name'>,
  results: readonly ScenarioResult[],
  canEdit: boolean,
): Message {
  const begin = button({ text: 'Rehearse', actionId: rehearsalActions.begin, value: workflow.id });
  const title = header(clip(`Scenarios: ${oneLine(workflow.name)}`, limits.headerText));
  if (results.length === 0) {
    const text = 'There is no scenario yet. Rehearse the workflow, and save what should always work.';
    return message(text, [title, section(text), actions([begin])]);
  }
  const rows = results.flatMap((result, index) => scenarioRow(workflow, result, index, canEdit));
  return message(scenariosLine(results), [title, section(scenariosLine(results)), ...rows, actions([begin])]);
}

function scenarioRow(
  { id: workflowId }: Pick<Workflow, 'id'>,
  result: ScenarioResult,
  index: number,
  canEdit: boolean,
): KnownBlock[] {
  const { name, passed } = result;
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
    context(clip(inline(describeScenario(result)), 800)),
  ];
}
