import type { App, ViewSubmitAction } from '@slack/bolt';
import { callbackIds } from '../../../../blocks/action-ids.ts';
import { listenerCallbacks } from '../../../../blocks/agent-listeners/listener-ids.ts';
import { awayCallbacks } from '../../../../blocks/away/away-ids.ts';
import { intakeCallbacks } from '../../../../blocks/intakes/intake-ids.ts';
import { keyCallbacks } from '../../../../blocks/keys/key-ids.ts';
import { scheduleCallbacks } from '../../../../blocks/schedules/schedule-ids.ts';
import { whyCallbacks } from '../../../../blocks/why/why-ids.ts';
import { depsFor } from '../../deps-for.ts';
import type { BotDeps, SlackDeps } from '../../slack-deps.ts';
import { submitAttach } from '../agent-listeners/submit-attach.ts';
import { answer } from '../answer.ts';
import { agentSubmissions } from '../agents/submit-agent.ts';
import { authoringSubmissions } from '../authoring/authoring-submissions.ts';
import { submitAway } from '../away/submit-away.ts';
import { draftSubmissions } from '../drafts/draft-verb.ts';
import { submitIntake } from '../intakes/submit-intake.ts';
import { submitKeyForm } from '../keys/submit-key-form.ts';
import { rehearsalSubmissions } from '../rehearsal/submit-rehearsal-forms.ts';
import { createViewReply } from '../reply/view-reply.ts';
import { readRequester } from '../requester.ts';
import { submitNewSchedule, submitScheduleEdit } from '../schedules/submit-schedule.ts';
import { createTellDirectlyIn } from '../tell-directly.ts';
import { submitReroute } from '../why/reroute-task.ts';
import { triggerSubmissions } from '../triggers/submit-trigger.ts';
import type { Submission, ViewArgs } from './submission.ts';
import { submitCancel } from './submit-cancel.ts';
import { submitDecision } from './submit-decision.ts';
import { submitNewWorkflow } from './submit-new-workflow.ts';
import { submitPickWorkflow } from './submit-pick-workflow.ts';
import { submitReason } from './submit-reason.ts';
import { submitReassign } from './submit-reassign.ts';
import { submitStartForm } from './submit-start-form.ts';

type HandleSubmission = (deps: SlackDeps, submission: Submission) => Promise<void>;

/** What is done with each modal that is sent, by its `callback_id`. */
export const submissionHandlers: Readonly<Record<string, HandleSubmission>> = {
  [callbackIds.startForm]: submitStartForm,
  [callbackIds.reason]: (deps, submission) => submitReason({ ...deps, engine: deps.asks }, submission),
  [callbackIds.decision]: (deps, submission) => submitDecision({ ...deps, engine: deps.asks }, submission),
  [callbackIds.cancelTask]: submitCancel,
  [callbackIds.reassignTask]: submitReassign,
  [whyCallbacks.reroute]: submitReroute,
  [callbackIds.pickWorkflow]: submitPickWorkflow,
  [callbackIds.newWorkflow]: submitNewWorkflow,
  ...authoringSubmissions,
  ...agentSubmissions,
  ...draftSubmissions,
  ...triggerSubmissions,
  [keyCallbacks.create]: submitKeyForm,
  [listenerCallbacks.attach]: submitAttach,
  [intakeCallbacks.create]: submitIntake,
  [scheduleCallbacks.create]: submitNewSchedule,
  [scheduleCallbacks.edit]: submitScheduleEdit,
  [awayCallbacks.form]: submitAway,
  ...rehearsalSubmissions,
};

export function registerViews(app: App, deps: BotDeps): void {
  for (const [callbackId, handle] of Object.entries(submissionHandlers)) {
    const constraints = { callback_id: callbackId, type: 'view_submission' } as const;
    app.view<ViewSubmitAction>(constraints, (args) => answerSubmission(deps, args, handle));
  }
}

async function answerSubmission(
  deps: BotDeps,
  args: ViewArgs & { context: { teamId?: string } },
  handle: HandleSubmission,
): Promise<void> {
  const { body, context, view } = args;
  const tellDirectly = createTellDirectlyIn(deps, context.teamId, body.user.id);
  const reply = createViewReply(args, tellDirectly);
  await answer(reply, deps.logger, async () => {
    const requester = await readRequester(deps, context.teamId, body.user);
    await handle(await depsFor(deps, requester), { requester, reply, tellDirectly, view });
  });
}
