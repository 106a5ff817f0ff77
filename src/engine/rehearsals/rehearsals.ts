import type { Definition } from '../../domain/definition.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { Exploration } from '../../domain/exploration.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { BacktestedTask, ScenarioResult } from '../../domain/rehearsal.ts';
import type { Workflow } from '../../domain/workflow.ts';
import type { Play, PlayRequest } from '../simulate/play.ts';
import type { Rehearsal } from '../simulate/rehearsal-job.ts';
import type { WorkflowWithSteps } from '../workflows/workflows.ts';

/** What would happen. Nothing of it does: no message is sent, no model asked, nothing stored. */
export interface Rehearsals {
  /** Tries everything that may happen. @param inputs null: made from the inputs schema @throws ValidationError */
  explore(definition: Definition, inputs: JsonObject | null): Promise<Exploration>;
  /** Plays a task with these moves. @throws ValidationError when the inputs do not fit */
  play(request: PlayRequest): Promise<Play>;
  /** The same, with what may happen next. @throws ValidationError when the inputs do not fit */
  rehearse(request: PlayRequest): Promise<Rehearsal>;
  /** Inputs to start a rehearsal with, made from the inputs schema; null when none were found that fit. */
  sampleInputs(definition: Definition, startAt: Date): Promise<JsonObject | null>;
  /** How recorded tasks would have gone by this revision, in their order. */
  backtest(definition: Definition, executions: readonly ExecutionState[]): Promise<BacktestedTask[]>;
  /** How the workflow's scenarios end now; none: an empty list. */
  checkScenarios(
    found: Pick<WorkflowWithSteps, 'definition'> & { workflow: Pick<Workflow, 'scenarios'> },
  ): Promise<ScenarioResult[]>;
}
