import type { KnownBlock } from '@slack/types';
import { timeText } from '../../src/domain/exploration-words.ts';
import { currentStepExecution, hasEnded } from '../../src/domain/execution.ts';
import { Move, maxMoves } from '../../src/domain/rehearsal.ts';
import { actions, bold, button, context, divider, header, message, section } from '../elements.ts';
import { clip, inline, oneLine } from '../escape.ts';
import { inputsLine } from '../inputs-summary.ts';
import { limits } from '../limits.ts';
import type { Message } from '../message.ts';
import { slackTime } from '../people.ts';
import { titleOfStep, withStepTitles } from '../task-view.ts';
import { rehearsalActions } from './rehearsal-ids.ts';
import { rehearsalSteps } from './rehearsal-steps.ts';
import type { RehearsalView } from './rehearsal-view.ts';
import { clickValue, moveButton } from './move-button.ts';
import { moveLine } from './move-line.ts';

const maxMovesShown = 8;

/** A rehearsal: what has happened, what people would see now, and what may happen next. Nobody can mistake it for a task. */
export function rehearsalMessage(view: RehearsalView): Message {
  const { definition, execution } = view;
  const name = clip(inline(definition.name), 120);
  return message(`Rehearsal of ${name}: ${plainStatus(view)}`, [
    header(clip(`🎭 Rehearsal: ${oneLine(definition.name)}`, limits.headerText)),
    context('*Nothing here is real:* nobody else sees it, nobody is asked, and no model or tool is used.'),
    context(aboutLine(view)),
    ...historyBlocks(view),
    divider(),
    ...(hasEnded(execution) || execution.status === 'FAILED'
      ? [section(endText(view))]
      : rehearsalSteps(view)),
    divider(),
    ...controlBlocks(view),
  ]);
}

function aboutLine({ definition, inputs, isBehind, now, startedAt }: RehearsalView): string {
  const given = inputsLine(inputs, definition.inputsSchema);
  const passed = now.getTime() - startedAt.getTime();
  const behind = isBehind ? 'The workflow was changed since: start over to rehearse it as it is now.' : '';
  return [
    `Revision ${definition.revision}`,
    given === '' ? '' : `started with ${given}`,
    passed === 0 ? '' : `in the rehearsal it is ${slackTime(now)}, ${timeText(passed)} after the start`,
    behind,
  ]
    .filter((text) => text !== '')
    .join('  ·  ');
}

function historyBlocks({ moves, definition: { steps } }: RehearsalView): KnownBlock[] {
  if (moves.length === 0) return [];
  const first = Math.max(moves.length - maxMovesShown, 0);
  const lines = moves.slice(first).map((move, index) => `${first + index + 1}. ${moveLine(move, steps)}`);
  const earlier = first === 0 ? [] : [`_… ${first} earlier_`];
  return [section(['*What has happened so far*', ...earlier, ...lines].join('\n'))];
}

function plainStatus({ execution, definition: { steps } }: RehearsalView): string {
  const at = currentStepExecution(execution)?.stepName;
  if (execution.status === 'RUNNING')
    return `the task is at ${at === undefined ? 'its start' : inline(titleOfStep(steps, at))}.`;
  return `the task is ${execution.status.toLowerCase()}.`;
}

function endText({ execution, startedAt, definition: { steps } }: RehearsalView): string {
  const path = execution.stack.map(({ stepName }) => inline(titleOfStep(steps, stepName))).join(' → ');
  const took = timeText(execution.updatedAt.getTime() - startedAt.getTime());
  const way = path === '' ? '' : `\n${clip(path, 1_500)}`;
  switch (execution.status) {
    case 'FAILED':
      return `🛑 *The task has stopped:* ${clip(inline(withStepTitles(execution.failure?.message ?? 'it failed.', steps)), 600)}${way}`;
    case 'COMPLETED':
      return `🏁 *The task is completed*, ${took} after its start.${way}`;
    case 'CANCELLED':
      return `🏁 *The task is cancelled.*${way}`;
    default:
      return `⌛ *The task has expired:* nobody did anything for a year.${way}`;
  }
}

const waits = ['1h', '1d', '2d', '1w'] as const;
const waitWords: Readonly<Record<(typeof waits)[number], string>> = {
  '1h': 'An hour passes',
  '1d': 'A day passes',
  '2d': 'Two days pass',
  '1w': 'A week passes',
};

function controlBlocks(view: RehearsalView): KnownBlock[] {
  const isOver = hasEnded(view.execution) || view.execution.status === 'FAILED';
  const isFull = view.moves.length >= maxMoves;
  const value = clickValue(view, null);
  const time = waits.flatMap((duration, index) =>
    moveButton(view, Move.parse({ type: 'wait', for: duration }), {
      text: waitWords[duration],
      index: 80 + index,
    }),
  );
  const untilNext = moveButton(view, Move.parse({ type: 'wait' }), {
    text: 'Until something happens',
    index: 90,
  });
  const isWaiting = view.next.some(({ type }) => type === 'wait');
  const steps = [
    ...(view.moves.length === 0
      ? []
      : [
          button({ text: 'Back one step', actionId: rehearsalActions.back, value }),
          button({ text: 'Start over', actionId: rehearsalActions.restart, value }),
        ]),
    button({ text: 'Other inputs…', actionId: rehearsalActions.openInputs, value }),
    button({ text: 'Save as scenario…', actionId: rehearsalActions.openSave, value }),
    button({ text: 'Try everything', actionId: rehearsalActions.explore, value: view.workflowId }),
  ];
  return [
    ...(isOver || isFull || !isWaiting ? [] : [actions([...time, ...untilNext])]),
    ...(isFull ? [context(`${bold('This rehearsal is long enough.')} Go back, or start over.`)] : []),
    actions(steps),
  ];
}
