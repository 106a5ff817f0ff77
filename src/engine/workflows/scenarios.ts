import type { Actor } from '../../domain/actor.ts';
import { assertStorableJson } from '../../domain/json.ts';
import { type Move, type Scenario, maxScenarios, maxScenariosLength } from '../../domain/rehearsal.ts';
import type { Workflow } from '../../domain/workflow.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../errors.ts';
import type { WorkflowWithSteps, Workflows } from './workflows.ts';

/** How often a change is made anew when somebody else was faster. */
const maxAttempts = 5;

/**
 * The fields of a workflow with these scenarios; none when they stay as they are.
 *
 * @throws ValidationError when they are too many, too large, or two have the same name
 */
export function withScenarios(
  scenarios: Scenario[] | undefined,
  versionBefore: number,
): Pick<Workflow, 'scenarios' | 'scenariosVersion'> {
  if (scenarios === undefined) return {};
  const names = scenarios.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`has two scenarios with the name "${twice}"`);
  if (scenarios.length > maxScenarios) refuse(`has more than ${maxScenarios} scenarios`);
  if (JSON.stringify(scenarios).length > maxScenariosLength)
    refuse(`are too large: all together may have ${maxScenariosLength} characters`);
  assertStorableJson(scenarios, 'scenarios');
  return { scenarios, scenariosVersion: versionBefore + 1 };
}

/** A scenario as people write it: what is only there by default is left out. */
export function tidyScenario(scenario: Scenario): Scenario {
  const { inputs, moves, ...rest } = scenario;
  const started = Object.keys(inputs).length === 0 ? {} : { inputs };
  return { ...rest, ...started, moves: moves.map(withoutDefaults) } as Scenario;
}

function withoutDefaults(move: Move): Move {
  const entries = Object.entries(move).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries) as Move;
}

/** Adds one. @throws ConflictError when the workflow has one of this name; as `change` */
export async function addScenario(
  workflows: Workflows,
  { orgId, id }: Pick<Workflow, 'orgId' | 'id'>,
  scenario: Scenario,
  by: Actor,
): Promise<WorkflowWithSteps> {
  return changeScenarios(workflows, { orgId, id }, by, (scenarios) => {
    if (scenarios.some(({ name }) => name === scenario.name)) {
      const message = `There is already a scenario called "${scenario.name}". Delete it first, or choose another name.`;
      throw new ConflictError(message, 'name-taken');
    }
    return [...scenarios, scenario];
  });
}

/** Takes one away. @throws NotFoundError when there is none of this name; as `change` */
export async function deleteScenario(
  workflows: Workflows,
  workflow: Pick<Workflow, 'orgId' | 'id'>,
  name: string,
  by: Actor,
): Promise<WorkflowWithSteps> {
  return changeScenarios(workflows, workflow, by, (scenarios) => {
    const others = scenarios.filter((scenario) => scenario.name !== name);
    if (others.length === scenarios.length) throw new NotFoundError('There is no such scenario.');
    return others;
  });
}

async function changeScenarios(
  workflows: Workflows,
  { orgId, id }: Pick<Workflow, 'orgId' | 'id'>,
  by: Actor,
  decide: (scenarios: readonly Scenario[]) => Scenario[],
): Promise<WorkflowWithSteps> {
  for (let attempt = 1; ; attempt += 1) {
    // A change of nothing: whoever may not change it is told that, and not which scenarios there are.
    const { workflow } = await workflows.change(orgId, id, {}, by);
    const scenarios = decide(workflow.scenarios ?? []);
    const seen = workflow.scenariosVersion;
    try {
      return await workflows.change(orgId, id, { scenarios }, by, ({ scenariosVersion }) => {
        if (scenariosVersion !== seen) throw new ConflictError('Changed meanwhile.', 'changed-meanwhile');
      });
    } catch (error) {
      const isRace = error instanceof ConflictError && error.code === 'changed-meanwhile';
      if (!isRace || attempt === maxAttempts) throw error;
    }
  }
}

function refuse(message: string): never {
  throw new ValidationError(`The workflow ${message}.`, [{ path: 'scenarios', message }]);
}
