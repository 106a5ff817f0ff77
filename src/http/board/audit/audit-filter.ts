import type { Request } from 'express';
import type { AuditFilter } from '../../../../models/audit-store.ts';

/** What somebody looks for in the log, as texts of the page's form. */
export interface AuditSearch {
  type: string;
  actor: string;
  workflow: string;
  task: string;
  /** Days, `2026-03-01`. */
  since: string;
  until: string;
}

const fields = ['type', 'actor', 'workflow', 'task', 'since', 'until'] as const;
const maxLength = 100;
const dayMs = 86_400_000;

export function readAuditSearch({ query }: Pick<Request, 'query'>): AuditSearch {
  const text = (name: string): string => {
    const value = query[name];
    return typeof value === 'string' ? value.trim().slice(0, maxLength) : '';
  };
  const [type = '', actor = '', workflow = '', task = '', since = '', until = ''] = fields.map(text);
  return { type, actor, workflow, task, since, until };
}

/** The filter of the log. Days are those of UTC; the last one is included. What is no day counts as not given. */
export function toAuditFilter({ type, actor, workflow, task, since, until }: AuditSearch): AuditFilter {
  const last = dayOf(until);
  return {
    type: type || undefined,
    actor: actor || undefined,
    workflowId: workflow || undefined,
    executionId: task || undefined,
    since: dayOf(since),
    until: last === undefined ? undefined : new Date(last.getTime() + dayMs),
  };
}

/** The address's query for a search, and what else is given; '' or it begins with `?`. */
export function auditQuery(search: AuditSearch, more: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries({ ...search, ...more }).filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function dayOf(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? undefined : day;
}
