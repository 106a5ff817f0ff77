import { awayBlocks, readAwayForm } from '../../../../blocks/away/away-form.ts';
import { readAwayUntil } from '../../../domain/away-until.ts';
import { workingHoursOf } from '../../../domain/member-settings.ts';
import { ValidationError } from '../../../errors.ts';
import type { SettingsChange } from '../../../engine/people/personal-settings.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { hasPickers } from '../authoring/has-pickers.ts';
import { type Submission, markErrors } from '../views/submission.ts';
import { changeSettings, readerFor, resolveDelegate } from './set-away.ts';

/** Changes what was filled in otherwise than before: the time of somebody's return, who stands in, and their hours. */
export async function submitAway(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, view } = submission;
  const settings = await deps.settings.find(requester.orgId, requester.userId);
  const { until: date, delegate, note, workingHours, errors } = readAwayForm(view.state.values);
  if (Object.keys(errors).length > 0 || workingHours === null) {
    await markErrors(submission, errors);
    return;
  }
  const isSame = JSON.stringify(workingHours) === JSON.stringify(workingHoursOf(settings));
  const hours: SettingsChange = isSame ? {} : { workingHours };
  if (date === null) return changeSettings(deps, submission, { away: null, ...hours });
  const reader = await readerFor(deps, requester, { ...settings, workingHours });
  const until = readAwayUntil(date, reader);
  if (until === null) {
    await markErrors(submission, { [awayBlocks.until]: 'Choose a day that lies ahead, within a year.' });
    return;
  }
  try {
    const standIn = delegate === null ? null : await resolveDelegate(deps, requester, delegate);
    await changeSettings(deps, submission, { away: { until, delegate: standIn, note }, ...hours });
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const place = hasPickers(deps) ? awayBlocks.picked : awayBlocks.typed;
    await markErrors(submission, { [place]: error.message });
  }
}
