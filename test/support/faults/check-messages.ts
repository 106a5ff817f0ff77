import { askMessage } from '../../../blocks/ask.ts';
import type { Message } from '../../../blocks/message.ts';
import { taskCard } from '../../../blocks/task-card.ts';
import { askKey, readAskKey, taskCardKey } from '../../../src/domain/effect.ts';
import type { EventType } from '../../../src/domain/event.ts';
import type { StepExecution } from '../../../src/domain/execution.ts';
import type { Evidence } from './evidence.ts';
import type { SentMessage } from './sent-message.ts';

const TOLD_OUTCOMES: readonly EventType[] = [
  'WORKFLOW_EXECUTION_COMPLETED',
  'WORKFLOW_EXECUTION_FAILED',
  'WORKFLOW_EXECUTION_CANCELLED',
  'WORKFLOW_EXECUTION_EXPIRED',
];

/** Every message was sent once, unless the bot has said which may be there twice; none without a committed effect, none is missing, and each shows the present state. */
export function checkMessages(evidence: Evidence): string[] {
  return [...checkSentOnce(evidence), ...checkNotes(evidence), ...checkSurfaces(evidence)];
}

function checkSentOnce({ state, delivery, sent, maybeTwice }: Evidence): string[] {
  const broken: string[] = [];
  for (const key of new Set(sent.map((message) => message.key))) {
    const copies = sent.filter((message) => message.key === key);
    const isExplained = copies.length === 2 && copies.some(({ effectId }) => maybeTwice.has(effectId));
    if (copies.length !== 1 && !isExplained)
      broken.push(`the message ${key} was sent ${copies.length} times`);
    const [executionId = '', name = ''] = key.split(':');
    if (executionId !== state.id) broken.push(`the message ${key} belongs to a task that is not stored`);
    const isNote = /^\d+$/.test(name);
    if (isNote && Number(name) > state.lastEffectSeq) broken.push(`no effect asked for the message ${key}`);
    if (!isNote && delivery.messages[name] === undefined) broken.push(`the message ${key} is not remembered`);
  }
  return broken;
}

/** In the thread of the card: a note for each step that people or a deadline ended, for each escalation, and for the outcome. */
function checkNotes({ state, events, sent }: Evidence): string[] {
  const ended = state.stack.filter(({ status, assignees }) => status === 'COMPLETED' && assignees.length > 0);
  const escalated = events.filter(({ type }) => type === 'WORKFLOW_STEP_EXECUTION_ESCALATED');
  const outcomes = events.filter(({ type }) => TOLD_OUTCOMES.includes(type));
  const expected = ended.length + escalated.length + outcomes.length;
  const notes = sent.filter(({ key }) => /:\d+$/.test(key));
  const told = new Set(notes.map(({ key }) => key)).size;
  const card = sent.find(({ key }) => key === `${state.id}:${taskCardKey}`);
  const astray = notes.filter(({ shown }) => shown.thread_ts !== card?.ts);
  return [
    ...(told === expected ? [] : [`${told} notes were sent, not ${expected}`]),
    ...astray.map(({ key }) => `the note ${key} is not in the thread of the card`),
  ];
}

function checkSurfaces(evidence: Evidence): string[] {
  const { state: execution, definition } = evidence;
  const broken = checkSurface(evidence, taskCardKey, taskCard({ execution, definition }));
  for (const step of execution.stack) {
    for (const key of askKeysOf(step)) {
      const message = askMessage({
        execution,
        definition,
        stepIndex: step.index,
        recipientIndex: readAskKey(key)?.recipientIndex ?? 0,
      });
      broken.push(...checkSurface(evidence, key, message));
    }
  }
  return broken;
}

function askKeysOf({ index, asks, undeliverable }: StepExecution): string[] {
  return [...asks.entries()]
    .filter(([, ask]) => undeliverable.every(({ recipient }) => recipient !== ask.recipient))
    .map(([recipientIndex]) => askKey(index, recipientIndex));
}

function checkSurface({ state, delivery, sent }: Evidence, name: string, expected: Message): string[] {
  const message = sent.find(({ key }) => key === `${state.id}:${name}`);
  if (message === undefined) return [`the message ${name} was never sent`];
  const { channelId, ts, shown } = message;
  const ref = delivery.messages[name];
  const broken: string[] = [];
  if (ref?.channelId !== channelId || ref.ts !== ts)
    broken.push(`the message ${name} is remembered as another`);
  if (shown.text !== expected.text)
    broken.push(`the message ${name} says "${shown.text}", not "${expected.text}"`);
  if (buttonsOf(shown) !== buttonsOf(expected))
    broken.push(`the message ${name} has the buttons ${buttonsOf(shown)}`);
  return broken;
}

function buttonsOf({ blocks }: Message | SentMessage['shown']): string {
  return (JSON.stringify(blocks ?? []).match(/"action_id":"[^"]*"/g) ?? []).join();
}
