import { z } from 'zod';
import { scheduleActions } from '../../../../blocks/schedules/schedule-ids.ts';
import { scheduleForm } from '../../../../blocks/schedules/schedule-form.ts';
import { requireEditable } from '../../../engine/workflows/restrict-workflows.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { openModal } from '../open-modal.ts';
import type { FormRequest } from '../shared/open-forms.ts';
import { timeZoneOf } from '../shared/time-zone-of.ts';

/** What the form takes along. `revision`: the one whose inputs it asks for. */
export const ScheduleMetadata = z.object({
  workflowId: z.string().min(1).max(64),
  revision: z.number().int(),
  /** The channel in which it was opened; null elsewhere. */
  channelId: z.string().max(64).nullable(),
});
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
  const [{ workflow }, timeZone] = await Promise.all([
    deps.workflows.get(requester.orgId, workflowId),
    timeZoneOf(deps.connection.directory, requester.userId),
  ]);
  requireEditable((await deps.forRequester(requester)).access, workflow);
  const channel = channelId !== null && /^[CG]/.test(channelId) ? channelId : null;
  const { revision } = workflow;
  const metadata: ScheduleMetadata = { workflowId, revision, channelId: channel };
  const view = scheduleForm({
    workflow,
    when,
    timeZone,
    hasChannel: channel !== null,
    metadata: JSON.stringify(metadata),
  });
  const again = { text: 'New schedule', actionId: scheduleActions.create, value: workflowId };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}
