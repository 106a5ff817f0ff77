import { type Model, Schema } from 'mongoose';
import { type Database, durable, nativeCollection } from './database.ts';

/** When a schedule runs next, and what became of the time before. */
export interface ScheduleClock {
  /** Of the trigger. */
  id: string;
  orgId: string;
  /** The pattern and the zone that the times were computed with. */
  recurrence: string;
  /** The time that it runs for next; null while it is switched off, or when there is none any more. */
  nextAt: Date | null;
  /** When somebody has to look at it: `nextAt`, or the end of the lease of whoever runs it. */
  dueAt: Date | null;
  /** The time that it last started a task for. */
  lastAt: Date | null;
  lastExecutionId: string | null;
}

type ScheduleClockDocument = { _id: string } & Omit<ScheduleClock, 'id'>;

const collectionName = 'schedule_clocks';
/** What is due is asked for in these very words, or the planner does not see that the index has it. */
const everDue = { $gt: new Date(0) };

const scheduleClockSchema = new Schema<ScheduleClockDocument>(
  {
    _id: { type: String, required: true },
    orgId: { type: String, required: true },
    dueAt: { type: Date, default: null },
  },
  { collection: collectionName, strict: false, versionKey: false, minimize: false },
);
scheduleClockSchema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: everDue } });

export function scheduleClockModel(database: Database): Model<ScheduleClockDocument> {
  return (
    database.models['ScheduleClock'] ??
    database.model<ScheduleClockDocument>('ScheduleClock', scheduleClockSchema)
  );
}

/** When schedules run. Every write is durable when it resolves. */
export interface ScheduleClockStore {
  find(id: string): Promise<ScheduleClock | null>;
  findMany(ids: readonly string[]): Promise<ScheduleClock[]>;
  /** Sets when it runs next; what it did before stays. */
  set(clock: Pick<ScheduleClock, 'id' | 'orgId' | 'recurrence' | 'nextAt'>): Promise<void>;
  delete(id: string): Promise<void>;
  /** Takes the one that is due longest until `until`; nobody else gets it before. @returns null when none is due */
  claimDue(now: Date, until: Date): Promise<ScheduleClock | null>;
  /**
   * Goes on to the next time, if the clock still stands as it was claimed.
   * @param ran the task that was started for `claimed.nextAt`; null when none was
   * @returns false when it was changed, or somebody else was faster; then nothing was written
   */
  advance(
    claimed: ScheduleClock,
    nextAt: Date | null,
    ran: { at: Date; executionId: string } | null,
  ): Promise<boolean>;
  /** Has it looked at again at `dueAt`, for the time that it waits for; as `advance`. */
  postpone(claimed: ScheduleClock, dueAt: Date): Promise<void>;
}

/** The clocks in MongoDB. */
export function createScheduleClockStore(database: Database): ScheduleClockStore {
  const clocks = nativeCollection<ScheduleClockDocument>(database, collectionName);
  const options = { writeConcern: durable } as const;
  return {
    find: async (id) => toClock(await clocks.findOne({ _id: id })),
    async findMany(ids) {
      const found = await clocks.find({ _id: { $in: [...ids] } }).toArray();
      return found.flatMap((document) => toClock(document) ?? []);
    },
    async set({ id, nextAt, ...fields }) {
      await clocks.updateOne(
        { _id: id },
        { $set: { ...fields, nextAt, dueAt: nextAt }, $setOnInsert: { lastAt: null, lastExecutionId: null } },
        { ...options, upsert: true },
      );
    },
    async delete(id) {
      await clocks.deleteOne({ _id: id }, options);
    },
    async claimDue(now, until) {
      const document = await clocks.findOneAndUpdate(
        { dueAt: { ...everDue, $lte: now } },
        { $set: { dueAt: until } },
        { ...options, sort: { dueAt: 1 }, returnDocument: 'after' },
      );
      return toClock(document);
    },
    async advance({ id, recurrence, nextAt: claimedAt, dueAt }, nextAt, ran) {
      const last = ran === null ? {} : { lastAt: ran.at, lastExecutionId: ran.executionId };
      const result = await clocks.updateOne(
        { _id: id, recurrence, nextAt: claimedAt, dueAt },
        { $set: { nextAt, dueAt: nextAt, ...last } },
        options,
      );
      return result.matchedCount === 1;
    },
    async postpone({ id, recurrence, nextAt, dueAt: claimedUntil }, dueAt) {
      const filter = { _id: id, recurrence, nextAt, dueAt: claimedUntil };
      await clocks.updateOne(filter, { $set: { dueAt } }, options);
    },
  };
}

function toClock(document: ScheduleClockDocument | null): ScheduleClock | null {
  if (document === null) return null;
  const { _id, ...fields } = document;
  return { id: _id, ...fields };
}
