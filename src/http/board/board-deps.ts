import type { HttpDeps } from '../http-deps.ts';

/** What the pages of the board are made with. */
export type BoardDeps = Pick<
  HttpDeps,
  | 'sessions'
  | 'signIn'
  | 'orgs'
  | 'restrict'
  | 'identifyPerson'
  | 'members'
  | 'teams'
  | 'audit'
  | 'boards'
  | 'people'
  | 'words'
  | 'forms'
  | 'why'
  | 'taskFeed'
  | 'heartbeatMs'
  | 'authoring'
  | 'checker'
  | 'rehearsals'
  | 'triggers'
  | 'triggerForms'
  | 'intakes'
  | 'schedules'
  | 'apiKeys'
  | 'resources'
  | 'newId'
  | 'publicUrl'
  | 'clock'
  | 'logger'
>;
