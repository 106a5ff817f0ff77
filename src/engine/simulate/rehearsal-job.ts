import type { Clock } from '../../clock.ts';
import type { Definition } from '../../domain/definition.ts';
import type { Exploration } from '../../domain/exploration.ts';
import type { Scenario, ScenarioResult } from '../../domain/rehearsal.ts';
import { checkScenario } from './check-scenario.ts';
import { type ExploreRequest, explore } from './explore.ts';
import { type Play, type PlayRequest, play } from './play.ts';

/** What can be computed about a workflow without doing anything; plain data, so that it can go to another thread. */
export type RehearsalJob =
  | { kind: 'explore'; request: ExploreRequest }
  | { kind: 'play'; request: PlayRequest }
  | { kind: 'scenarios'; definition: Definition; scenarios: readonly Scenario[] };

export type RehearsalJobKind = RehearsalJob['kind'];

export interface RehearsalResults {
  explore: Exploration;
  play: Play;
  scenarios: ScenarioResult[];
}

/** @throws MoveRefused when inputs do not fit */
export function runRehearsalJob(job: RehearsalJob, clock: Clock): RehearsalResults[RehearsalJobKind] {
  switch (job.kind) {
    case 'explore':
      return explore(job.request, clock);
    case 'play':
      return play(job.request);
    case 'scenarios':
      return job.scenarios.map((scenario) => checkScenario(job.definition, scenario));
  }
}
