import { createBoardStore } from '../../models/board-store.ts';
import { openChangeWatch } from '../../models/change-watch.ts';
import type { Database } from '../../models/database.ts';
import { boardForms } from './board-forms.ts';
import { boardAuthoring } from './board-authoring.ts';
import { createBoardPeople, type FindFullDirectory } from './board-people.ts';
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
  directoryOf: FindFullDirectory | null;
  logger: Logger;
}

/** What the pages of the board are made of. `taskFeed` has to be stopped before the server is. */
export function createBoardParts({
  database,
  members,
  directoryOf,
  logger,
}: BoardPartsDeps): Pick<HttpDeps, 'boards' | 'people' | 'words' | 'forms' | 'authoring' | 'taskFeed'> {
  return {
    boards: createBoardStore(database),
    people: createBoardPeople(members, directoryOf),
    words: boardWords,
    forms: boardForms,
    authoring: boardAuthoring,
    taskFeed: createTaskFeed({ openWatch: () => openChangeWatch(database), timers: systemTimers, logger }),
  };
}
