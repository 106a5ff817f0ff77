import type { Clock } from '../../clock.ts';
import type { Definition } from '../../domain/definition.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { Exploration } from '../../domain/exploration.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { BacktestedTask, Move, Scenario, ScenarioResult } from '../../domain/rehearsal.ts';
import { backtest } from './backtest.ts';
import { checkScenario } from './check-scenario.ts';
import { type ExploreRequest, explore } from './explore.ts';
import { type Play, type PlayRequest, play, rehearsalStart } from './play.ts';
import { possibleMoves } from './possible-moves.ts';
import { sampleInputs } from './sample-context.ts';
import { sampleResults } from './sample-results.ts';
import { readTemplates } from './template-reads.ts';

/** What can be computed about a workflow without doing anything; plain data, so that it can go to another thread. */
export type RehearsalJob =
  | { kind: 'explore'; request: ExploreRequest }
  | { kind: 'play'; request: PlayRequest }
  /** The same, with what may happen next. */
  | { kind: 'rehearse'; request: PlayRequest }
  /** Inputs to start with; null when none were found that fit. */
  | { kind: 'inputs'; definition: Definition; startAt: Date }
  /** Recorded tasks, by another revision. */
  | { kind: 'backtest'; definition: Definition; executions: readonly ExecutionState[] }
  | { kind: 'scenarios'; definition: Definition; scenarios: readonly Scenario[] };

export type RehearsalJobKind = RehearsalJob['kind'];

/** A played task, and what may happen to it next. */
export interface Rehearsal extends Play {
  next: Move[];
}

export interface RehearsalResults {
  explore: Exploration;
  play: Play;
  rehearse: Rehearsal;
  inputs: JsonObject | null;
  backtest: BacktestedTask[];
  scenarios: ScenarioResult[];
}

/** @throws MoveRefused when inputs do not fit */
export function runRehearsalJob(job: RehearsalJob, clock: Clock): RehearsalResults[RehearsalJobKind] {
  switch (job.kind) {
    case 'explore':
      return explore(job.request, clock);
    case 'play':
      return play(job.request);
    case 'rehearse':
      return rehearse(job.request);
    case 'inputs': {
      const { definition, startAt } = job;
      return sampleInputs(definition, readTemplates(definition), startAt)[0] ?? null;
    }
    case 'backtest':
      return job.executions.map((execution) => backtest(job.definition, execution));
    case 'scenarios':
      return job.scenarios.map((scenario) => checkScenario(job.definition, scenario));
  }
}

function rehearse(request: PlayRequest): Rehearsal {
  const { definition, startAt = rehearsalStart } = request;
  const played = play(request);
  const reads = readTemplates(definition);
  const next = possibleMoves(definition, played.execution, (step) =>
    sampleResults(definition, step, reads, startAt),
  );
  return { ...played, next };
}
