import { delegatorOf } from '../../../src/domain/asks.ts';
import { type Effect, type MessageRef, askKey, taskCardKey } from '../../../src/domain/effect.ts';
import { currentStepExecution } from '../../../src/domain/execution.ts';
import type { EffectPerformer, EffectResult, Task } from '../../../src/engine/effect-performer.ts';
import type { ProcessGate } from './process-gate.ts';

/**
 * What the next call to Slack runs into. `busy`: it is not its turn. `fails`: it did not get there.
 * `lost-call`: no answer, and it did not arrive. `lost-answer`: no answer, and it did arrive. `throws`:
 * the same, as a programming error. `dead`: refused for good. `blind`: the search for an earlier
 * message finds out nothing.
 */
export type SlackFault = (typeof slackFaults)[number];
export const slackFaults = ['busy', 'fails', 'lost-call', 'lost-answer', 'throws', 'dead', 'blind'] as const;

/** One try of an effect. Moments count the calls that reached Slack. */
export interface Performance {
  effect: Effect;
  /** Whose it is. */
  process: string;
  executionId: string;
  orgId: string;
  /** The version of the execution that was shown. */
  v: number;
  beganAt: number;
  /** When it looked for an earlier message; null when it did not. */
  lookedAt: number | null;
  result: EffectResult['kind'] | 'thrown' | null;
  /** Whom it asked; null when it asked nobody. */
  recipient: string | null;
}

export interface SentMessage {
  key: string;
  ref: MessageRef;
  sentAt: number;
  by: Performance;
}

const busyMs = 3_600_000;

/** Slack, as the effects see it: keeps every message, and the key that it was sent under. */
export class SimulatedSlack {
  readonly messages: SentMessage[] = [];
  readonly performances: Performance[] = [];
  readonly faults: SlackFault[] = [];
  #moment = 0;

  /** What one process uses. It behaves as the real one does: `src/slack/effects`. */
  performer(gate: ProcessGate): EffectPerformer {
    return {
      perform: async (effect, task) => {
        const { id: executionId, orgId, v } = task.execution;
        const performance: Performance = {
          effect,
          process: gate.name,
          executionId,
          orgId,
          v,
          beganAt: this.#nextMoment(),
          lookedAt: null,
          result: null,
          recipient: null,
        };
        this.performances.push(performance);
        try {
          const result = await this.#perform(gate, performance, task);
          performance.result = result.kind;
          return result;
        } catch (error) {
          performance.result = 'thrown';
          throw error;
        }
      },
    };
  }

  async #perform(gate: ProcessGate, performance: Performance, task: Task): Promise<EffectResult> {
    const { effect } = performance;
    const { execution, messages } = task;
    switch (effect.kind) {
      case 'task-card':
        if (messages[taskCardKey] !== undefined) return this.#update(gate, effect);
        return this.#post(gate, performance, `${execution.id}:${taskCardKey}`, taskCardKey);
      case 'ask': {
        const key = askKey(effect.stepIndex, effect.recipientIndex);
        const recipient = openAssignee(task, effect.stepIndex, effect.recipientIndex);
        if (recipient === undefined || messages[key] !== undefined) return { kind: 'done' };
        // Who stands in for somebody is found out first; here nobody does, until somebody says so.
        if (delegatorOf(recipient) !== null) return { kind: 'done' };
        performance.recipient = recipient;
        return this.#post(gate, performance, `${execution.id}:${key}`, key);
      }
      case 'update-asks':
        return this.#update(gate, effect);
      case 'remind':
        if (openAssignee(task, effect.stepIndex, effect.recipientIndex) === undefined)
          return { kind: 'done' };
        return this.#post(gate, performance, effect.id, null);
      case 'run-step':
        return { kind: 'done' };
      case 'step-note':
      case 'run-file':
      case 'outcome-note':
      case 'owner-note':
        return this.#post(gate, performance, effect.id, null);
    }
  }

  /** A change that was made already changes nothing, so it need not be looked for. */
  async #update(gate: ProcessGate, effect: Effect): Promise<EffectResult> {
    await gate.pass(`${effect.kind} update`);
    const fault = this.faults.shift();
    await gate.pass(`${effect.kind} updated`);
    return failure(fault) ?? { kind: 'done' };
  }

  async #post(
    gate: ProcessGate,
    performance: Performance,
    key: string,
    rememberAs: string | null,
  ): Promise<EffectResult> {
    const { effect } = performance;
    if (effect.maybeSent) {
      await gate.pass(`${effect.kind} look`);
      if (this.faults[0] === 'blind') {
        this.faults.shift();
        return { kind: 'retry', afterMs: 1_000, error: 'cannot look for the message yet', maybeSent: true };
      }
      performance.lookedAt = this.#nextMoment();
      const found = this.messages.find((message) => message.key === key);
      if (found !== undefined) return done(rememberAs, found.ref);
    }
    await gate.pass(`${effect.kind} post`);
    const fault = this.faults.shift();
    const arrives = fault === undefined || fault === 'lost-answer' || fault === 'throws' || fault === 'blind';
    const sentAt = this.#nextMoment();
    const ref = { channelId: `C${performance.orgId.slice(0, 6)}`, ts: `${sentAt}.0` };
    if (arrives) this.messages.push({ key, ref, sentAt, by: performance });
    await gate.pass(`${effect.kind} posted`);
    return failure(fault) ?? done(rememberAs, ref);
  }

  #nextMoment(): number {
    this.#moment += 1;
    return this.#moment;
  }
}

function failure(fault: SlackFault | undefined): EffectResult | null {
  switch (fault) {
    case undefined:
    case 'blind':
      return null;
    case 'busy':
      return { kind: 'wait', afterMs: busyMs, error: 'rate limited' };
    case 'fails':
      return { kind: 'retry', afterMs: 1_000, error: 'no connection', maybeSent: false };
    case 'lost-call':
    case 'lost-answer':
      return { kind: 'retry', afterMs: 1_000, error: 'no answer', maybeSent: true };
    case 'throws':
      throw new Error('a fault in the performer');
    case 'dead':
      return { kind: 'dead', error: 'channel_not_found' };
  }
}

function done(rememberAs: string | null, ref: MessageRef): EffectResult {
  return rememberAs === null ? { kind: 'done' } : { kind: 'done', messages: { [rememberAs]: ref } };
}

function openAssignee({ execution }: Task, stepIndex: number, recipientIndex: number): string | undefined {
  if (execution.status !== 'RUNNING') return undefined;
  const current = currentStepExecution(execution);
  if (current?.index !== stepIndex || current.status !== 'STARTED') return undefined;
  const ask = current.asks[recipientIndex];
  return ask?.closed === null ? ask.recipient : undefined;
}
