import type { Verb } from '../../../../blocks/verbs.ts';
import { showAgents } from '../agents/show-agents.ts';
import { authoringVerbs } from '../authoring/authoring-verbs.ts';
import { showBoardLink } from '../board/board-verb.ts';
import { setAway } from '../away/away-verb.ts';
import { draftWorkflow } from '../drafts/draft-verb.ts';
import { showKeys } from '../keys/show-keys.ts';
import { scheduleByName } from '../schedules/schedule-verb.ts';
import { openNewWorkflowForm } from '../shared/open-forms.ts';
import { revisionVerbs } from '../revisions/revision-verbs.ts';
import { simulateByName } from '../rehearsal/simulate-verb.ts';
import { showHelp, showList, showMine } from '../shared/show-messages.ts';
import { whyByRef } from '../why/show-why.ts';
import { showTriggersOfNamed } from '../triggers/show-triggers.ts';
import type { VerbHandler } from './command-request.ts';
import { startByName } from './start-verb.ts';
import { cancelByRef, reassignByRef, retryByRef, showByRef } from './task-verbs.ts';

/** One entry per verb. */
export const verbHandlers: Readonly<Record<Verb, VerbHandler>> = {
  start: startByName,
  status: showByRef,
  mine: (deps, { requester, reply }) => showMine(deps, requester, reply),
  why: whyByRef,
  cancel: cancelByRef,
  retry: retryByRef,
  reassign: reassignByRef,
  away: setAway,
  list: (deps, { requester, reply }) => showList(deps, requester, reply),
  new: (deps, request, { name }) => openNewWorkflowForm(deps, request, request.channelId, name),
  ...authoringVerbs,
  simulate: simulateByName,
  ...revisionVerbs,
  trigger: showTriggersOfNamed,
  board: showBoardLink,
  draft: draftWorkflow,
  schedule: scheduleByName,
  agents: (deps, { requester, reply }) => showAgents(deps, requester, reply),
  keys: (deps, { requester, reply }) => showKeys(deps, requester, reply),
  help: (deps, { requester, reply }) => showHelp(deps, requester, reply),
};
