import type mongoose from 'mongoose';
import type { ExecutionState } from '../src/domain/execution.ts';
import { type Database, nativeCollection } from './database.ts';
import {
  columnIndex,
  columnOrder,
  type ExecutionDocument,
  endedFilter,
  endedIndex,
  fromDocument,
  openFilter,
  overdueFilter,
  startedIndex,
  waitingIndex,
} from './execution.ts';

/** A step of a workflow at which tasks stand. */
export interface ColumnQuery {
  orgId: string;
  workflowId: string;
  stepId: string;
  /** Only those that go on, only those of them that are overdue, or only those that have stopped. */
  only?: 'waiting' | 'overdue' | 'stopped' | undefined;
  /** Only theirs. */
  person?: Involved | undefined;
  limit: number;
}

/** Tasks of a workflow that have ended. */
export interface EndedQuery {
  orgId: string;
  workflowId: string;
  /** How many of those that ended last are looked through. */
  lookThrough: number;
  /** Only theirs of these: who started them, or was asked at any step. */
  person?: Involved | undefined;
}

/** Somebody who has to do with tasks: who is asked, or has started them. */
export interface Involved {
  /** Slack user id. */
  userId: string;
  /** The ways in which they, and the groups that they are in, may be named among those who are asked. */
  spellings: readonly string[];
}

/**
 * Tasks as cards show them: of the stack only the latest visits, of the context only the inputs where they are small.
 * What nobody sees on a card is not read.
 */
export interface BoardStore {
  /**
   * Those that have stopped first, then those that are overdue, then the newest; of only those that are overdue the
   * longest first. Reads one index key for each, and nothing is sorted; of a person, one for each that waits for them,
   * one for each that they started, and one for each of their spellings.
   */
  listColumn(query: ColumnQuery): Promise<ExecutionState[]>;
  /** Ids of all steps at which there is an open task, those of earlier revisions included. */
  listOccupiedSteps(orgId: string, workflowId: string): Promise<string[]>;
  /** Those that have ended, the latest end first. Reads one index key for each that is looked through. */
  listEnded(query: EndedQuery): Promise<ExecutionState[]>;
}

type CardDocument = Partial<ExecutionDocument> & { _id: string };

const maxInputsBytes = 4_000;
const visitsShown = 3;

const visitFields = [
  'id',
  'index',
  'stepId',
  'stepName',
  'type',
  'status',
  'visit',
  'assignees',
  'votes',
  'outcome',
  'condition',
  'actor',
  'timers',
  'failure',
  'run',
  'escalatedAt',
  'unanswerable',
  'scheduledAt',
  'startedAt',
  'endedAt',
] as const;

const ownFields = [
  'orgId',
  'workflowId',
  'workflowName',
  'revisionId',
  'revision',
  'v',
  'status',
  'pointer',
  'startedBy',
  'origin',
  'waitingFor',
  'overdueSince',
  'failure',
  'cancellation',
  'expiresAt',
  'createdAt',
  'updatedAt',
  'endedAt',
] as const;

const projection: mongoose.mongo.Document = {
  ...Object.fromEntries(ownFields.map((name) => [name, 1])),
  'context.inputs': {
    $cond: [{ $lte: [{ $bsonSize: '$context.inputs' }, maxInputsBytes] }, '$context.inputs', {}],
  },
  stack: {
    $map: {
      input: { $slice: ['$stack', -visitsShown] },
      as: 'visit',
      in: {
        ...Object.fromEntries(visitFields.map((name) => [name, `$$visit.${name}`])),
        inputs: { message: '$$visit.inputs.message' },
      },
    },
  },
};

