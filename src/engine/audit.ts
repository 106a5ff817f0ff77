import type { AuditEntry, AuditFilter, AuditPlace, AuditStore } from '../../models/audit-store.ts';
import { type Manager, requireAdmin, requireOrg } from './manager.ts';

/** The org's audit log: what was done to the org itself, and what happened in its tasks. For its admins. */
export interface Audit {
  /** Newest first, from `after` on. @throws NotFoundError for another org, PermissionError */
  list(
    by: Manager,
    orgId: string,
    filter: AuditFilter,
    page: { limit: number; after?: AuditPlace | undefined },
  ): Promise<AuditEntry[]>;
}

export function createAudit(store: AuditStore): Audit {
  return {
    async list(by, orgId, filter, page) {
      requireOrg(by, orgId);
      requireAdmin(by);
      return store.list(orgId, filter, page);
    },
  };
}

/** The place of an entry, to go on behind it. */
export function placeOf({ kind, key, event }: AuditEntry): AuditPlace {
  return { at: event.createdAt, kind, key };
}
