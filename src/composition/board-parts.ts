import { createBoardStore } from '../../models/board-store.ts';
import { openChangeWatch } from '../../models/change-watch.ts';
import type { Database } from '../../models/database.ts';
import { boardForms } from './board-forms.ts';
import { boardAuthoring } from './board-authoring.ts';
import { createBoardPeople, type FindFullDirectory } from './board-people.ts';
import { createBoardTriggers, type FindConnection } from './board-triggers.ts';
import { boardWords } from './board-words.ts';
import type { Members } from '../engine/people/members.ts';
import { createTaskFeed } from '../engine/task-feed.ts';
import type { HttpDeps } from '../http/http-deps.ts';
import type { Logger } from '../logger.ts';
import { systemTimers } from '../timers.ts';

export interface BoardPartsDeps {
  database: Database;
  members: Pick<Members, 'find'>;
  /** Null without Slack. */
  connectionOf: FindConnection | null;
  publicUrl: string;
  logger: Logger;
}

/** What the pages of the board are made of. `taskFeed` has to be stopped before the server is. */
export function createBoardParts({
  database,
  members,
  connectionOf,
  publicUrl,
  logger,
}: BoardPartsDeps): Pick<
  HttpDeps,
  'boards' | 'people' | 'words' | 'forms' | 'authoring' | 'triggerForms' | 'taskFeed'
> {
  const directoryOf: FindFullDirectory | null =
    connectionOf === null ? null : async (orgId) => (await connectionOf(orgId)).directory;
  return {
    boards: createBoardStore(database),
    people: createBoardPeople(members, directoryOf),
    words: boardWords,
    forms: boardForms,
    authoring: boardAuthoring,
    triggerForms: createBoardTriggers(connectionOf, publicUrl),
    taskFeed: createTaskFeed({ openWatch: () => openChangeWatch(database), timers: systemTimers, logger }),
  };
}