/** The tasks in MongoDB. */
export function createBoardStore(database: Database): BoardStore {
  const executions = nativeCollection<ExecutionDocument>(database, 'executions');

  return {
    async listColumn({ orgId, workflowId, stepId, only, person, limit }) {
      const column = { orgId, workflowId, pointer: stepId, ...filterOf(only) };
      const order = orderOf(only);
      const read = (filter: object, hint: mongoose.mongo.IndexSpecification): Promise<CardDocument[]> =>
        executions
          .find({ ...column, ...filter }, { projection, hint, limit })
          .sort(order)
          .toArray();
      if (person === undefined) return (await read({}, columnIndex)).map(toCardState);
      // Not as one query: MongoDB would choose anew how to answer it, and for some people read the whole column.
      const found = await Promise.all([
        read({ waitingFor: { $in: [...person.spellings] } }, waitingIndex),
        read({ 'startedBy.userId': person.userId }, startedIndex),
      ]);
      const theirs = [...new Map(found.flat().map((task) => [task._id, task])).values()];
      return theirs.toSorted(byOrder(order)).slice(0, limit).map(toCardState);
    },
    async listOccupiedSteps(orgId, workflowId) {
      const found = await executions.distinct('pointer', { orgId, workflowId, pointer: openFilter });
      return found.filter((pointer) => pointer !== null);
    },
    async listEnded({ orgId, workflowId, lookThrough, person }) {
      const latest: mongoose.mongo.Document[] = [
        { $match: { orgId, workflowId, endedAt: endedFilter } },
        { $sort: { endedAt: -1 } },
        { $limit: lookThrough },
      ];
      const theirs = person === undefined ? [] : [{ $match: involvedIn(person) }];
      const stages = [...latest, ...theirs, { $project: projection }];
      const found = executions.aggregate<CardDocument>(stages, { hint: endedIndex });
      return (await found.toArray()).map(toCardState);
    },
  };
}

function filterOf(only: ColumnQuery['only']): mongoose.mongo.Filter<ExecutionDocument> {
  switch (only) {
    case undefined:
      return {};
    case 'waiting':
      return { status: 'RUNNING' };
    case 'overdue':
      return { status: 'RUNNING', overdueSince: overdueFilter };
    case 'stopped':
      return { status: 'FAILED' };
  }
}

function involvedIn({ userId, spellings }: Involved): mongoose.mongo.Document {
  const asked = { 'stack.asks.recipient': { $in: [...spellings] } };
  return { $or: [{ 'startedBy.userId': userId }, { 'stack.actor.userId': userId }, asked] };
}

type Order = Readonly<Partial<Record<keyof typeof columnOrder, 1 | -1>>>;

/** As the indexes have it, or from their other end. With the one status in it too, MongoDB would sort once more. */
function orderOf(only: ColumnQuery['only']): Order {
  const { status: _one, ...order } = columnOrder;
  if (only === 'overdue') return { overdueSince: 1, _id: 1 };
  return only === undefined ? columnOrder : order;
}

/** The order that MongoDB gives: where there is no value, that is the least. */
function byOrder(order: Order): (left: CardDocument, right: CardDocument) => number {
  const entries = Object.entries(order) as [keyof Order, 1 | -1][];
  return (left, right) => {
    for (const [key, direction] of entries) {
      const [one, other] = [comparable(left[key]), comparable(right[key])];
      if (one !== other) return one < other ? -direction : direction;
    }
    return 0;
  };
}

function comparable(value: string | Date | null | undefined): string {
  return value instanceof Date ? value.toISOString() : (value ?? '');
}

/** What was not read is empty. */
function toCardState(document: CardDocument): ExecutionState {
  const { context, stack = [] } = document;
  const whole = Object.assign({ ...notRead }, document, {
    context: { inputs: context?.inputs ?? {}, steps: {} },
    stack: stack.map((visit) => Object.assign({ ...notReadOfVisit }, visit)),
  });
  return fromDocument(whole as unknown as ExecutionDocument).state;
}

const notRead = {
  signals: [],
  lastEventSeq: 0,
  lastEventHash: '',
  lastEffectSeq: 0,
  timerAt: null,
  outbox: { events: [], effects: [] },
};

const notReadOfVisit = {
  asks: [],
  output: null,
  comment: null,
  remindersSent: 0,
  undeliverable: [],
  prefilled: {},
  decisionDigest: null,
  delegations: [],
};
