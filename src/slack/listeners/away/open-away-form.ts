import { awayForm } from '../../../../blocks/away/away-form.ts';
import { awayActions } from '../../../../blocks/away/away-ids.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { hasPickers } from '../authoring/has-pickers.ts';
import { openModal } from '../open-modal.ts';
import type { FormRequest } from '../shared/open-forms.ts';
import { timeZoneOf } from '../shared/time-zone-of.ts';

/** Asks until when somebody is away, who stands in, and when they work. */
export async function openAwayForm(
  deps: SlackDeps,
  { requester, triggerId, reply }: FormRequest,
): Promise<void> {
  const { orgId, userId } = requester;
  const [settings, timeZone] = await Promise.all([
    deps.settings.find(orgId, userId),
    timeZoneOf(deps.connection.directory, userId),
  ]);
  const view = awayForm({ settings, timeZone, now: deps.clock.now(), hasPickers: hasPickers(deps) });
  const again = { text: 'Open the form', actionId: awayActions.open };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}
