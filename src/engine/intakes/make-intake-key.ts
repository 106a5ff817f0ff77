import type { Clock } from '../../clock.ts';
import { addDuration } from '../../domain/duration.ts';
import type { ApiKeys } from '../people/api-keys.ts';
import type { Manager } from '../people/manager.ts';
import type { Intake } from './intakes.ts';

const keyLifetime = '90d';

/** A key of the person's own, for the command of an intake: for 90 days, shown once. Null for who is no person. */
export async function makeIntakeKey(
  { apiKeys, clock }: { apiKeys: Pick<ApiKeys, 'create'>; clock: Clock },
  by: Manager,
  { orgId, name }: Intake,
): Promise<string | null> {
  const { userId } = by.access;
  if (userId === null) return null;
  const expiresAt = addDuration(clock.now(), keyLifetime);
  const request = { name: `Intake ${name}`, owner: { kind: 'user', userId }, expiresAt } as const;
  return (await apiKeys.create(by, orgId, request)).bearer;
}
