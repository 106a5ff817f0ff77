import type { KnownBlock } from '@slack/types';
import type { Definition, Step } from '../../src/domain/definition.ts';
import {
  type Finding,
  type PathPart,
  type Severity,
  severityWords,
  summarizeFindings,
} from '../../src/domain/finding.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { actionIds } from '../action-ids.ts';
import { authoringActions, encodeStepAction } from '../authoring/authoring-ids.ts';
import { actions, bold, button, context, header, message, section } from '../elements.ts';
import { clip, escapeMrkdwn, inline, oneLine, quote } from '../escape.ts';
import { limits } from '../limits.ts';
import type { Message } from '../message.ts';
import { uniqueStepTitle, withStepTitles } from '../task-view.ts';
import { recipientsIn, withMentions } from '../with-mentions.ts';
import { checkActions } from './check-ids.ts';
import { partOf } from './part-of-finding.ts';

export interface CheckView {
  workflow: Workflow;
  definition: Definition;
  findings: readonly Finding[];
  /** True where somebody wanted to activate it. Default false. */
  isRefused?: boolean;
  /** False where whoever sees it may not change it. Default true. */
  canEdit?: boolean;
}

/** All together little enough for Slack to take, which is some 13,000 characters. */
const maxShown = 7;
const maxDrawn = 8;

const marks: Readonly<Record<Severity, string>> = { error: '⛔', warning: '⚠️', undecided: '❔' };

/** What the check has found, each with the way that leads there and a button to mend it. */
export function checkMessage(view: CheckView): Message {
  const { workflow, findings, isRefused = false } = view;
  const summary = summarizeFindings(findings);
  const name = clip(inline(workflow.name), 150);
  const intro = checkIntro(workflow, findings, isRefused);
  const shown = findings.slice(0, maxShown);
  const more = findings.length - shown.length;
  const [first] = shown;
  const says = first === undefined ? '' : messageOf(view, first);
  return message(clip(`${name}: ${summary ?? 'the check has found nothing'}. ${says}`.trim(), 600), [
    header(clip(oneLine(`Check of ${workflow.name}`), limits.headerText)),
    section(summary === null ? `✅ ${intro}` : `${bold(summary)}  ·  ${intro}`),
    ...shown.flatMap((finding) => findingBlocks(view, finding)),
    ...(more > 0 ? [context(`… and ${more} more, once these are mended.`)] : []),
    actions([
      button({ text: 'Check again', actionId: checkActions.check, value: workflow.id }),
      button({ text: 'Open', actionId: actionIds.showWorkflow, value: workflow.id }),
    ]),
  ]);
}

/** One line for the card of a workflow, in mrkdwn. */
export function checkLine(findings: readonly Finding[]): string {
  const summary = summarizeFindings(findings);
  if (summary === null) return '✅ The check has found nothing.';
  const worst = findings.some(({ severity }) => severity === 'error') ? '⛔' : '⚠️';
  return `${findings.every(({ severity }) => severity === 'undecided') ? '❔' : worst} Check: ${summary}`;
}

/** What the findings mean for the workflow, in a sentence. `isRefused`: somebody wanted to activate it. */
export function checkIntro(
  { status }: Pick<Workflow, 'status'>,
  findings: readonly Finding[],
  isRefused: boolean,
): string {
  if (isRefused) return 'It was not activated. An error would stop its tasks: mend these first.';
  if (findings.length === 0)
    return 'Every step can be reached and can end, every outcome leads somewhere, and everything that is read is there.';
  if (status === 'ACTIVE') return 'It is active, and its tasks can run into this.';
  return findings.some(({ severity }) => severity === 'error')
    ? 'Errors keep it from being activated.'
    : 'Nothing of this keeps it from being activated.';
}

function findingBlocks(view: CheckView, finding: Finding): KnownBlock[] {
  const { severity, fix, path } = finding;
  const lines = [
    `${marks[severity]} ${bold(severityWords[severity])}  ${clip(messageOf(view, finding), 500)}`,
    ...(path.length > 1 || path[0]?.taken ? [drawPath(view.definition, path)] : []),
    `🔧 ${clip(inline(fix), 250)}`,
  ];
  return [section(lines.join('\n'), editButton(view, finding))];
}

/** What goes wrong, in mrkdwn, with steps and people as everybody knows them. */
function messageOf({ definition: { steps } }: CheckView, finding: Finding): string {
  return withMentions(withStepTitles(finding.message, steps), recipientsIn(steps));
}

function editButton({ workflow, definition, canEdit = true }: CheckView, finding: Finding) {
  const step = definition.steps.find(({ name }) => name === finding.stepName);
  if (step === undefined || !canEdit || workflow.status === 'ARCHIVED') return undefined;
  const { id: workflowId, revision } = workflow;
  const value = encodeStepAction({ workflowId, stepId: step.id, verb: partOf(finding, step), revision });
  const label = `Edit ${clip(uniqueStepTitle(definition.steps, step), 40)}`;
  return button({ text: 'Edit', actionId: authoringActions.stepMenu, value, label });
}

/** The way through the workflow from the top down, as a drawing of letters. */
function drawPath({ steps }: Definition, path: readonly PathPart[]): string {
  const isLong = path.length > maxDrawn;
  const drawn = isLong ? [...path.slice(0, 4), null, ...path.slice(-4)] : path;
  const lines = drawn.flatMap((part) => {
    if (part === null) return ['  ⋮'];
    const { stepName, taken } = part;
    return [titleOf(steps, stepName), ...(taken === null ? [] : [`  ↓ ${clip(oneLine(taken), 60)}`])];
  });
  const ends = path.at(-1)?.taken === null ? [] : ['✖'];
  return quote(escapeMrkdwn([...lines, ...ends].join('\n')));
}

function titleOf(steps: readonly Step[], name: string): string {
  const index = steps.findIndex((step) => step.name === name);
  const step = steps[index];
  return step === undefined ? name : `${index + 1}. ${clip(oneLine(uniqueStepTitle(steps, step)), 40)}`;
}
