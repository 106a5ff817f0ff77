import type { ActionsBlock, KnownBlock } from '@slack/types';
import { openAsks } from '../../src/domain/asks.ts';
import { findHandoff } from '../../src/domain/condition.ts';
import { type HumanStep, type Step, findStep, isAskStep, outcomesOf } from '../../src/domain/definition.ts';
import { type StepExecution, currentStepExecution } from '../../src/domain/execution.ts';
import { type JsonValue, isJsonObject } from '../../src/domain/json.ts';
import { Move } from '../../src/domain/rehearsal.ts';
import { askMessage } from '../ask.ts';
import { hasDecisionForm } from '../decision-form.ts';
import { actions, bold, button, context, section } from '../elements.ts';
import { clip, escapeMrkdwn, inline, quote } from '../escape.ts';
import { listRecipients, recipientMention, slackTime } from '../people.ts';
import { stepTitle, titleOrEnd } from '../task-view.ts';
import { clickValue, moveButton } from './move-button.ts';
import { rehearsalActions } from './rehearsal-ids.ts';
import type { RehearsalView } from './rehearsal-view.ts';

const maxPeopleWithButtons = 5;
const maxSuggestions = 8;
const maxPromptShown = 1_200;

/** What would be going on now: what is asked of people, with the buttons that they have; or what a machine is to give. */
export function rehearsalSteps(view: RehearsalView): KnownBlock[] {
  const visit = currentStepExecution(view.execution);
  const step = findStep(view.definition, visit?.stepId ?? null);
  if (visit === undefined || step === undefined) return [];
  if (isAskStep(step)) return askBlocks(view, step, visit);
  return step.type === 'WAIT' ? waitBlocks(view, step, visit) : runBlocks(view, step, visit);
}

function askBlocks(view: RehearsalView, step: Step, visit: StepExecution): KnownBlock[] {
  const { execution, definition } = view;
  const stepIndex = visit.index;
  const places = [...visit.asks.keys()].filter((place) => visit.asks[place]?.closed === null);
  const [first] = places;
  if (first === undefined) {
    const why = visit.unanswerable?.reason ?? 'Nobody is left who could do this step.';
    return [section(`⚠️ ${bold(stepTitle(step))} waits, and nobody can do it: ${inline(why)}`)];
  }
  const recipients = openAsks(visit).map(({ recipient }) => recipient);
  const { blocks } = askMessage({ execution, definition, stepIndex, recipientIndex: first });
  const others = places.slice(1, maxPeopleWithButtons);
  return [
    context(
      `👇 *This is what ${listRecipients(recipients, 'and')} would see now* (${inline(stepTitle(step))})`,
    ),
    ...blocks.flatMap((block) => rehearsed(block, view, step, recipients[0] ?? '')),
    context('👆 The buttons act in this rehearsal only.'),
    ...others.flatMap((place, row) => {
      const recipient = visit.asks[place]?.recipient ?? '';
      const buttons = answerButtons(view, step, recipient, 10 * (row + 1));
      return buttons.length === 0 ? [] : [context(`As ${recipientMention(recipient)}:`), actions(buttons)];
    }),
  ];
}

/** A block of the real message, with the buttons of the rehearsal in place of its own. */
function rehearsed(block: KnownBlock, view: RehearsalView, step: Step, recipient: string): KnownBlock[] {
  if (block.type === 'actions') {
    const buttons = answerButtons(view, step, recipient, 0);
    return buttons.length === 0 ? [] : [actions(buttons)];
  }
  const { block_id: _tiesToATask, ...shown } = block;
  return [shown as KnownBlock];
}

function answerButtons(
  view: RehearsalView,
  step: Step,
  by: string,
  firstIndex: number,
): ActionsBlock['elements'] {
  if (step.type === 'USER_MESSAGE') {
    const move = Move.parse({ type: 'complete', step: step.name, by });
    return moveButton(view, move, { text: 'Mark done', index: firstIndex, style: 'primary' });
  }
  if (step.type !== 'HUMAN') return [];
  return outcomesOf(step).flatMap(({ name, label, style, requireComment = false }, index) =>
    moveButton(view, Move.parse({ type: 'decide', step: step.name, outcome: name, by }), {
      text: label,
      index: firstIndex + index,
      style,
      asksFirst: requireComment || asksForForm(step, name),
    }),
  );
}

function asksForForm(step: HumanStep, outcome: string): boolean {
  return hasDecisionForm(step, outcome);
}

function runBlocks(view: RehearsalView, step: Step, visit: StepExecution): KnownBlock[] {
  const [what, asked] = askedOfMachine(step, visit.inputs);
  const { steps } = view.definition;
  const answers = view.next.filter((move) => move.type === 'answer').slice(0, maxSuggestions);
  const buttons = answers.flatMap((move, index) =>
    moveButton(view, move, { text: clip(suggestionText(steps, step, move), 70), index }),
  );
  const fails = view.next.filter((move) => move.type === 'fail');
  return [
    section(`🤖 ${bold(stepTitle(step))}: ${what}`),
    ...(asked === '' ? [] : [section(quote(escapeMrkdwn(clip(asked, maxPromptShown))))]),
    context('*Choose what comes back*, or type it:'),
    actions([
      ...buttons,
      ...fails.flatMap((move) => moveButton(view, move, { text: 'It fails', index: 70, style: 'danger' })),
      button({ text: 'Type it…', actionId: rehearsalActions.typeOutput, value: clickValue(view, null) }),
    ]),
  ];
}

/** Which way it goes, and by what. */
function suggestionText(steps: readonly Step[], step: Step, move: Extract<Move, { type: 'answer' }>): string {
  const { output, outcome } = move;
  const handoff = findHandoff(step.handoffs ?? [], { output, outcome });
  const way = handoff === undefined ? '' : `${handoff.condition} → ${titleOrEnd(steps, handoff.to)}: `;
  return `${way}${shortly(output)}`;
}

function shortly(output: JsonValue): string {
  return typeof output === 'string' ? `“${output}”` : JSON.stringify(output);
}

function askedOfMachine(step: Step, inputs: StepExecution['inputs']): [what: string, asked: string] {
  switch (step.type) {
    case 'PROMPT':
      return ['a model would be asked', textOf(inputs['prompt'])];
    case 'AGENT':
      return ['an agent would be given this task', textOf(inputs['task'])];
    case 'TOOL':
      return [`the tool \`${inline(step.tool)}\` would be called`, textOf(inputs['arguments'])];
    default:
      return ['', ''];
  }
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return isJsonObject(value) || Array.isArray(value) ? JSON.stringify(value, null, 2) : String(value);
}

function waitBlocks(view: RehearsalView, step: Step, visit: StepExecution): KnownBlock[] {
  if (step.type !== 'WAIT') return [];
  const title = bold(stepTitle(step));
  if (step.signal === undefined) {
    const until = visit.timers.wakeAt;
    return [section(`⏳ ${title} waits${until === null ? '' : ` until ${slackTime(until)}`}.`)];
  }
  const signals = view.next.filter((move) => move.type === 'signal').slice(0, maxSuggestions);
  const buttons = signals.flatMap((move, index) =>
    moveButton(view, move, {
      text: clip(move.payload === null ? `It comes` : `It comes with ${shortly(move.payload)}`, 70),
      index,
    }),
  );
  return [
    section(`⏳ ${title} waits for the signal \`${inline(step.signal)}\`.`),
    actions([
      ...buttons,
      button({
        text: 'Type what it brings…',
        actionId: rehearsalActions.typeOutput,
        value: clickValue(view, null),
      }),
    ]),
  ];
}
