import { type WorkingHours, defaultWorkingHours } from './working-hours.ts';

/** Somebody is not there until then. A fact with a time: nothing needs to be done when it ends. */
export interface Away {
  /** When it was set. */
  since: Date;
  until: Date;
  /** Who is asked instead: a Slack user id; null: nobody stands in. */
  delegate: string | null;
  /** For those who read that they are away. */
  note: string | null;
}

/** What a person has set for themselves. */
export interface MemberSettings {
  orgId: string;
  /** Slack user id. */
  userId: string;
  /** Null: `defaultWorkingHours`. */
  workingHours: WorkingHours | null;
  /** The newest one, which may be over; null before the first. */
  away: Away | null;
  updatedAt: Date | null;
}

/** What is set for somebody who has set nothing. */
export function noSettings(orgId: string, userId: string): MemberSettings {
  return { orgId, userId, workingHours: null, away: null, updatedAt: null };
}

/** Null for whoever is there. */
export function awayAt({ away }: Pick<MemberSettings, 'away'>, now: Date): Away | null {
  return away !== null && now < away.until ? away : null;
}

export function workingHoursOf({ workingHours }: Pick<MemberSettings, 'workingHours'>): WorkingHours {
  return workingHours ?? defaultWorkingHours;
}
