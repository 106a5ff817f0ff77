import { type RunStep, isRunStep } from '../../domain/definition.ts';
import { type ExecutionState, type StepExecution, currentStepExecution } from '../../domain/execution.ts';
import type { Slot } from '../../domain/provider-slots.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RunEnd } from '../../domain/run-end.ts';
import { AppError, errorMessage } from '../../errors.ts';
import { pause } from '../../timers.ts';
import type { ExecutionCommand, ReadExecution } from '../engine.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ClaimedRun, failedRun } from './claimed-run.ts';
import { ClaimWatch } from './claim-watch.ts';
import { runAgentStep } from './run-agent-step.ts';
import type { RunDeps } from './run-deps.ts';
import { type RunPlan, handlerOf, planRun } from './run-plan.ts';
import { runPromptStep } from './run-prompt-step.ts';
import { toReport } from './run-report.ts';
import { type RunTicket, decodeTicket, encodeTicket } from './run-ticket.ts';
import { runToolStep } from './run-tool-step.ts';
import { tellGiven } from './tell-given.ts';

const defaultTimeoutMs = 600_000;
const agentTimeoutMs = 1_800_000;
const maxRecordAttempts = 4;
const recordAgainMs = 500;

/**
 * Does the steps that models and tools do, several at once. A run is begun by whoever is told of it first: the
 * claim decides, so that being told twice, or by a job that Agenda runs twice, does no harm.
 */
export class StepRunner {
  readonly #deps: RunDeps;
  readonly #queue: WorkQueue;
  readonly #watches = new Set<ClaimWatch>();
  #isStopping = false;

  constructor(deps: RunDeps) {
    this.#deps = deps;
    this.#queue = new WorkQueue(deps.options.maxParallel, (key) => this.#work(key));
  }

  /** Begins the run soon, if it is there to be begun. */
  begin(ticket: RunTicket): void {
    if (!this.#isStopping) this.#queue.add(encodeTicket(ticket));
  }

  /** Resolves when everything that was begun has come to an end. */
  async idle(): Promise<void> {
    await this.#queue.whenIdle();
  }

  /** Begins nothing more, and gives back what it is doing. To be called while the engine still takes commands. */
  async stop(timeoutMs: number): Promise<void> {
    this.#isStopping = true;
    for (const watch of this.#watches) watch.stop('stopping');
    await Promise.race([this.idle(), pause(this.#deps.timers, timeoutMs)]);
  }

  async #work(key: string): Promise<void> {
    const ticket = decodeTicket(key);
    if (ticket === null || this.#isStopping) return;
    try {
      await this.#begin(ticket);
    } catch (error) {
      if (error instanceof Refusal) return;
      this.#deps.logger.warn(
        { ...ticket, err: error },
        'a run could not be begun or ended; it is tried again when it is due',
      );
    }
  }

  async #begin(ticket: RunTicket): Promise<void> {
    const task = await this.#deps.engine.read(ticket.orgId, ticket.executionId);
    const found = findRun(task, ticket);
    if (found === null) return;
    const plan = await planRun(this.#deps, ticket, found.step);
    if (!found.isOpen) return this.#leaveQueue(ticket, plan);
    if (found.stepExecution.status !== 'SCHEDULED' || this.#isTooEarly(found.stepExecution)) return;
    if (plan.kind === 'wait') {
      const wait = { kind: 'no-provider', message: plan.message } as const;
      return this.#hold(ticket, wait, this.#deps.options.lookAgainMs);
    }
    const slot = await this.#takeSlot(ticket, plan);
    if (slot === 'queued') return;
    try {
      await this.#claimAndRun(ticket, found, plan, slot);
    } finally {
      if (slot !== null) await this.#giveBack(ticket, slot);
    }
  }

  #isTooEarly({ run, timers }: StepExecution): boolean {
    return (
      run?.waiting?.kind === 'retrying' && timers.wakeAt !== null && timers.wakeAt > this.#deps.clock.now()
    );
  }

  /** @returns null when none is needed; `queued` when others come first, which the task then says */
  async #takeSlot(ticket: RunTicket, plan: RunPlan): Promise<Slot | null | 'queued'> {
    if (plan.kind !== 'prompt' && plan.kind !== 'agent') return null;
    const { provider } = plan.model;
    const { slots, clock } = this.#deps;
    const answer = await slots.acquire({ provider, orgId: ticket.orgId, ticket: encodeTicket(ticket) });
    await this.#wake(answer.given);
    if (answer.kind === 'slot') return answer.slot;
    const { queuedBehind, askAgainAt } = answer;
    const ahead = queuedBehind === 0 ? 'It is next' : `${queuedBehind} came earlier`;
    const message = `All places of the model provider "${provider}" are taken. ${ahead}.`;
    await this.#hold(ticket, { kind: 'queued', message }, askAgainAt.getTime() - clock.now().getTime());
    return 'queued';
  }

  async #hold(
    { orgId, executionId, stepExecutionId }: RunTicket,
    wait: { kind: 'no-provider' | 'queued'; message: string },
    againAfterMs: number,
  ): Promise<void> {
    await this.#deps.engine.execute(orgId, executionId, {
      type: 'hold-run',
      stepExecutionId,
      wait,
      againAfterMs,
    });
  }

