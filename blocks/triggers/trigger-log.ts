import type { Button, KnownBlock } from '@slack/types';
import { taskRef } from '../../src/domain/ids.ts';
import type { Trigger, TriggerKind } from '../../src/domain/trigger.ts';
import type { TriggerLogEntry } from '../../src/domain/trigger-log.ts';
import { nothingLogged } from '../../src/domain/trigger-words.ts';
import { button, context, message, section } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import type { Message } from '../message.ts';
import { slackTime } from '../people.ts';
import { encodeTriggerRef } from '../trigger-ref.ts';
import { triggerLine } from './starters.ts';
import { triggerActions } from './trigger-ids.ts';

/** How many decisions are shown; whoever reads one more knows whether there are others. */
export const maxLogShown = 20;

const decisionMarks = { started: '✅', skipped: '⏭️', refused: '🚫', failed: '⚠️' } as const;

/** What a trigger decided, newest first. */
export function logBlocks(kind: TriggerKind, log: readonly TriggerLogEntry[]): KnownBlock[] {
  if (log.length === 0) return [section(`*What it did*\n${nothingLogged[kind]}`)];
  const lines = log.slice(0, maxLogShown).map(({ at, decision, reason, executionId }) => {
    const what =
      executionId === null ? inline(reason ?? decision) : `started task \`${taskRef(executionId)}\``;
    return `${decisionMarks[decision]} ${slackTime(at)}: ${clip(what, 110)}`;
  });
  return [
    section(clip(`*What it did*\n${lines.join('\n')}`, 2_900)),
    context(
      log.length > maxLogShown
        ? 'The latest ones; the API has the others, for 90 days.'
        : 'Kept for 90 days.',
    ),
  ];
}

/** The same as a message, for triggers that have no form. */
export function triggerLogMessage(trigger: Trigger, log: readonly TriggerLogEntry[]): Message {
  const title = `What “${clip(inline(trigger.name), 80)}” did`;
  return message(title, [section(triggerLine(trigger)), ...logBlocks(trigger.kind, log)]);
}

/** Shows what the trigger did, and why. */
export function logButton({ id: triggerId, workflowId, name }: Trigger): Button {
  return button({
    text: 'What it did',
    actionId: triggerActions.log,
    value: encodeTriggerRef({ workflowId, triggerId }),
    label: `What ${name} did, and why`,
  });
}
