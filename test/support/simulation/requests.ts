import type { ExecutionState } from '../../../src/domain/execution.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import type { ExecutionCommand } from '../../../src/engine/engine.ts';
import { person, programKey } from '../builders.ts';
import { signalName } from './workflow-arbitrary.ts';
import type { World } from './world.ts';

export const orgIds = [deriveId('org', 'left'), deriveId('org', 'right')] as const;

/** Who asks for what. Each number is taken modulo what there is. */
export interface RequestChoices {
  process: number;
  task: number;
  person: number;
  /** They click on the message of an old step. */
  isLate: boolean;
  /** They belong to the other org. */
  isForeign: boolean;
}

/** Bo is asked by every step, Eve only after an escalation, Fay only when she is named instead; Ana starts the tasks. */
const people = ['bo', 'chi', 'ana', 'dee', 'eve', 'fay'].map((name) => person(name));

export interface StartChoices {
  process: number;
  org: number;
  key: number | null;
  hasNote: boolean;
}

export function start(world: World, { process, org, key, hasNote }: StartChoices): void {
  const orgId = orgIds[org] ?? orgIds[0];
  const one = pick(world.living(), process);
  if (one === undefined) return;
  world.send(one, {
    kind: 'start',
    start: {
      orgId,
      workflowId: deriveId('workflow', orgId),
      inputs: hasNote ? { note: 'this' } : {},
      startedBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
      origin: { kind: 'slack', channelId: 'C0GEN', threadTs: null },
      startKey: key === null ? null : `view:V${key}`,
    },
  });
}

export interface DecisionChoices {
  choices: RequestChoices;
  outcome: string;
}

/** Does what the step that somebody sees asks for: decides it, or marks it done. */
export function decide(world: World, { choices, outcome }: DecisionChoices): void {
  send(world, choices, (state) => {
    const isDecided = choices.isLate || state.stack.at(-1)?.type === 'HUMAN';
    return isDecided ? decision(state, choices, outcome) : completion(state, choices);
  });
}

/** Two people at the same moment, on two processes, with the same or another outcome. */
export function decideTwice(world: World, { choices, outcome }: DecisionChoices): void {
  const second = { ...choices, process: choices.process + 1, person: choices.person + 1 };
  decide(world, { choices, outcome: 'approved' });
  decide(world, { choices: second, outcome });
}

export function complete(world: World, choices: RequestChoices): void {
  send(world, choices, (state) => completion(state, choices));
}

export function cancel(world: World, choices: RequestChoices): void {
  send(world, choices, () => ({ type: 'cancel', reason: null, by: programKey }));
}

export function retry(world: World, choices: RequestChoices): void {
  send(world, choices, () => ({ type: 'retry', by: programKey }));
}

export function signal(world: World, choices: RequestChoices): void {
  const name = choices.isLate ? 'other' : signalName;
  send(world, choices, () => ({ type: 'signal', name, payload: null, by: programKey }));
}

/** Somebody sends a task to a step, or to the end, by hand; also to steps that there are not. */
export function reroute(world: World, { choices, to }: Pick<HandoverChoices, 'choices' | 'to'>): void {
  const target = to > 3 ? 'complete' : `step_${to}`;
  send(world, choices, () => ({ type: 'reroute', to: target, reason: 'by hand', by: programKey }));
}

/** Whoever may manage the workflow edits it, and moves a task to what it is then. */
export function move(world: World, choices: RequestChoices): void {
  send(world, choices, ({ orgId, workflowId }) => {
    world.edit(orgIds.findIndex((one) => one === orgId));
    return { type: 'move', to: world.workflows.newest(workflowId), by: programKey };
  });
}

export interface HandoverChoices {
  choices: RequestChoices;
  /** Who is asked instead. */
  to: number;
  /** Which of the asks is given away; null: whoever asks says nothing of it. */
  from: number | null;
}

