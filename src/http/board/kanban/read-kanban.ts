import type { BoardStore } from '../../../../models/board-store.ts';
import type { Definition, Step } from '../../../domain/definition.ts';
import type { ExecutionState } from '../../../domain/execution.ts';
import { taskRef } from '../../../domain/ids.ts';
import { spellingsOf } from '../../../domain/recipient.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import type { BoardPeople } from '../board-people.ts';
import type { BoardWords } from '../board-words.ts';
import { type BoardFilter, shownOf } from './board-filter.ts';

export interface Column {
  stepId: string;
  /** Null for a step that the newest revision no longer has; tasks of earlier revisions may still be there. */
  step: Step | null;
  tasks: ExecutionState[];
  /** True when there are more than are shown. */
  isCut: boolean;
  /** How many of the newest were looked through, where that was not all of them; null: all. */
  lookedThrough: number | null;
}

export interface Kanban {
  workflow: Workflow;
  definition: Definition;
  columns: Column[];
  ended: ExecutionState[];
}

export interface KanbanDeps {
  boards: BoardStore;
  people: BoardPeople;
  words: BoardWords;
}

const maxEnded = 20;
/** How many cards of a column a search by text looks through. */
const maxLookedThrough = 500;

/** What a search is in: what the card says, who asked for it, and its number. */
type Matches = (task: ExecutionState) => boolean;

/**
 * The columns of a workflow that the caller may see, with the cards that fit the filter.
 *
 * @param stepIds only these columns; null: all of them
 */
export async function readKanban(
  deps: KanbanDeps,
  { workflow, definition }: Pick<Kanban, 'workflow' | 'definition'>,
  filter: BoardFilter,
  stepIds: readonly string[] | null = null,
): Promise<Kanban> {
  const { boards } = deps;
  const { orgId, id } = workflow;
  const occupied = await boards.listOccupiedSteps(orgId, id);
  const known = definition.steps.map((step) => step.id);
  const all = [...known, ...occupied.filter((stepId) => !known.includes(stepId))];
  const wanted =
    stepIds === null ? all : [...new Set([...all, ...stepIds])].filter((stepId) => stepIds.includes(stepId));
  const read = await columnReader(deps, workflow, definition, filter);
  const [columns, ended] = await Promise.all([
    Promise.all(wanted.map(read)),
    boards.listEnded(orgId, id, maxEnded),
  ]);
  const steps = new Map(definition.steps.map((step) => [step.id, step]));
  return {
    workflow,
    definition,
    columns: columns.map((column) => ({ ...column, step: steps.get(column.stepId) ?? null })),
    ended,
  };
}

const statusOf = { all: undefined, waiting: 'RUNNING', stopped: 'FAILED' } as const;

type ReadColumn = (stepId: string) => Promise<Omit<Column, 'step'>>;

async function columnReader(
  { boards, people, words }: KanbanDeps,
  { orgId, id: workflowId }: Workflow,
  definition: Definition,
  filter: BoardFilter,
): Promise<ReadColumn> {
  const { person, state, text } = filter;
  const query = {
    orgId,
    workflowId,
    status: statusOf[state],
    person:
      person === null
        ? undefined
        : { userId: person, spellings: spellingsOf(await people.inGroups(orgId, person)) },
  };
  if (text === '') {
    return async (stepId) => {
      const shown = shownOf(filter, stepId);
      const found = await boards.listColumn({ ...query, stepId, limit: shown + 1 });
      return { stepId, tasks: found.slice(0, shown), isCut: found.length > shown, lookedThrough: null };
    };
  }
  const matches = textMatcher(words, definition, text);
  return async (stepId) => {
    const newest = await boards.listColumn({ ...query, stepId, limit: maxLookedThrough + 1 });
    const found = newest.slice(0, maxLookedThrough).filter(matches);
    const shown = shownOf(filter, stepId);
    return {
      stepId,
      tasks: found.slice(0, shown),
      isCut: found.length > shown,
      lookedThrough: newest.length > maxLookedThrough ? maxLookedThrough : null,
    };
  };
}

function textMatcher(words: BoardWords, definition: Definition, text: string): Matches {
  if (text === '') return () => true;
  const ref = text.replace(/^#/, '');
  return (task) => {
    const { startedBy } = task;
    const starter = startedBy.kind === 'system' ? '' : (startedBy.name ?? '');
    const said = `${words.subject(task, ownDefinition(task, definition))} ${starter}`.toLowerCase();
    return said.includes(text) || taskRef(task.id) === ref || task.id === ref;
  };
}

/** The definition, if it is the one that the task is pinned to. */
export function ownDefinition({ revisionId }: ExecutionState, definition: Definition): Definition | null {
  return definition.revisionId === revisionId ? definition : null;
}
