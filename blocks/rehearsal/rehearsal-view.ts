import type { Definition } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Move } from '../../src/domain/rehearsal.ts';

/** A rehearsal as it stands, to be shown. */
export interface RehearsalView {
  id: string;
  /** Rises with each change; buttons carry it. */
  version: number;
  workflowId: string;
  definition: Definition;
  inputs: JsonObject;
  /** What has happened so far. */
  moves: readonly Move[];
  execution: ExecutionState;
  startedAt: Date;
  /** In the rehearsal's own time. */
  now: Date;
  /** What may happen next. */
  next: readonly Move[];
  /** True when the workflow has a newer revision than the one that is rehearsed. */
  isBehind: boolean;
}