  async #claimAndRun(
    ticket: RunTicket,
    { step, stepExecution }: Found,
    plan: RunPlan,
    slot: Slot | null,
  ): Promise<void> {
    const { engine, newToken, options } = this.#deps;
    const { orgId, executionId, stepExecutionId } = ticket;
    const token = newToken();
    const { leaseMs } = options;
    const claimed = await engine.execute(orgId, executionId, {
      type: 'start-run',
      stepExecutionId,
      token,
      leaseMs,
    });
    const current = currentStepExecution(claimed) ?? stepExecution;
    const timeoutMs = step.timeoutMs ?? (step.type === 'AGENT' ? agentTimeoutMs : defaultTimeoutMs);
    const watch = new ClaimWatch(this.#deps, { ticket, token, slot, timeoutMs });
    this.#watches.add(watch);
    if (this.#isStopping) watch.stop('stopping');
    try {
      // By the claim itself: somebody may have begun and died since the task was read.
      const isRepeated = (current.run?.startsWithoutEnd ?? 1) > 1;
      const attempt = current.run?.attempt ?? 1;
      const { signal } = watch;
      const run = { ticket, token, step, stepExecution: current, attempt, isRepeated, signal };
      const end = await this.#perform(run, plan);
      if (watch.reason === 'lost') return;
      const { report, ...ended } = this.#withReason(end, watch, step);
      const named = { ...report, handler: handlerOf(step, plan) };
      await this.#record(run, { ...ended, report: named } as RunEnd);
    } finally {
      watch.end();
      this.#watches.delete(watch);
    }
  }

  async #perform(run: ClaimedRun, plan: RunPlan): Promise<RunEnd> {
    this.#deps.failpoint?.('inside-run-step');
    try {
      if (plan.kind === 'prompt')
        return await runPromptStep(this.#deps, run as ClaimedRun<Of<'PROMPT'>>, plan.model);
      if (plan.kind === 'agent') return await runAgentStep(this.#deps, run as ClaimedRun<Of<'AGENT'>>, plan);
      if (plan.kind === 'tool') return await runToolStep(this.#deps, run as ClaimedRun<Of<'TOOL'>>);
      const { reason, message } = plan as Extract<RunPlan, { kind: 'impossible' }>;
      return failedRun(toReport([]), { reason, message });
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (error instanceof AppError) {
        const { code: reason, message, retryable: isRetryable, retryAfterMs } = error;
        return failedRun(toReport([]), { reason, message, isRetryable, retryAfterMs });
      }
      this.#deps.logger.error({ ...run.ticket, err: error }, 'a run threw');
      const message = `Something went wrong on Baton's side: ${errorMessage(error).slice(0, 200)}`;
      return failedRun(toReport([]), { reason: 'internal', message, isRetryable: true });
    }
  }

  /** A run that was stopped from outside did not fail by itself. */
  #withReason(end: RunEnd, { reason }: ClaimWatch, step: RunStep): RunEnd {
    // What is not to be called a second time says so, whoever stopped it.
    if (reason === null || end.kind !== 'failed' || !end.isRetryable) return end;
    const { report } = end;
    if (reason === 'stopping') return { kind: 'given-back', report };
    const message = `The step "${step.name}" was not done within its time.`;
    return failedRun(report, { reason: 'timeout', message, isRetryable: true });
  }

  /** The work was done, and is not to be lost because the database is away for a moment. */
  async #record({ ticket, token }: ClaimedRun, end: RunEnd): Promise<void> {
    const { stepExecutionId } = ticket;
    const { stack } = await this.#executeStubbornly(ticket, { type: 'end-run', stepExecutionId, token, end });
    const { id, status } = stack.at(-1) ?? {};
    const goesOn = id === stepExecutionId && (status === 'SCHEDULED' || status === 'STARTED');
    const { stepRuns } = this.#deps;
    const claim = { stepExecutionId, token };
    await (goesOn ? stepRuns.clearLog(claim) : stepRuns.remove(claim));
  }

  async #executeStubbornly(
    { orgId, executionId }: RunTicket,
    command: ExecutionCommand,
  ): Promise<ExecutionState> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#deps.engine.execute(orgId, executionId, command);
      } catch (error) {
        const isHopeless = error instanceof AppError && !error.retryable;
        if (isHopeless || attempt === maxRecordAttempts) throw error;
        await pause(this.#deps.timers, recordAgainMs * attempt);
      }
    }
  }

  /** A claim that was refused may be that of another worker, who has the same slot. */
  async #giveBack(ticket: RunTicket, slot: Slot): Promise<void> {
    const task = await this.#deps.engine.read(ticket.orgId, ticket.executionId);
    const found = findRun(task, ticket);
    const isDoneByAnother = found?.isOpen === true && found.stepExecution.run?.lease !== null;
    if (!isDoneByAnother) await this.#wake(await this.#deps.slots.release(slot));
  }

  async #leaveQueue(ticket: RunTicket, plan: RunPlan): Promise<void> {
    if (plan.kind !== 'prompt' && plan.kind !== 'agent') return;
    const { provider } = plan.model;
    const request = { provider, orgId: ticket.orgId, ticket: encodeTicket(ticket) };
    await this.#wake(await this.#deps.slots.leave(request));
  }

  #wake(given: readonly Slot[]): Promise<void> {
    return tellGiven(this.#deps, given);
  }
}

type Of<Type extends RunStep['type']> = Extract<RunStep, { type: Type }>;

interface Found {
  step: RunStep;
  stepExecution: StepExecution;
  /** False when the task has gone on without it. */
  isOpen: boolean;
}

function findRun({ state, definition }: ReadExecution, { stepExecutionId }: RunTicket): Found | null {
  const stepExecution = state.stack.find(({ id }) => id === stepExecutionId);
  const step = definition.steps.find(({ id }) => id === stepExecution?.stepId);
  if (stepExecution === undefined || step === undefined || !isRunStep(step)) return null;
  const current = state.status === 'RUNNING' ? currentStepExecution(state) : undefined;
  const isOngoing = stepExecution.status === 'SCHEDULED' || stepExecution.status === 'STARTED';
  return { step, stepExecution, isOpen: current?.id === stepExecutionId && isOngoing };
}
