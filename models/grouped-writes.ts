import mongoose from 'mongoose';
import { durable } from './database.ts';

/** A write of one document that either applies, or finds that the document is not as it was expected. */
export interface GroupedWrite<T extends mongoose.mongo.Document> {
  /** The write as one of many. */
  model: mongoose.mongo.ClientInsertOneModel<T> | mongoose.mongo.ClientUpdateOneModel<T>;
  /** The same write by itself. @returns false when it found nothing to apply to */
  alone: () => Promise<boolean>;
}

interface Waiting<T extends mongoose.mongo.Document> {
  write: GroupedWrite<T>;
  resolve: (isApplied: boolean) => void;
  reject: (error: unknown) => void;
}

/** Two, so that one is on its way to the disk while the next is sent; more make the groups smaller. */
const maxUnderway = 2;
const maxGroup = 256;
/** What a server before MongoDB 8.0 says, before it has written anything. */
const commandNotFound = 59;

/**
 * Makes writes durable together that come at the same time: one that comes alone is sent at once and by
 * itself; those that come while others are under way wait for these and are then sent as one command. Each has
 * its own answer, and each is durable when it has it. One of them failing does not touch the others.
 */
export class GroupedWrites<T extends mongoose.mongo.Document> {
  readonly #client: mongoose.mongo.MongoClient;
  readonly #waiting: Waiting<T>[] = [];
  #underway = 0;
  #isSupported = true;

  constructor(client: mongoose.mongo.MongoClient) {
    this.#client = client;
  }

  /** @returns false when it found nothing to apply to. @throws as the driver does for this write alone */
  run(write: GroupedWrite<T>): Promise<boolean> {
    const answer = this.#add(write);
    this.#sendMore();
    return answer;
  }

  /** The same for several, which go together. @throws when one of them does */
  runAll(writes: readonly GroupedWrite<T>[]): Promise<boolean[]> {
    const answers = writes.map((write) => this.#add(write));
    this.#sendMore();
    return Promise.all(answers);
  }

  #add(write: GroupedWrite<T>): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
    });
  }

  #sendMore(): void {
    while (this.#underway < maxUnderway && this.#waiting.length > 0) {
      this.#underway += 1;
      void this.#send(this.#waiting.splice(0, maxGroup)).then(() => {
        this.#underway -= 1;
        this.#sendMore();
      });
    }
  }

  /** Never rejects: each of the group has its own answer. */
  async #send(group: readonly Waiting<T>[]): Promise<void> {
    if (group.length === 1 || !this.#isSupported) return sendEach(group);
    try {
      answerEach(group, await this.#sendTogether(group));
    } catch (error) {
      if (isUnsupported(error)) {
        this.#isSupported = false;
        return sendEach(group);
      }
      // Nothing was sent: one of them is too large to be sent with others.
      if (error instanceof mongoose.mongo.MongoInvalidArgumentError) return sendEach(group);
      for (const { reject } of group) reject(error);
    }
  }

  async #sendTogether(group: readonly Waiting<T>[]): Promise<Answers> {
    try {
      const models = group.map(({ write }) => write.model);
      const options = { ordered: false, verboseResults: true, writeConcern: durable };
      return { result: await this.#client.bulkWrite<Record<string, T>>(models, options), errors: new Map() };
    } catch (error) {
      // Unless the command failed as a whole, it says what became of each.
      if (!(error instanceof mongoose.mongo.MongoClientBulkWriteError)) throw error;
      if (error.cause !== undefined) throw error.cause;
      if (error.partialResult === undefined || error.writeConcernErrors.length > 0) throw error;
      return { result: error.partialResult, errors: error.writeErrors };
    }
  }
}

interface Answers {
  result: mongoose.mongo.ClientBulkWriteResult;
  errors: ReadonlyMap<number, mongoose.mongo.ClientBulkWriteError>;
}

function answerEach<T extends mongoose.mongo.Document>(
  group: readonly Waiting<T>[],
  { result, errors }: Answers,
): void {
  for (const [index, { resolve, reject }] of group.entries()) {
    const error = errors.get(index);
    const updated = result.updateResults?.get(index);
    if (error !== undefined) reject(new mongoose.mongo.MongoServerError({ ...error }));
    else if (updated !== undefined) resolve(updated.matchedCount === 1);
    else if (result.insertResults?.has(index) === true) resolve(true);
    else
      reject(
        new mongoose.mongo.MongoServerError({ message: 'the server did not say what became of a write' }),
      );
  }
}

async function sendEach<T extends mongoose.mongo.Document>(group: readonly Waiting<T>[]): Promise<void> {
  await Promise.all(group.map(({ write, resolve, reject }) => write.alone().then(resolve, reject)));
}

function isUnsupported(error: unknown): boolean {
  return error instanceof mongoose.mongo.MongoServerError && error.code === commandNotFound;
}
