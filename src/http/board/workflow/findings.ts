import type { Definition } from '../../../domain/definition.ts';
import {
  type Finding,
  type Severity,
  severityWords,
  summarizeFindings,
  worstOf,
} from '../../../domain/finding.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import type { BoardAuthoring, FindingView } from '../board-authoring.ts';
import { html, type SafeHtml } from '../html.ts';
import { icon } from '../icons.ts';
import type { Labels } from '../mrkdwn.ts';

export interface FindingsOptions {
  workflow: Workflow;
  definition: Definition;
  findings: readonly Finding[];
  canEdit: boolean;
  authoring: BoardAuthoring;
  /** Of the people whom findings name by their ids. */
  labels: Labels;
}

const chips: Readonly<Record<Severity, string>> = {
  error: 'chip-bad',
  warning: 'chip-warn',
  undecided: 'chip-plain',
};

/** What the check has found, the worst first, each with the way that leads there and where it is mended. */
export function findingsPart(options: FindingsOptions & { isRefused: boolean }): SafeHtml {
  const { workflow, definition, findings, authoring, isRefused } = options;
  if (definition.steps.length === 0) return html``;
  const intro = authoring.check.intro(workflow, findings, isRefused);
  const role = isRefused ? html` role="alert"` : html``;
  return html`<section class="panel check" id="check" aria-labelledby="check-title"${role}>
    <div class="panel-head"><h2 id="check-title">Check</h2>${summaryChip(findings)}</div>
    <p class="${findings.length === 0 ? 'quiet' : ''}">${intro}</p>
    ${findingList(options, findings)}</section>`;
}

/** Those of one step, for the page on which it is changed, and a word about all others. */
export function findingsOfStep(options: FindingsOptions, stepName: string): SafeHtml {
  const { workflow, findings } = options;
  const own = findings.filter((finding) => finding.stepName === stepName);
  return html`<div class="check-step">${checkLine(workflow.id, findings)}${findingList(options, own)}</div>`;
}

/** One line with the way to all of them, for pages on which a workflow is changed. */
export function checkLine(workflowId: string, findings: readonly Finding[]): SafeHtml {
  const summary = summarizeFindings(findings);
  if (summary === null)
    return html`<p class="check-line quiet">${icon('done')} The check has found nothing.</p>`;
  return html`<p class="check-line">${summaryChip(findings)} <a href="/board/workflows/${workflowId}/edit#check">What the check has found</a></p>`;
}

function summaryChip(findings: readonly Finding[]): SafeHtml {
  const summary = summarizeFindings(findings);
  if (summary === null) return html`<span class="chip chip-good">${icon('done')} Nothing found</span>`;
  const worst = worstOf(findings.map(({ severity }) => severity)) ?? 'undecided';
  return html`<span class="chip ${chips[worst]}">${icon('stop')} ${summary}</span>`;
}

function findingList(options: FindingsOptions, findings: readonly Finding[]): SafeHtml {
  if (findings.length === 0) return html``;
  return html`<ul class="findings">${findings.map((finding) => findingItem(options, finding))}</ul>`;
}

function findingItem(options: FindingsOptions, finding: Finding): SafeHtml {
  const { workflow, definition, canEdit, authoring, labels } = options;
  const { severity } = finding;
  const found = authoring.check.finding(definition, finding);
  const view = { ...found, says: withNames(found.says, labels) };
  const mend =
    canEdit && view.step !== null && workflow.status !== 'ARCHIVED'
      ? html`<a class="button button-small" href="${mendPath(workflow.id, view)}" aria-label="Edit: ${view.says}">Edit</a>`
      : html``;
  return html`<li class="finding finding-${severity}">
    <div class="finding-about"><p><span class="chip ${chips[severity]}">${severityWords[severity]}</span> ${view.says}</p>
      ${wayOf(view)}<p class="meta">${icon('tool')} ${view.fix}</p></div>${mend}</li>`;
}

/** What may be the id of a person, as the check names whom a step asks. */
const personId = /\b[UW][A-Z0-9]{2,}\b/g;

/** The people whom plain texts of the check and of scenarios name. */
export function peopleIn(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => text.match(personId) ?? []))];
}

/** The text with their names where their ids stand. */
export function withNames(text: string, labels: Labels): string {
  return text.replace(personId, (id) => labels.get(id) ?? id);
}

function wayOf({ way }: FindingView): SafeHtml {
  if (way.length === 0 || (way.length === 1 && way[0]?.taken === null)) return html``;
  const parts = way.map(
    ({ title, taken }) =>
      html`<li><strong>${title}</strong>${taken === null ? html`` : html` <span class="taken">${taken}</span>`}</li>`,
  );
  return html`<ol class="way" aria-label="The way there">${parts}</ol>`;
}

function mendPath(workflowId: string, { step, part }: FindingView): string {
  const path = `/board/workflows/${workflowId}/steps/${step?.id ?? ''}`;
  if (part === 'answer') return `${path}/fields`;
  return part === 'edit' ? path : `${path}?open=${part}#part-${part}`;
}

/** What of the graph is marked, with the worst that is found there. */
export interface GraphMarks {
  /** By the step's id. */
  steps: ReadonlyMap<string, Severity>;
  /** By the step's id and the place of the handoff, as `edgeKey` joins them. */
  edges: ReadonlyMap<string, Severity>;
}

export function edgeKey(stepId: string, handoff: number): string {
  return `${stepId}/${handoff}`;
}

/** Where in the graph the findings are. What is about a handoff marks its arrow and its step. */
export function marksOf({ steps }: Definition, findings: readonly Finding[]): GraphMarks {
  const marks = { steps: new Map<string, Severity>(), edges: new Map<string, Severity>() };
  const mark = (places: Map<string, Severity>, key: string, severity: Severity): void => {
    const before = places.get(key);
    places.set(key, worstOf(before === undefined ? [severity] : [before, severity]) ?? severity);
  };
  for (const { stepName, part, severity } of findings) {
    const id = steps.find(({ name }) => name === stepName)?.id;
    if (id === undefined) continue;
    mark(marks.steps, id, severity);
    const handoff = /^handoffs\/(\d+)/.exec(part ?? '')?.[1];
    if (handoff !== undefined) mark(marks.edges, edgeKey(id, Number(handoff)), severity);
  }
  return marks;
}
