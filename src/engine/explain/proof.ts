import type { EventType, ExecutionEvent } from '../../domain/event.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { ProvingEvent } from '../../domain/why.ts';
import type { WhyFacts } from './why-facts.ts';

const maxEvents = 8;

/** The newest events of these types since the task came to the step that it is at, oldest first. */
export function proofOf({ events }: WhyFacts, ...types: EventType[]): ProvingEvent[] {
  const since = events.findLastIndex(({ type }) => type === 'WORKFLOW_STEP_EXECUTION_SCHEDULED');
  return events
    .slice(Math.max(since, 0))
    .filter(({ type }) => types.includes(type))
    .slice(-maxEvents)
    .map(toProof);
}

/** The newest event of one of the types, in the whole log. */
export function lastOf({ events }: WhyFacts, ...types: EventType[]): ProvingEvent[] {
  const found = events.findLast(({ type }) => types.includes(type));
  return found === undefined ? [] : [toProof(found)];
}

function toProof(event: ExecutionEvent): ProvingEvent {
  const { seq, type, createdAt, stepName } = event;
  return { seq, type, at: createdAt, stepName, words: wordsOf(event) };
}

function wordsOf({ type, stepName, actor, data }: ExecutionEvent): string {
  const step = stepName === null ? '' : `"${stepName}"`;
  const by = actor.kind === 'system' ? '' : ` by ${actor.name ?? 'somebody'}`;
  switch (type) {
    case 'WORKFLOW_STEP_EXECUTION_STARTED':
      return Array.isArray(data['assignees'])
        ? `${texts(data['assignees'])} asked at ${step}`
        : `${step} was begun`;
    case 'WORKFLOW_STEP_EXECUTION_SCHEDULED':
      return `the task came to ${step}`;
    case 'WORKFLOW_STEP_EXECUTION_REMINDER':
      return `${texts(data['to'])} reminded`;
    case 'WORKFLOW_STEP_EXECUTION_DECIDED':
      return `"${textOf(data['outcome'])}" chosen${by}, ${textOf(data['votes'])} of ${textOf(data['required'])}`;
    case 'WORKFLOW_STEP_EXECUTION_REASSIGNED':
      return `given from ${texts(data['from'])} to ${texts(data['to'])}${by}`;
    case 'WORKFLOW_STEP_EXECUTION_ESCALATED':
      return textOf(data['detail']) || `escalated to ${texts(data['to'])}`;
    case 'WORKFLOW_STEP_EXECUTION_RETRIED':
      return `attempt ${textOf(data['attempt'])} set for ${textOf(data['at'])}`;
    default:
      return `${type.replace(/^WORKFLOW_(STEP_)?EXECUTION_/, '').toLowerCase()} ${step}${by}`.trim();
  }
}

function texts(value: JsonValue | undefined): string {
  const list = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  return list.length === 0 ? 'nobody' : list.join(', ');
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
