import type { Definition, Step } from '../../domain/definition.ts';
import type { ExplorationLimits, Way } from '../../domain/exploration.ts';
import { earliest } from '../../domain/due.ts';
import { hasEnded } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Move } from '../../domain/rehearsal.ts';
import { AppError } from '../../errors.ts';
import { applyMove } from './apply-move.ts';
import { byEachWhoMatters } from './deciders.ts';
import type { Transition } from '../draft.ts';
import type { Moment } from './pass-time.ts';
import { rehearsalStart, startRehearsal } from './play.ts';
import { possibleMoves } from './possible-moves.ts';
import { sampleInputs } from './sample-context.ts';
import { type SampledStep, sampleResults } from './sample-results.ts';
import { stateKey } from './state-key.ts';
import { type TemplateReads, readTemplates } from './template-reads.ts';
import { wayKey, wayTaken } from './ways.ts';

/** A situation that was reached, and by what. */
export interface Visited extends Moment {
  /** Its place among all; the shortest ways come first. */
  index: number;
  parent: Visited | null;
  /** Null for the start. */
  move: Move | null;
  inputs: JsonObject;
}

/** What was tried, for a report. */
export interface Explored {
  definition: Definition;
  visited: readonly Visited[];
  /** By `wayKey`, with the first situation that it led to. */
  taken: ReadonlyMap<string, { way: Way; visited: Visited }>;
  /** For each step that can be come back to, the first situation in which that has happened. */
  comeBack: ReadonlyMap<string, Visited>;
  /** Refusals and failures by step, as sentences. */
  troubles: ReadonlyMap<string, ReadonlySet<string>>;
  samples: (step: Step) => SampledStep;
  stoppedBecause: string | null;
}

const maxTroubles = 5;

/**
 * Tries everything that may happen to a task of the definition, the shortest ways first, until nothing is new. Where
 * a task's life of a year is too short for a timer, what is reached again earlier is tried again: there is more time left.
 * It only computes: each `step` looks at one situation, so that whoever drives it can stop at any time.
 */
export class Explorer {
  readonly #definition: Definition;
  readonly #limits: ExplorationLimits;
  readonly #reads: TemplateReads;
  readonly #starts: readonly JsonObject[];
  readonly #visited: Visited[] = [];
  /** When the same situation was reached first, and, where that matters, at the earliest. */
  readonly #reachedAt = new Map<string, Date>();
  readonly #taken = new Map<string, { way: Way; visited: Visited }>();
  readonly #comeBack = new Map<string, Visited>();
  readonly #troubles = new Map<string, Set<string>>();
  readonly #samples = new Map<string, SampledStep>();
  #next = 0;
  /** A task's life has ended before a timer of its step: what it can do yet depends on how long it has lived. */
  #isLifeShort = false;
  #stoppedBecause: string | null = null;

  /** @param inputs to start with. Default: some that are made from the inputs schema */
  constructor(definition: Definition, limits: ExplorationLimits, inputs: JsonObject | null = null) {
    this.#definition = definition;
    this.#limits = limits;
    this.#reads = readTemplates(definition);
    this.#starts = inputs === null ? sampleInputs(definition, this.#reads, rehearsalStart) : [inputs];
    if (this.#starts.length === 0)
      this.#stoppedBecause = 'no inputs were found that fit the inputs schema; give some';
    this.#begin();
  }

  /** Looks at one more situation. @returns false when there is none left, or a limit is reached */
  step(): boolean {
    const from = this.#visited[this.#next];
    if (from === undefined || this.#stoppedBecause !== null) return false;
    this.#next += 1;
    if (hasEnded(from.execution)) return true;
    const moves = possibleMoves(this.#definition, from.execution, this.samples);
    for (const move of byEachWhoMatters(this.#definition, from.execution, moves)) {
      try {
        const { transitions, ...moment } = applyMove(this.#definition, from, move);
        if (isCutOff(from, moment)) {
          this.#trouble(
            currentName(from),
            'The task ends a year after its start, and this step would be over later.',
          );
          if (!this.#isLifeShort) return this.#beginAnew();
        }
        this.#arrive(moment, transitions, { parent: from, move, inputs: from.inputs });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        this.#trouble(currentName(from), error.message);
      }
    }
    if (this.#visited.length < this.#limits.maxStates) return true;
    this.stop(`it has looked at ${this.#limits.maxStates} situations, which is the limit`);
    return false;
  }

  /** Ends it early. */
  stop(because: string): void {
    if (this.#next < this.#visited.length) this.#stoppedBecause ??= because;
  }

  get explored(): Explored {
    return {
      definition: this.#definition,
      visited: this.#visited,
      taken: this.#taken,
      comeBack: this.#comeBack,
      troubles: this.#troubles,
      samples: this.samples,
      stoppedBecause: this.#stoppedBecause,
    };
  }

  readonly samples = (step: Step): SampledStep => {
    const known = this.#samples.get(step.name);
    if (known !== undefined) return known;
    const sampled = sampleResults(this.#definition, step, this.#reads, rehearsalStart);
    this.#samples.set(step.name, sampled);
    return sampled;
  };

  /** Tries again what was tried, and more. @returns true: there is more to look at */
  #beginAnew(): true {
    this.#isLifeShort = true;
    this.#next = 0;
    this.#visited.length = 0;
    for (const found of [this.#reachedAt, this.#taken, this.#comeBack]) found.clear();
    this.#begin();
    return true;
  }

  #begin(): void {
    for (const inputs of this.#starts) {
      const { execution, now, started } = startRehearsal({ definition: this.#definition, inputs });
      this.#arrive({ execution, now }, [started], { parent: null, move: null, inputs });
    }
  }

  #arrive(
    moment: Moment,
    transitions: readonly Transition[],
    by: Pick<Visited, 'parent' | 'move' | 'inputs'>,
  ): void {
    const visited: Visited = { ...moment, ...by, index: this.#visited.length };
    for (const { events } of transitions) {
      for (const event of events) {
        const way = wayTaken(event);
        if (way !== null && !this.#taken.has(wayKey(way))) this.#taken.set(wayKey(way), { way, visited });
      }
    }
    const current = moment.execution.stack.at(-1);
    if (moment.execution.failure !== null && current !== undefined)
      this.#trouble(current.stepName, moment.execution.failure.message);
    if (current?.unanswerable) this.#trouble(current.stepName, current.unanswerable.reason);
    if (current !== undefined && current.visit > 1 && !this.#comeBack.has(current.stepId))
      this.#comeBack.set(current.stepId, visited);
    const key = stateKey(this.#definition, moment.execution, this.#reads);
    const reachedAt = this.#reachedAt.get(key);
    if (reachedAt !== undefined && !(this.#isLifeShort && moment.now < reachedAt)) return;
    this.#reachedAt.set(key, moment.now);
    this.#visited.push(visited);
  }

  #trouble(stepName: string, message: string): void {
    const known = this.#troubles.get(stepName) ?? new Set<string>();
    this.#troubles.set(stepName, known);
    if (known.size < maxTroubles) known.add(message);
  }
}

/** True when the task has expired although its step would have gone on by itself, later. */
function isCutOff(from: Moment, { execution }: Moment): boolean {
  const timers = from.execution.stack.at(-1)?.timers;
  const next = earliest([timers?.deadlineAt, timers?.wakeAt]);
  return execution.status === 'EXPIRED' && next !== null && next >= execution.expiresAt;
}

function currentName({ execution }: Moment): string {
  return execution.stack.at(-1)?.stepName ?? '';
}
