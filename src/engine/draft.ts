import { type Actor, systemActor } from '../domain/actor.ts';
import type { Definition, Step } from '../domain/definition.ts';
import { nextTimerAt } from '../domain/due.ts';
import type { Effect, EffectBody } from '../domain/effect.ts';
import { type EventDraft, type EventType, type ExecutionEvent, hashEvent } from '../domain/event.ts';
import type { ExecutionState, StepExecution } from '../domain/execution.ts';
import { deriveId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import { askedStep } from '../domain/tool-approval.ts';

/** What a transition gives back. `events` and `effects` are the new ones only. */
export interface Transition {
  execution: ExecutionState;
  events: ExecutionEvent[];
  effects: Effect[];
}

/**
 * A transition in the making: the rules write to it, `seal` turns it into the result. The state that it
 * was made from is never changed; what is unchanged stays the same object, so that a commit can
 * write only what differs.
 */
export class Draft {
  readonly definition: Definition;
  readonly now: Date;
  execution: ExecutionState;
  readonly #events: EventDraft[] = [];
  readonly #effects: EffectBody[] = [];

  constructor(definition: Definition, execution: ExecutionState, now: Date) {
    this.definition = definition;
    this.execution = execution;
    this.now = now;
  }

  update(changes: Partial<ExecutionState>): void {
    this.execution = { ...this.execution, ...changes };
  }

  /** The newest step execution. @throws when there is none, which the callers rule out */
  get current(): StepExecution {
    const current = this.execution.stack.at(-1);
    if (current === undefined) throw new Error('the execution has no step execution yet');
    return current;
  }

  push(stepExecution: StepExecution): void {
    this.update({ stack: [...this.execution.stack, stepExecution] });
  }

  updateCurrent(changes: Partial<StepExecution>): void {
    const updated = { ...this.current, ...changes };
    this.update({ stack: [...this.execution.stack.slice(0, -1), updated] });
  }

  emit(type: EventType, data: JsonObject = {}, actor: Actor = systemActor): void {
    this.#events.push({ type, stepId: null, stepName: null, actor, data });
  }

  /** An event about the newest step execution. */
  emitStep(type: EventType, data: JsonObject = {}, actor: Actor = systemActor): void {
    const { id, stepId, stepName, visit } = this.current;
    this.#events.push({ type, stepId, stepName, actor, data: { stepExecutionId: id, visit, ...data } });
  }

  /** The card shows the state after the transition, whenever it is asked for, so once is enough. */
  addEffect(effect: EffectBody): void {
    const isThere = effect.kind === 'task-card' && this.#effects.some(({ kind }) => kind === 'task-card');
    if (!isThere) this.#effects.push(effect);
  }

  /** The step of the definition that the newest step execution is a visit to, as people see it (`askedStep`). */
  get currentStep(): Step {
    const step = this.definition.steps.find((candidate) => candidate.id === this.current.stepId);
    if (step === undefined)
      throw new Error(`revision ${this.definition.revisionId} lacks step ${this.current.stepId}`);
    return askedStep(step, this.current);
  }

  /** Numbers and chains the events, numbers the effects, and sets the timer, `v` and `updatedAt`. */
  seal(): Transition {
    const events: ExecutionEvent[] = [];
    for (const draft of this.#events) events.push(this.#chain(draft, events.at(-1)));
    const { v, lastEventSeq, lastEventHash, lastEffectSeq } = this.execution;
    const effects = this.#effects.map((body, index) => this.#number(body, lastEffectSeq + index + 1));
    const last = events.at(-1);
    this.update({
      v: v + 1,
      updatedAt: this.now,
      timerAt: nextTimerAt(this.execution),
      lastEventSeq: last?.seq ?? lastEventSeq,
      lastEventHash: last?.hash ?? lastEventHash,
      lastEffectSeq: lastEffectSeq + effects.length,
    });
    return { execution: this.execution, events, effects };
  }

  #chain(draft: EventDraft, previous: ExecutionEvent | undefined): ExecutionEvent {
    const { id: executionId, orgId, workflowId, lastEventSeq, lastEventHash } = this.execution;
    const seq = (previous?.seq ?? lastEventSeq) + 1;
    const event = {
      ...draft,
      id: deriveId('event', executionId, seq),
      orgId,
      workflowId,
      executionId,
      seq,
      prevHash: previous?.hash ?? lastEventHash,
      createdAt: this.now,
    };
    return { ...event, hash: hashEvent(event) };
  }

  #number(body: EffectBody, seq: number): Effect {
    return {
      ...body,
      id: `${this.execution.id}:${seq}`,
      seq,
      createdAt: this.now,
      attempts: 0,
      notBefore: null,
      lastError: null,
      failingSince: null,
      maybeSent: false,
    };
  }
}
