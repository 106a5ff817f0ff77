import { createChainReader } from '../../models/chain-reader.ts';
import type { Database } from '../../models/database.ts';
import { type Org, createOrgStore } from '../../models/org.ts';
import { type AuditReport, describeBreak, verifyAudit } from '../engine/audit/verify-audit.ts';
import { NotFoundError } from '../errors.ts';

export interface VerifyAuditParts {
  database: Database;
  /** Null: every org. */
  orgId: string | null;
  /** Shows a line to the person. */
  print: (line: string) => void;
}

/**
 * Recomputes all hash chains and prints one line for each org.
 *
 * @returns false when a chain is broken
 * @throws NotFoundError for an org that is not there
 */
export async function runVerifyAudit({ database, orgId, print }: VerifyAuditParts): Promise<boolean> {
  const orgs = await orgsToVerify(database, orgId);
  const chains = createChainReader(database);
  let areIntact = true;
  for (const org of orgs) {
    const report = await verifyAudit({ chains, isTimeUp: () => false }, org.id);
    print(describeReport(org, report));
    areIntact &&= report.firstBreak === null;
  }
  return areIntact;
}

async function orgsToVerify(database: Database, orgId: string | null): Promise<Org[]> {
  const orgs = createOrgStore(database);
  const all = await orgs.list();
  if (orgId === null) return all;
  const org = all.find(({ id }) => id === orgId);
  if (org === undefined) throw new NotFoundError(`There is no org ${orgId}.`);
  return [org];
}

function describeReport({ id, name }: Org, { firstBreak, checked, orgHead }: AuditReport): string {
  const { orgEvents, executionEvents, executions } = checked;
  const counts = `${orgEvents} events of the org, ${executionEvents} events of ${executions} tasks`;
  if (firstBreak !== null)
    return `BROKEN\t${name} (${id})\t${describeBreak(firstBreak)} Checked before it: ${counts}.`;
  return `intact\t${name} (${id})\t${counts}; the org's log ends with ${orgHead.seq} ${orgHead.hash}`;
}
