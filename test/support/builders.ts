import type { Actor, KeyHolder, Person } from '../../src/domain/actor.ts';
import type { Definition, Step, StepInput } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { deriveId } from '../../src/domain/ids.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { Transition } from '../../src/engine/draft.ts';
import { transition } from '../../src/engine/transition.ts';

export const testOrgId = deriveId('org', 'test');
export const startTime = new Date('2026-03-02T09:00:00.000Z');

/** A person whose Slack id follows from the name: `ana` is `U0ANA`. */
export function person(name: string, more: Partial<Person> = {}): Person {
  return {
    kind: 'person',
    userId: `U0${name.toUpperCase()}`,
    name,
    email: `${name}@example.com`,
    handles: [name],
    channels: [],
    ...more,
  };
}

export const programKey: KeyHolder = { kind: 'key', keyId: 'admin', name: 'admin key' };

export const anyInputs: JsonSchema = { type: 'object' };

export function definition(steps: StepInput[], inputsSchema: JsonSchema = anyInputs): Definition {
  return {
    revisionId: deriveId('revision', 1),
    revision: 1,
    workflowId: deriveId('workflow', 1),
    orgId: testOrgId,
    name: 'Test workflow',
    inputsSchema,
    steps: steps.map((step): Step => ({ ...step, id: deriveId('step', step.name) })),
  };
}

export function human(name: string, more: Partial<Extract<StepInput, { type: 'HUMAN' }>> = {}): StepInput {
  return {
    name,
    type: 'HUMAN',
    inputsTemplate: { message: `Decide ${name}?` },
    assignees: ['U0BO'],
    ...more,
  };
}

export function userMessage(
  name: string,
  more: Partial<Extract<StepInput, { type: 'USER_MESSAGE' }>> = {},
): StepInput {
  return {
    name,
    type: 'USER_MESSAGE',
    inputsTemplate: { message: `Please do ${name}` },
    assignee: 'U0CHI',
    ...more,
  };
}

export function wait(name: string, more: Partial<Extract<StepInput, { type: 'WAIT' }>>): StepInput {
  return { name, type: 'WAIT', ...more };
}

export function prompt(name: string, more: Partial<Extract<StepInput, { type: 'PROMPT' }>> = {}): StepInput {
  return { name, type: 'PROMPT', inputsTemplate: { prompt: `Read ${name}` }, ...more };
}

export interface StartOptions {
  inputs?: JsonObject;
  startedBy?: Actor;
  now?: Date;
}

/** A task of the definition, started by Ana in #general. */
export function started(workflow: Definition, options: StartOptions = {}): Transition {
  const startedBy = options.startedBy ?? { kind: 'person', userId: 'U0ANA', name: 'ana' };
  const command = {
    type: 'start',
    executionId: deriveId('execution', 1),
    inputs: options.inputs ?? {},
    startedBy,
    origin: { kind: 'slack', channelId: 'C0GEN', threadTs: null },
  } as const;
  return transition(workflow, null, command, options.now ?? startTime);
}

/** The id of the newest step execution. */
export function currentId(execution: ExecutionState): string {
  const current = execution.stack.at(-1);
  if (current === undefined) throw new Error('the execution has no step execution');
  return current.id;
}

export function minutesAfterStart(minutes: number): Date {
  return new Date(startTime.getTime() + minutes * 60_000);
}
