import type { ChainReader, ClaimPlace, LogClaim, LogPlace } from '../../../models/chain-reader.ts';
import { type ExecutionEvent, hashEvent } from '../../domain/event.ts';
import {
  type ChainBreak,
  type ChainHead,
  chainStart,
  checkLink,
  findBreak,
} from '../../domain/hash-chain.ts';
import { hashOrgEvent } from '../../domain/org-event-chain.ts';

/** Where a chain breaks: the org's own (`executionId` null), or that of an execution. */
export interface AuditBreak extends ChainBreak {
  executionId: string | null;
}

/** How far the logs were checked. They are checked in this order; `orgHead` is the end of the org's own. */
export type AuditProgress =
  | { stage: 'org'; orgHead: ChainHead }
  /** Each execution that has events in the log. */
  | { stage: 'log'; orgHead: ChainHead; after: LogPlace | null }
  /** Whether what each execution says of its log is there. */
  | { stage: 'executions'; orgHead: ChainHead; after: ClaimPlace | null };

export interface AuditReport {
  /** The first that was found; null: everything that was checked fits. */
  firstBreak: AuditBreak | null;
  checked: { orgEvents: number; executionEvents: number; executions: number };
  /** The end of the org's own chain. Kept elsewhere, it shows later whether the newest events were taken away. */
  orgHead: ChainHead;
  /** Where to go on; null when everything was checked, or a break was found. */
  next: AuditProgress | null;
}

export interface VerifyDeps {
  chains: ChainReader;
  /** True when it is time to answer with what was done so far. */
  isTimeUp: () => boolean;
}

export const auditStart: AuditProgress = { stage: 'org', orgHead: chainStart };

/**
 * Recomputes the hash chains of the org's log and of its executions' logs. Nothing is written. Whether the time is up
 * is asked after each event of the org, each execution, and each part that is read.
 */
export async function verifyAudit(
  deps: VerifyDeps,
  orgId: string,
  from: AuditProgress = auditStart,
): Promise<AuditReport> {
  const report: AuditReport = {
    firstBreak: null,
    checked: { orgEvents: 0, executionEvents: 0, executions: 0 },
    orgHead: from.orgHead,
    next: from,
  };
  if (report.next?.stage === 'org') await verifyOrgLog(deps, orgId, report);
  if (report.next?.stage === 'log') await verifyLogs(deps, orgId, report, report.next.after);
  if (report.next?.stage === 'executions') await verifyClaims(deps, orgId, report, report.next.after);
  return report;
}

/** The same for one execution. @returns null when its whole log fits, also while it is being written */
export async function verifyExecution(
  { chains }: Pick<VerifyDeps, 'chains'>,
  orgId: string,
  executionId: string,
): Promise<{ found: AuditBreak | null; events: number }> {
  // The execution first: what is moved into the log in between is then found in both places, not in neither.
  const claim = await chains.claim(orgId, executionId);
  const events = await chains.eventsOf(orgId, executionId);
  const whole = claim === null ? events : withOutbox(claim, events);
  const found = findBreak(whole, orNoHash(hashEvent)) ?? (claim === null ? null : checkEnd(claim, whole));
  return { found: found === null ? null : { ...found, executionId }, events: whole.length };
}

/** In words for whoever has to find out what happened. */
export function describeBreak({ executionId, seq, problem }: AuditBreak): string {
  const event = `Event ${seq} of ${executionId === null ? "the org's own log" : `task ${executionId}`}`;
  switch (problem) {
    case 'missing':
      return `${event} is missing.`;
    case 'changed':
      return `${event} was changed: its hash is not that of what it says.`;
    case 'unchained':
      return `${event} does not follow from the event before it: one of the two was replaced.`;
  }
}

async function verifyOrgLog(deps: VerifyDeps, orgId: string, report: AuditReport): Promise<void> {
  const hashOf = orNoHash(hashOrgEvent);
  for await (const event of deps.chains.orgEvents(orgId, report.orgHead.seq)) {
    const found = checkLink(report.orgHead, event, hashOf);
    if (found !== null) return stopAt(report, { ...found, executionId: null });
    report.orgHead = { seq: event.seq, hash: event.hash };
    report.checked.orgEvents += 1;
    report.next = { stage: 'org', orgHead: report.orgHead };
    if (deps.isTimeUp()) return;
  }
  report.next = { stage: 'log', orgHead: report.orgHead, after: null };
}

