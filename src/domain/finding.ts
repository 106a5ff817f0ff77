/**
 * `error`: it will go wrong on the path that is shown, so the workflow is not activated. `warning`: it may be meant.
 * `undecided`: whether it goes wrong cannot be known from the definition.
 */
export type Severity = 'error' | 'warning' | 'undecided';

/** The severities for people, the worst first. */
export const severityWords: Readonly<Record<Severity, string>> = {
  error: 'Error',
  warning: 'Warning',
  undecided: 'Cannot be known beforehand',
};

/** The worst of them; null for none. */
export function worstOf(severities: readonly Severity[]): Severity | null {
  const order = Object.keys(severityWords) as Severity[];
  return order.find((severity) => severities.includes(severity)) ?? null;
}

/** Each rule of the check, in the order in which findings are told. */
export const ruleNames = [
  'unreachable-step',
  'never-completes',
  'outcome-without-handoff',
  'values-not-covered',
  'condition-impossible',
  'handoff-shadowed',
  'nobody-can-decide',
  'no-deadline',
  'deadline-leads-nowhere',
  'timeout-approves',
  'cycle-without-cap',
  'value-missing',
  'value-of-wrong-type',
  'model-missing',
  'agent-missing',
  'tool-missing',
  'tool-arguments',
  'secret-in-template',
] as const;
export type RuleName = (typeof ruleNames)[number];

/** A step on a path, and what happens there that leads on; null at the last one. */
export interface PathPart {
  stepName: string;
  taken: string | null;
}

/** One thing that the check has found. `message` says what goes wrong, `fix` what to do about it; both are plain text. */
export interface Finding {
  rule: RuleName;
  severity: Severity;
  /** Null: it is about the workflow as a whole. */
  stepName: string | null;
  /** The part of the step, such as `handoffs/1` or `inputsTemplate/message`; null: the step as a whole. */
  part: string | null;
  /** From the first step to where it goes wrong; empty when no path leads there. */
  path: PathPart[];
  message: string;
  fix: string;
}

/** How many findings there are of each severity. */
export type FindingCounts = Record<Severity, number>;

export function countFindings(findings: readonly Pick<Finding, 'severity'>[]): FindingCounts {
  const counts: FindingCounts = { error: 0, warning: 0, undecided: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** "2 errors, 1 warning", or null when there is nothing to tell. */
export function summarizeFindings(findings: readonly Pick<Finding, 'severity'>[]): string | null {
  const { error, warning, undecided } = countFindings(findings);
  const parts = [
    ...(error > 0 ? [plural(error, 'error')] : []),
    ...(warning > 0 ? [plural(warning, 'warning')] : []),
    ...(undecided > 0 ? [`${undecided} undecided`] : []),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

/** The path in one line: `triage (risk is "high") → review (approved) → pay`. */
export function describePath(path: readonly PathPart[]): string {
  return path
    .map(({ stepName, taken }) => (taken === null ? stepName : `${stepName} (${taken})`))
    .join(' → ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The findings for a terminal, or a file. */
export function findingLines(findings: readonly Finding[]): string[] {
  const summary = summarizeFindings(findings);
  if (summary === null) return ['  Nothing to report.'];
  const lines = findings.flatMap(({ severity, rule, path, message, fix }) => [
    `  ${severity} ${rule}: ${message}`,
    ...(path.length === 0 ? [] : [`    path: ${describePath(path)}`]),
    `    fix: ${fix}`,
  ]);
  return [...lines, `  ${summary}`];
}
