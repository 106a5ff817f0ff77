import { isOnePerson } from '../../domain/asks.ts';
import {
  type HumanStep,
  type Step,
  type UserMessageStep,
  complete,
  defaultCondition,
  delegateEntry,
  escalate,
  failAtDeadline,
  isAskStep,
  isRefusal,
  outcomesOf,
  timeoutApproves,
} from '../../domain/definition.ts';
import { durationMs } from '../../domain/duration.ts';
import { isJsonObject } from '../../domain/json.ts';
import { canonicalRecipient } from '../../domain/recipient.ts';
import { assertTemplate } from '../../domain/template-syntax.ts';
import type { FieldError } from '../../errors.ts';

type Report = (path: string, message: string) => void;

/**
 * Checks what a step that waits for people says of them: that enough can decide, that a form starts with
 * fields that it has, and that no timeout approves unless the author wrote that.
 *
 * @param check runs work whose error is one of the workflow's
 */
export function checkPeople(
  step: Step,
  path: string,
  errors: FieldError[],
  check: (work: () => void) => void,
): void {
  if (!isAskStep(step)) return;
  const report: Report = (at, message) => void errors.push({ path: `${path}/${at}`, message });
  checkWarning(step, report);
  checkDelegateEntries(step, report);
  if (step.type !== 'HUMAN') return;
  checkQuorum(step, report);
  checkTimeout(step, report);
  checkPrefill(step, path, report, check);
}

function checkWarning({ deadline }: UserMessageStep | HumanStep, report: Report): void {
  if (deadline?.warnBefore === undefined || durationMs(deadline.warnBefore) < durationMs(deadline.after))
    return;
  report(
    'deadline/warnBefore',
    'must be shorter than "after": the warning comes so long before the deadline',
  );
}

function checkDelegateEntries(step: UserMessageStep | HumanStep, report: Report): void {
  const single = step.type === 'USER_MESSAGE' && step.assignee !== undefined ? [step.assignee] : [];
  if (recipientsOf([...single, ...(step.assignees ?? [])]).includes(delegateEntry))
    report(
      'assignees',
      `cannot have "${delegateEntry}", which stands for a delegate in "deadline/escalateTo"`,
    );
}

/** Only what can be known now: templates and groups may turn out to be anybody. */
function checkQuorum(step: HumanStep, report: Report): void {
  const { required = 1, rejectionsRequired = 1 } = step.policy ?? {};
  const people = countPeople(step);
  if (people === null) return;
  const may = people === 1 ? 'only one person may decide' : `only ${people} people may decide`;
  if (required > people) report('policy/required', `is ${required}, and ${may}`);
  if (rejectionsRequired > people)
    report('policy/rejectionsRequired', `is ${rejectionsRequired}, and ${may}`);
}

/** How many people may decide at most; null when that cannot be known. */
function countPeople({ assignees, deadline }: HumanStep): number | null {
  const escalateTo = deadline?.then === escalate ? (deadline.escalateTo ?? []) : [];
  const entries = [...(assignees ?? []), ...escalateTo];
  if ((assignees ?? []).length === 0 || entries.some((entry) => entry.includes('{{'))) return null;
  const recipients = recipientsOf(entries);
  return recipients.every(isOnePerson) ? new Set(recipients).size : null;
}

function recipientsOf(entries: readonly string[]): string[] {
  return entries.flatMap((entry) => entry.split(',')).map(canonicalRecipient);
}

function checkTimeout(step: HumanStep, report: Report): void {
  const { deadline } = step;
  if (deadline === undefined || deadline.confirm === timeoutApproves) return;
  if (!timeoutMayApprove(step)) return;
  report(
    'deadline/confirm',
    `must be "${timeoutApproves}", in these words: "${deadline.then}" leads where an approval leads, and nobody has decided`,
  );
}

/** True when the timeout takes an outcome that is no refusal, or goes to the step to which such an outcome goes. */
export function timeoutMayApprove(step: HumanStep): boolean {
  const then = step.deadline?.then;
  if (then === undefined || then === escalate || (then === failAtDeadline && !isNamed(step, then)))
    return false;
  if (isRefusal(step, then)) return false;
  const approving = outcomesOf(step).filter(({ name }) => !isRefusal(step, name));
  if (approving.some(({ name }) => name === then)) return true;
  const to = targetOf(step, then);
  return to !== complete && approving.some(({ name }) => targetOf(step, name) === to);
}

function isNamed(step: HumanStep, name: string): boolean {
  return (
    outcomesOf(step).some((outcome) => outcome.name === name) ||
    (step.handoffs ?? []).some(({ condition }) => condition === name)
  );
}

/** Where a condition leads; null when the step does not say. */
function targetOf({ handoffs = [] }: HumanStep, condition: string): string | null {
  const named = handoffs.find((handoff) => handoff.condition === condition && handoff.when === undefined);
  const fallback = handoffs.find((handoff) => handoff.condition === defaultCondition);
  return (named ?? fallback)?.to ?? null;
}

function checkPrefill(
  { prefill = {}, outputSchema }: HumanStep,
  path: string,
  report: Report,
  check: (work: () => void) => void,
): void {
  const properties = outputSchema?.['properties'];
  const fields = isJsonObject(properties) ? Object.keys(properties) : [];
  for (const [field, template] of Object.entries(prefill)) {
    check(() => assertTemplate(template, `${path}/prefill/${field}`));
    if (fields.includes(field)) continue;
    const known = fields.length === 0 ? 'none' : fields.join(', ');
    report(`prefill/${field}`, `is no field of the output schema, which has ${known}`);
  }
}
