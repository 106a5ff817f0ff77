import {
  type Step,
  delegateEntry,
  escalate,
  failAtDeadline,
  outcomesOf,
} from '../../../domain/definition.ts';
import type { Finding } from '../../../domain/finding.ts';
import { canonicalRecipient } from '../../../domain/recipient.ts';
import { timeoutMayApprove } from '../../workflows/check-people.ts';
import { isConditionOf } from '../../steps/pass-deadline.ts';
import { type ReachedStep, type Rule, reachedSteps } from '../lint-context.ts';

type Human = Extract<Step, { type: 'HUMAN' }>;

/** Every step that people decide has a deadline, somewhere to go when it passes, and is not approved by it unseen. */
export const deadlines: Rule = (context) =>
  reachedSteps(context).flatMap((reached) =>
    reached.step.type === 'HUMAN' ? checkDeadline(reached.step, reached) : [],
  );

function checkDeadline(step: Human, { path }: ReachedStep): Finding[] {
  const { name, deadline } = step;
  const base = { severity: 'warning', stepName: name, path } as const;
  if (deadline === undefined) {
    return [
      {
        ...base,
        rule: 'no-deadline',
        part: 'deadline',
        message: `"${name}" has no deadline: when nobody decides, the task waits there for up to a year.`,
        fix: 'Give it a deadline, and say whom to ask then or where the task goes.',
      },
    ];
  }
  const findings: Finding[] = [];
  const leadsNowhere = explainNowhere(step);
  if (leadsNowhere !== null) {
    findings.push({
      ...base,
      rule: 'deadline-leads-nowhere',
      part: 'deadline/then',
      message: `When nobody decides "${name}" within ${deadline.after}, ${leadsNowhere}.`,
      fix: 'Let the deadline escalate to somebody else, or take a handoff that leads on.',
    });
  }
  if (timeoutMayApprove(step)) {
    const label = outcomesOf(step).find((outcome) => outcome.name === deadline.then)?.label ?? deadline.then;
    findings.push({
      ...base,
      rule: 'timeout-approves',
      part: 'deadline/then',
      message: `When nobody decides "${name}" within ${deadline.after}, it goes on as if somebody had chosen "${label}".`,
      fix: 'Let the deadline escalate or refuse, unless nobody needs to look at it.',
    });
  }
  return findings;
}

/** What happens at a deadline that leads nowhere; null for one that leads somewhere. */
function explainNowhere(step: Human): string | null {
  const { deadline, assignees = [] } = step;
  if (deadline === undefined) return null;
  if (deadline.then === failAtDeadline && !isConditionOf(step, deadline.then))
    return 'the task stops as failed, and somebody has to send it on by hand';
  if (deadline.then !== escalate) return null;
  const asked = new Set(recipientsOf(assignees));
  const others = recipientsOf(deadline.escalateTo ?? []).filter((recipient) => !asked.has(recipient));
  if (others.length > 0 || assignees.length === 0) return null;
  return 'those are asked who are asked already, and it goes on waiting';
}

/** A template may turn out to be anybody, and a delegate is somebody else. */
function recipientsOf(entries: readonly string[]): string[] {
  return entries.flatMap((entry) =>
    entry.includes('{{') || entry === delegateEntry ? [entry] : entry.split(',').map(canonicalRecipient),
  );
}