/** Somebody gives an ask to somebody else; the sixth person is a program that may manage the workflow. */
export function reassign(world: World, { choices, to, from }: HandoverChoices): void {
  send(world, choices, (state) => {
    const isProgram = choices.person === 5;
    const open = state.stack.at(-1)?.asks.filter(({ closed }) => closed === null) ?? [];
    return {
      type: 'reassign',
      stepExecutionId: stepOf(state, choices.isLate),
      from: from === null ? null : (pick(open, from)?.recipient ?? 'U0BO'),
      to: [namedAs(to)],
      note: null,
      canManage: isProgram,
      by: isProgram ? programKey : (pick(people, choices.person) ?? programKey),
    };
  });
}

/** By the Slack user id or by the email, so that who is excluded may be asked without the engine knowing. */
function namedAs(at: number): string {
  const one = pick(people, at);
  return (at % 2 === 0 ? one?.email : one?.userId) ?? 'U0BO';
}

/** Somebody is away, and names who stands in, or nobody. */
export function delegate(world: World, { choices, to, from }: HandoverChoices): void {
  send(world, choices, (state) => {
    const by = pick(people, choices.person) ?? person('bo');
    return {
      type: 'delegate',
      stepExecutionId: stepOf(state, choices.isLate),
      from: by.userId,
      to: from === null ? null : (pick(people, to)?.userId ?? null),
      reason: 'away',
      by,
    };
  });
}

/** The edge finds that nobody is left. */
export function reportUnanswerable(world: World, choices: RequestChoices): void {
  send(world, choices, (state) => ({
    type: 'report-unanswerable',
    stepExecutionId: stepOf(state, choices.isLate),
    reason: `Nobody is in group ${choices.person}.`,
    by: programKey,
  }));
}

/** Somebody votes, and at once otherwise. */
export function changeMind(world: World, { choices, outcome }: DecisionChoices): void {
  decide(world, { choices, outcome });
  decide(world, { choices, outcome: outcome === 'approved' ? 'rejected' : 'approved' });
}

/** The same request once more, as Slack and impatient people send it. */
export function repeat(world: World, { process, operation }: { process: number; operation: number }): void {
  const earlier = pick(world.operations.toReversed(), operation);
  const one = pick(world.living(), process);
  if (one !== undefined && earlier !== undefined) world.send(one, earlier.request);
}

function completion(state: ExecutionState, choices: RequestChoices): ExecutionCommand {
  const stepExecutionId = stepOf(state, choices.isLate);
  // One of six is a program, which may also end a wait.
  const by = choices.person === 5 ? programKey : (pick(people, choices.person) ?? programKey);
  return { type: 'complete', stepExecutionId, outcome: null, comment: null, output: { ok: true }, by };
}

function decision(state: ExecutionState, choices: RequestChoices, outcome: string): ExecutionCommand {
  const by = pick(people, choices.person) ?? people[0];
  const stepExecutionId = stepOf(state, choices.isLate);
  if (by === undefined) throw new Error('there is nobody');
  return { type: 'decide', stepExecutionId, outcome, comment: 'because', output: null, by };
}

function send(
  world: World,
  { process, task, isForeign }: RequestChoices,
  makeCommand: (state: ExecutionState) => ExecutionCommand,
): void {
  const one = pick(world.living(), process);
  const record = pick(world.records().toReversed(), task);
  if (one === undefined || record === undefined) return;
  const { id: executionId, orgId } = record.state;
  const askedOrgId = isForeign ? (orgIds.find((other) => other !== orgId) ?? orgId) : orgId;
  world.send(one, { kind: 'execute', orgId: askedOrgId, executionId, command: makeCommand(record.state) });
}

function stepOf({ stack }: ExecutionState, isLate: boolean): string {
  return (isLate ? stack.at(-2) : undefined)?.id ?? stack.at(-1)?.id ?? '';
}

function pick<T>(from: readonly T[], at: number): T | undefined {
  return from[at % Math.max(1, from.length)];
}
