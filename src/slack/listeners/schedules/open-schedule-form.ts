import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { scheduleActions } from '../../../../blocks/schedules/schedule-ids.ts';
import { scheduleForm } from '../../../../blocks/schedules/schedule-form.ts';
import { encodeTriggerRef } from '../../../../blocks/trigger-ref.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import type { Schedule } from '../../../engine/triggers/schedules.ts';
import { requireEditable } from '../../../engine/workflows/restrict-workflows.ts';
import type { Timers } from '../../../timers.ts';
import type { Directory } from '../../directory.ts';
import { ifSoon } from '../../if-soon.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { fingerprint } from '../authoring/authoring-metadata.ts';
import { managerFor } from '../keys/show-keys.ts';
import { openModal } from '../open-modal.ts';
import type { Requester } from '../requester.ts';
import type { FormRequest } from '../shared/open-forms.ts';
import { timeZoneOf } from '../shared/time-zone-of.ts';

const Id = z.string().min(1).max(64);

/** What the form of a new schedule takes along. `channelId`: where it was opened; null elsewhere. */
export const NewScheduleMetadata = z.object({ workflowId: Id, channelId: Id.nullable() });
export type NewScheduleMetadata = z.infer<typeof NewScheduleMetadata>;

/** What the form of one that is there takes along. `seen`: what it was when the form was opened. */
export const ScheduleMetadata = NewScheduleMetadata.extend({ scheduleId: Id, seen: Id });
export type ScheduleMetadata = z.infer<typeof ScheduleMetadata>;

export interface OpenScheduleForm {
  workflowId: string;
  /** What was typed behind the command. */
  when: string;
  channelId: string | null;
}

/** Asks when tasks of the workflow start. @throws NotFoundError, PermissionError for who may not change it */
export async function openScheduleForm(
  deps: SlackDeps,
  { requester, triggerId, reply }: FormRequest,
  { workflowId, when, channelId }: OpenScheduleForm,
): Promise<void> {
  const [workflow, timeZone] = await Promise.all([
    readEditable(deps, requester, workflowId),
    timeZoneOf(deps.connection.directory, requester.userId),
  ]);
  const metadata: NewScheduleMetadata = { workflowId, channelId: channelOrNone(channelId) };
  const view = scheduleForm({
    workflow,
    begins: { when, timeZone },
    channelId: metadata.channelId,
    metadata: JSON.stringify(metadata),
  });
  const again = { text: 'New schedule', actionId: scheduleActions.create, value: workflowId };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

/** Shows a schedule as a form that changes it. @throws as `openScheduleForm` */
export async function openScheduleEdit(
  deps: SlackDeps,
  { requester, triggerId, reply }: FormRequest,
  { workflowId, scheduleId, channelId }: { workflowId: string; scheduleId: string; channelId: string | null },
): Promise<void> {
  const workflow = await readEditable(deps, requester, workflowId);
  const by = await managerFor(deps, requester);
  const { schedule } = await deps.schedules.get(by, workflowId, scheduleId);
  const view = await scheduleView(deps, workflow, schedule, channelOrNone(channelId));
  const value = encodeTriggerRef({ workflowId, triggerId: scheduleId });
  const again = { text: 'Edit the schedule', actionId: scheduleActions.edit, value };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

/** The form of a schedule as it is now; without the name of its channel where Slack does not say that soon. */
export async function scheduleView(
  { connection: { directory } }: { connection: { directory: Pick<Directory, 'labelOf'> } },
  workflow: Pick<Workflow, 'id' | 'name' | 'inputsSchema'>,
  schedule: Pick<Schedule, 'id' | 'name' | 'settings'>,
  channelId: string | null,
  timers?: Timers,
): Promise<ModalView> {
  const { postTo } = schedule.settings;
  const isElsewhere = postTo !== null && postTo !== channelId;
  const metadata: ScheduleMetadata = {
    workflowId: workflow.id,
    channelId,
    scheduleId: schedule.id,
    seen: seenOf(schedule),
  };
  return scheduleForm({
    workflow,
    begins: schedule,
    channelId,
    postsTo: isElsewhere ? await ifSoon(directory.labelOf(postTo), timers) : null,
    metadata: JSON.stringify(metadata),
  });
}

/** The same for the same schedule, paused or not. */
export function seenOf({ name, settings }: Pick<Schedule, 'name' | 'settings'>): string {
  return fingerprint([name, settings]);
}

async function readEditable(deps: SlackDeps, requester: Requester, workflowId: string): Promise<Workflow> {
  const { workflow } = await deps.workflows.get(requester.orgId, workflowId);
  requireEditable((await deps.forRequester(requester)).access, workflow);
  return workflow;
}

/** Cards stand in channels only. */
function channelOrNone(channelId: string | null): string | null {
  return channelId !== null && /^[CG]/.test(channelId) ? channelId : null;
}
