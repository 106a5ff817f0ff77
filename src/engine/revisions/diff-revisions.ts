import type { Definition } from '../../domain/definition.ts';
import type { Way } from '../../domain/exploration.ts';
import type { Workflow } from '../../domain/workflow.ts';
import { type DefinitionChange, diffDefinitions } from '../workflows/diff-definitions.ts';
import { type DefinitionFile, exportDefinition } from '../workflows/definition-file.ts';
import { wayKey, waysOf } from '../simulate/ways.ts';

type Change = 'added' | 'removed' | 'changed' | 'same';

/** What differs between two revisions: in words, and as a graph of steps and of the ways between them. */
export interface RevisionDiff {
  from: number;
  to: number;
  changes: DefinitionChange[];
  graph: {
    steps: { name: string; type: string; change: Change }[];
    handoffs: (Way & { change: Exclude<Change, 'changed'> })[];
  };
}

/** Steps are told apart by their names, as in a definition file. */
export function diffRevisions(workflow: Workflow, from: Definition, to: Definition): RevisionDiff {
  const before = fileOf(workflow, from);
  const after = fileOf(workflow, to);
  return {
    from: from.revision,
    to: to.revision,
    changes: diffDefinitions(before, after),
    graph: { steps: diffSteps(before, after), handoffs: diffWays(from, to) },
  };
}

function diffSteps(before: DefinitionFile, after: DefinitionFile): RevisionDiff['graph']['steps'] {
  const earlier = new Map(before.steps.map((step) => [step.name, JSON.stringify(step)]));
  const now = after.steps.map((step) => {
    const was = earlier.get(step.name);
    const change: Change = was === undefined ? 'added' : was === JSON.stringify(step) ? 'same' : 'changed';
    return { name: step.name, type: step.type, change };
  });
  const gone = before.steps.filter(({ name }) => after.steps.every((step) => step.name !== name));
  return [...now, ...gone.map(({ name, type }) => ({ name, type, change: 'removed' as const }))];
}

function diffWays(from: Definition, to: Definition): RevisionDiff['graph']['handoffs'] {
  const before = waysOf(from);
  const after = waysOf(to);
  const had = new Set(before.map(wayKey));
  const has = new Set(after.map(wayKey));
  return [
    ...after.map((way) => ({
      ...way,
      change: had.has(wayKey(way)) ? ('same' as const) : ('added' as const),
    })),
    ...before.filter((way) => !has.has(wayKey(way))).map((way) => ({ ...way, change: 'removed' as const })),
  ];
}

/** A revision keeps no description and no scenarios, so these are no difference. */
function fileOf(workflow: Workflow, definition: Definition): DefinitionFile {
  const { name, inputsSchema, postTo = 'origin' } = definition;
  const { scenarios: _tests, ...rest } = workflow;
  return exportDefinition({ workflow: { ...rest, name, description: '', inputsSchema, postTo }, definition });
}