async function verifyLogs(
  deps: VerifyDeps,
  orgId: string,
  report: AuditReport,
  from: LogPlace | null,
): Promise<void> {
  const { chains, isTimeUp } = deps;
  const { orgHead } = report;
  const undated = from === null ? await chains.findUndated(orgId) : null;
  if (undated !== null && !(await verifyOne(deps, orgId, undated, report))) return;
  let after = from;
  do {
    const { items, next } = await chains.listStarts(orgId, after);
    for (const { executionId, place } of items) {
      if (!(await verifyOne(deps, orgId, executionId, report))) return;
      report.next = { stage: 'log', orgHead, after: place };
      if (isTimeUp()) return;
    }
    after = next;
    if (next !== null) report.next = { stage: 'log', orgHead, after: next };
    if (next !== null && isTimeUp()) return;
  } while (after !== null);
  report.next = { stage: 'executions', orgHead, after: null };
}

/** @returns false when its log is broken, and says so in the report */
async function verifyOne(
  deps: VerifyDeps,
  orgId: string,
  executionId: string,
  report: AuditReport,
): Promise<boolean> {
  const { found, events } = await verifyExecution(deps, orgId, executionId);
  if (found !== null) {
    stopAt(report, found);
    return false;
  }
  report.checked.executions += 1;
  report.checked.executionEvents += events;
  return true;
}

/** Finds what the walk through the log cannot see: logs that were cut off at their end, or taken away whole. */
async function verifyClaims(
  deps: VerifyDeps,
  orgId: string,
  report: AuditReport,
  from: ClaimPlace | null,
): Promise<void> {
  let after = from;
  do {
    const { items, next } = await deps.chains.listClaims(orgId, after);
    const found = await findMissing(deps, orgId, items);
    if (found !== null) return stopAt(report, found);
    report.next = next === null ? null : { stage: 'executions', orgHead: report.orgHead, after: next };
    after = next;
  } while (after !== null && !deps.isTimeUp());
}

async function findMissing(
  deps: VerifyDeps,
  orgId: string,
  claims: readonly LogClaim[],
): Promise<AuditBreak | null> {
  const places = claims.map((claim) => ({ executionId: claim.executionId, ...movedHead(claim) }));
  const hashes = await deps.chains.findHashes(places.filter(({ seq }) => seq > 0));
  for (const { executionId, seq, hash } of places) {
    if (seq === 0 || hashes.get(executionId) === hash) continue;
    const { found } = await verifyExecution(deps, orgId, executionId);
    if (found !== null) return found;
  }
  return null;
}

/** An event out of which no hash can be made, because its time is none, say, has no hash that fits. */
function orNoHash<Link>(hashOf: (link: Link) => string): (link: Link) => string {
  return (link) => {
    try {
      return hashOf(link);
    } catch {
      return '';
    }
  };
}

/** The last event that has to be in the log. */
function movedHead({ last, outbox }: LogClaim): ChainHead {
  const [first] = outbox;
  return first === undefined ? last : { seq: first.seq - 1, hash: first.prevHash };
}

/** The log up to what the execution has not moved yet, and that. */
function withOutbox(claim: LogClaim, moved: readonly ExecutionEvent[]): ExecutionEvent[] {
  const { seq } = movedHead(claim);
  return [...moved.filter((event) => event.seq <= seq), ...claim.outbox];
}

function checkEnd({ last }: LogClaim, whole: readonly ExecutionEvent[]): ChainBreak | null {
  const end = whole.at(-1) ?? chainStart;
  if (end.seq < last.seq) return { seq: end.seq + 1, problem: 'missing' };
  return end.hash === last.hash ? null : { seq: end.seq, problem: 'changed' };
}

function stopAt(report: AuditReport, found: AuditBreak): void {
  report.firstBreak = found;
  report.next = null;
}
