import { createExecutionParking } from '../../models/execution-parking.ts';
import type { Database } from '../../models/database.ts';
import { MongoExecutionStore } from '../../models/mongo-execution-store.ts';
import type { AppBase } from './app-base.ts';
import type { EngineDeps } from '../engine/engine-deps.ts';
import type { SlackSide } from './slack-side.ts';
import { takeUpRegularly } from './take-up-regularly.ts';

/**
 * Whose work is done, once the process knows how it reaches Slack. With many workspaces that of the orgs that have
 * Baton installed, also what was parked just when somebody installed it; else that of the one org, also when it was
 * parked while Baton served many.
 */
export async function serveOrgs(
  { database, clock, stoppers, logger }: Pick<AppBase, 'database' | 'clock' | 'stoppers' | 'logger'>,
  slack: SlackSide | null,
  orgId: string,
): Promise<void> {
  if (slack !== null && slack.many !== null) {
    const { installations } = slack.many;
    await installations.reconcile();
    return takeUpRegularly({ installations, stoppers, logger });
  }
  const parking = createExecutionParking(database);
  if (await parking.hasParked(orgId)) await parking.unpark(orgId, clock.now());
}

/** The executions that the engine may claim: those of the one org, or of all orgs that have Baton installed. */
export function servedBy(
  database: Database,
  slack: SlackSide | null,
  orgId: string,
): Pick<EngineDeps, 'executions' | 'isParked'> {
  const many = slack?.many ?? null;
  if (many === null) return { executions: new MongoExecutionStore(database, [orgId]) };
  return {
    executions: new MongoExecutionStore(database),
    isParked: (id) => many.connections.isParked(id),
  };
}
