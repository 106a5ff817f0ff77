import type { AuditEntry } from '../../../models/audit-store.ts';
import { type AuditReport, describeBreak } from '../../engine/audit/verify-audit.ts';
import { encodeCursor } from './paging.ts';
import type { Actor } from '../../domain/actor.ts';

/** What the outside sees of one entry. Those of the org have a `subject` and no task, those of tasks the reverse. */
export function representAuditEntry(entry: AuditEntry): Record<string, unknown> {
  const { id, type, createdAt, orgId, workflowId, actor, data, seq, prevHash, hash } = entry.event;
  const about =
    entry.kind === 'org'
      ? { executionId: null, stepId: null, stepName: null, subject: entry.event.subject }
      : {
          executionId: entry.event.executionId,
          stepId: entry.event.stepId,
          stepName: entry.event.stepName,
          subject: null,
        };
  const { kind } = entry;
  return { id, kind, type, createdAt, orgId, workflowId, ...about, actor, data, seq, prevHash, hash };
}

/** What was checked, and what is wrong. `isComplete` false: ask again with `nextCursor` for the rest. */
export function representVerification(report: AuditReport): Record<string, unknown> {
  const { firstBreak, checked, orgHead, next } = report;
  return {
    isIntact: firstBreak === null,
    isComplete: next === null && firstBreak === null,
    firstBreak: firstBreak === null ? null : { ...firstBreak, message: describeBreak(firstBreak) },
    checked,
    orgHead: orgHead.seq === 0 ? null : orgHead,
    nextCursor: next === null ? null : encodeCursor(next),
  };
}

const columns = [
  'id',
  'createdAt',
  'type',
  'workflowId',
  'executionId',
  'stepName',
  'subjectKind',
  'subjectId',
  'subjectName',
  'actorKind',
  'actorId',
  'actorName',
  'data',
  'seq',
  'hash',
] as const;

export const csvHeader = `${columns.join(',')}\r\n`;

/** One line of CSV (RFC 4180). */
export function toCsvLine(entry: AuditEntry): string {
  const { id, createdAt, type, workflowId, actor, data, seq, hash } = entry.event;
  const subject = entry.kind === 'org' ? entry.event.subject : null;
  const task = entry.kind === 'execution' ? entry.event : null;
  const cells: Record<(typeof columns)[number], string> = {
    id,
    createdAt: createdAt.toISOString(),
    type,
    workflowId: workflowId ?? '',
    executionId: task?.executionId ?? '',
    stepName: task?.stepName ?? '',
    subjectKind: subject?.kind ?? '',
    subjectId: subject?.id ?? '',
    subjectName: subject?.name ?? '',
    actorKind: actor.kind,
    actorId: idOf(actor),
    actorName: actor.kind === 'system' ? '' : (actor.name ?? ''),
    data: JSON.stringify(data),
    seq: String(seq),
    hash,
  };
  return `${columns.map((column) => toCell(cells[column])).join(',')}\r\n`;
}

export function toJsonLine(entry: AuditEntry): string {
  return `${JSON.stringify(representAuditEntry(entry))}\n`;
}

/** A text that a spreadsheet would take for a formula is marked as text. */
function toCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function idOf(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return actor.userId;
    case 'key':
      return actor.keyId;
    case 'schedule':
      return actor.triggerId;
    case 'system':
      return '';
  }
}
