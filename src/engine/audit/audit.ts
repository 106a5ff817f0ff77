import type { AuditEntry, AuditFilter, AuditPlace, AuditStore } from '../../../models/audit-store.ts';
import type { ChainReader } from '../../../models/chain-reader.ts';
import { chainStart } from '../../domain/hash-chain.ts';
import { NotFoundError } from '../../errors.ts';
import { type Manager, requireAdmin, requireOrg } from '../people/manager.ts';
import { type AuditProgress, type AuditReport, verifyAudit, verifyExecution } from './verify-audit.ts';

/** The org's audit log: what was done to the org itself, and what happened in its tasks. For its admins. */
export interface Audit {
  /** Newest first, from `after` on. @throws NotFoundError for another org, PermissionError */
  list(
    by: Manager,
    orgId: string,
    filter: AuditFilter,
    page: { limit: number; after?: AuditPlace | undefined },
  ): Promise<AuditEntry[]>;
  /**
   * Recomputes the hash chains of the org and of its tasks, from `from` on, and names the first break. It answers
   * after `maxMs` with what was checked by then.
   * @throws as `list`
   */
  verify(by: Manager, orgId: string, request: { from?: AuditProgress; maxMs: number }): Promise<AuditReport>;
  /** The same for one task. @throws as `list` */
  verifyTask(by: Manager, orgId: string, executionId: string): Promise<AuditReport>;
}

export interface AuditDeps {
  store: AuditStore;
  chains: ChainReader;
}

export function createAudit({ store, chains }: AuditDeps): Audit {
  return {
    async list(by, orgId, filter, page) {
      requireOrg(by, orgId);
      requireAdmin(by);
      return store.list(orgId, filter, page);
    },
    async verify(by, orgId, { from, maxMs }) {
      requireOrg(by, orgId);
      requireAdmin(by);
      const endsAt = performance.now() + maxMs;
      return verifyAudit({ chains, isTimeUp: () => performance.now() >= endsAt }, orgId, from);
    },
    async verifyTask(by, orgId, executionId) {
      requireOrg(by, orgId);
      requireAdmin(by);
      const { found, events } = await verifyExecution({ chains }, orgId, executionId);
      if (found === null && events === 0) throw new NotFoundError('There is no such task.');
      const checked = { orgEvents: 0, executionEvents: events, executions: 1 };
      return { firstBreak: found, checked, orgHead: chainStart, next: null };
    },
  };
}

/** The place of an entry, to go on behind it. */
export function placeOf({ kind, key, event }: AuditEntry): AuditPlace {
  return { at: event.createdAt, kind, key };
}
