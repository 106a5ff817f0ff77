import type { BoardStore, ColumnQuery, Involved } from '../../../../models/board-store.ts';
import type { Definition, Step } from '../../../domain/definition.ts';
import type { ExecutionState } from '../../../domain/execution.ts';
import { taskRef } from '../../../domain/ids.ts';
import { spellingsOf } from '../../../domain/recipient.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import type { BoardPeople } from '../board-people.ts';
import type { BoardWords, TaskView } from '../board-words.ts';
import { plainMrkdwn } from '../mrkdwn.ts';
import { type BoardFilter, isFiltered, shownOf } from './board-filter.ts';

export interface Column {
  stepId: string;
  /** Null for a step that the newest revision no longer has; tasks of earlier revisions may still be there. */
  step: Step | null;
  tasks: ExecutionState[];
  /** True when there are more than are shown. */
  isCut: boolean;
  /** How many of the first were looked through, where that was not all of them; null: all. */
  lookedThrough: number | null;
}

export interface Kanban {
  workflow: Workflow;
  definition: Definition;
  columns: Column[];
  /** Null where only open tasks are asked for, or only parts without it. */
  ended: Ended | null;
}

/** Some of a board: these columns, and what has ended if it is wanted, which with a filter reads many tasks. */
export interface KanbanParts {
  stepIds: readonly string[];
  withEnded: boolean;
}

/** Those that have ended last, as far as they fit the filter. */
export interface Ended {
  tasks: ExecutionState[];
  /** How many of the latest were looked through; null where no filter says which are to be shown. */
  lookedThrough: number | null;
}

export interface KanbanDeps {
  boards: BoardStore;
  people: BoardPeople;
  words: BoardWords;
  loadDefinition: (revisionId: string) => Promise<Definition>;
}

const maxEnded = 20;
/** How many cards of a column a search by text looks through, and of those that have ended any filter. */
const maxLookedThrough = 500;

/**
 * Leaves those that fit the text: by what the card says, what the task was started with, who asked for it, or its
 * number.
 */
type Search = (tasks: readonly ExecutionState[]) => Promise<ExecutionState[]>;

/**
 * The columns of a workflow that the caller may see, with the cards that fit the filter.
 *
 * @param parts only these; null: everything
 */
export async function readKanban(
  deps: KanbanDeps,
  { workflow, definition }: Pick<Kanban, 'workflow' | 'definition'>,
  filter: BoardFilter,
  parts: KanbanParts | null = null,
): Promise<Kanban> {
  const { boards } = deps;
  const { orgId, id } = workflow;
  const occupied = await boards.listOccupiedSteps(orgId, id);
  const known = definition.steps.map((step) => step.id);
  const all = [...known, ...occupied.filter((stepId) => !known.includes(stepId))];
  const wanted =
    parts === null
      ? all
      : [...new Set([...all, ...parts.stepIds])].filter((stepId) => parts.stepIds.includes(stepId));
  const isEndedWanted = filter.state === 'all' && (parts === null || parts.withEnded);
  const query = { orgId, workflowId: id, person: await involved(deps, orgId, filter) };
  const search = textSearch(deps, filter.text);
  const read = columnReader(boards, query, filter, search);
  const [columns, ended] = await Promise.all([
    Promise.all(wanted.map(read)),
    isEndedWanted ? readEnded(boards, query, filter, search) : null,
  ]);
  const steps = new Map(definition.steps.map((step) => [step.id, step]));
  return {
    workflow,
    definition,
    columns: columns.map((column) => ({ ...column, step: steps.get(column.stepId) ?? null })),
    ended,
  };
}

type ReadColumn = (stepId: string) => Promise<Omit<Column, 'step'>>;

/** What all columns, and what has ended, are asked for with. */
type Query = Pick<ColumnQuery, 'orgId' | 'workflowId' | 'person'>;

async function involved(
  { people }: KanbanDeps,
  orgId: string,
  { person }: BoardFilter,
): Promise<Involved | undefined> {
  if (person === null) return undefined;
  return { userId: person, spellings: spellingsOf(await people.inGroups(orgId, person)) };
}

function columnReader(
  boards: BoardStore,
  query: Query,
  filter: BoardFilter,
  search: Search | null,
): ReadColumn {
  const only = filter.state === 'all' ? undefined : filter.state;
  return async (stepId) => {
    const shown = shownOf(filter, stepId);
    const most = search === null ? shown : maxLookedThrough;
    const first = await boards.listColumn({ ...query, stepId, only, limit: most + 1 });
    const found = search === null ? first : await search(first.slice(0, most));
    return {
      stepId,
      tasks: found.slice(0, shown),
      isCut: found.length > shown,
      lookedThrough: search !== null && first.length > most ? most : null,
    };
  };
}

async function readEnded(
  boards: BoardStore,
  query: Query,
  filter: BoardFilter,
  search: Search | null,
): Promise<Ended> {
  if (!isFiltered(filter))
    return { tasks: await boards.listEnded({ ...query, lookThrough: maxEnded }), lookedThrough: null };
  const latest = await boards.listEnded({ ...query, lookThrough: maxLookedThrough });
  const found = search === null ? latest : await search(latest);
  return { tasks: found.slice(0, maxEnded), lookedThrough: maxLookedThrough };
}

/** Null where no text is looked for. */
function textSearch({ words, loadDefinition }: KanbanDeps, text: string): Search | null {
  if (text === '') return null;
  const ref = text.replace(/^#/, '');
  const definitions = new Map<string, Promise<Definition>>();
  const definitionOf = ({ revisionId }: ExecutionState): Promise<Definition> => {
    const definition = definitions.get(revisionId) ?? loadDefinition(revisionId);
    definitions.set(revisionId, definition);
    return definition;
  };
  const fits = async (task: ExecutionState): Promise<boolean> => {
    // The revision that the task runs knows what is secret among its inputs.
    const said = textsOf(words, { execution: task, definition: await definitionOf(task) });
    return (
      said.some((part) => part.toLowerCase().includes(text)) || taskRef(task.id) === ref || task.id === ref
    );
  };
  return async (tasks) => {
    const fitting = await Promise.all(tasks.map(fits));
    return tasks.filter((_task, index) => fitting[index]);
  };
}

/** Not escaped. Secrets are not among them, so nobody finds them out. */
function textsOf(words: BoardWords, view: TaskView): string[] {
  const { startedBy } = view.execution;
  const starter = startedBy.kind === 'system' ? '' : (startedBy.name ?? '');
  const subject = plainMrkdwn(words.subject(view.execution, view.definition), new Map());
  return [subject, starter, ...words.inputTexts(view)];
}

/** The definition, if it is the one that the task is pinned to. */
export function ownDefinition({ revisionId }: ExecutionState, definition: Definition): Definition | null {
  return definition.revisionId === revisionId ? definition : null;
}
