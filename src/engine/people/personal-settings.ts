import type { MemberSettings } from '../../domain/member-settings.ts';
import type { WorkingHours } from '../../domain/working-hours.ts';
import type { Manager } from './manager.ts';

/** What is changed; what is left out stays. */
export interface SettingsChange {
  /** Null: the default again. */
  workingHours?: WorkingHours | null;
  /** From now until then; null: they are back. `delegate`: a Slack user id. */
  away?: { until: Date; delegate: string | null; note: string | null } | null;
}

/** When people work, whether they are away, and who stands in. Every change is logged. */
export interface PersonalSettings {
  /** For Baton itself. Whoever has set nothing has the defaults. */
  find(orgId: string, userId: string): Promise<MemberSettings>;
  /** One's own, and for admins everybody's. @throws NotFoundError, PermissionError */
  read(by: Manager, orgId: string, userId: string): Promise<MemberSettings>;
  /** @throws as `read`; ValidationError for a time that is over or too far away, and for who names themselves */
  change(by: Manager, orgId: string, userId: string, change: SettingsChange): Promise<MemberSettings>;
}
