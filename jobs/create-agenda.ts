import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import { type Database, nativeDb } from '../models/database.ts';
import type { Logger } from '../src/logger.ts';

/** How often a process looks for jobs, in milliseconds. */
const processEveryMs = 1_000;

/** Every look for jobs fails while the database is away; that is said once in this time, in milliseconds. */
const quietMs = 10_000;

/** Agenda over the bot's own database. Every listener that it needs so as not to end the process is there. */
export function createAgenda(database: Database, logger: Logger, onError: () => void): Agenda {
  const agenda = new Agenda({
    backend: new MongoBackend({ mongo: nativeDb(database), collection: 'jobs' }),
    processEvery: processEveryMs,
    defaultConcurrency: 1,
    maxConcurrency: 20,
  });
  let saidAt = -quietMs;
  agenda.on('error', (error: Error) => {
    onError();
    if (performance.now() - saidAt < quietMs) return;
    saidAt = performance.now();
    logger.warn({ err: error }, 'agenda could not reach the database; it tries again');
  });
  agenda.on('fail', (error: Error, job: { attrs: { name: string } }) =>
    logger.error({ err: error, job: job.attrs.name }, 'job failed'),
  );
  return agenda;
}
