import type mongoose from 'mongoose';
import type { ExecutionState } from '../src/domain/execution.ts';
import { type Database, nativeCollection } from './database.ts';
import {
  columnIndex,
  type ExecutionDocument,
  endedFilter,
  fromDocument,
  openFilter,
  startedIndex,
  waitingIndex,
} from './execution.ts';

/** A step of a workflow at which tasks stand. */
export interface ColumnQuery {
  orgId: string;
  workflowId: string;
  stepId: string;
  /** Only those that go on, or only those that have stopped. */
  status?: 'RUNNING' | 'FAILED' | undefined;
  /** Only theirs. */
  person?: Involved | undefined;
  limit: number;
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
   * Those that have stopped first, then the newest. Reads one index key for each, and nothing is sorted; of a person,
   * one for each that waits for them, one for each that they started, and one for each of their spellings.
   */
  listColumn(query: ColumnQuery): Promise<ExecutionState[]>;
  /** Ids of all steps at which there is an open task, those of earlier revisions included. */
  listOccupiedSteps(orgId: string, workflowId: string): Promise<string[]>;
  /** Those that have ended, the latest end first. */
  listEnded(orgId: string, workflowId: string, limit: number): Promise<ExecutionState[]>;
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
    async listColumn({ orgId, workflowId, stepId, status, person, limit }) {
      const column = { orgId, workflowId, pointer: stepId, ...(status === undefined ? {} : { status }) };
      // With the one status in the order too, MongoDB sorts what it has in order already.
      const order = status === undefined ? ({ status: 1, _id: -1 } as const) : ({ _id: -1 } as const);
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
      return theirs.map(toCardState).toSorted(byPlace).slice(0, limit);
    },
    async listOccupiedSteps(orgId, workflowId) {
      const found = await executions.distinct('pointer', { orgId, workflowId, pointer: openFilter });
      return found.filter((pointer) => pointer !== null);
    },
    async listEnded(orgId, workflowId, limit) {
      const filter = { orgId, workflowId, endedAt: endedFilter };
      const cursor = executions.find(filter, { projection }).sort({ endedAt: -1 }).limit(limit);
      return (await cursor.toArray()).map(toCardState);
    },
  };
}

/** As the indexes have them. */
function byPlace(left: ExecutionState, right: ExecutionState): number {
  if (left.status !== right.status) return left.status < right.status ? -1 : 1;
  return left.id < right.id ? 1 : -1;
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
