import type { Definition, Step } from '../../../domain/definition.ts';
import { type Severity, severityWords, worstOf } from '../../../domain/finding.ts';
import { stepKindWord } from '../../../domain/workflow-words.ts';
import type { StepEdge } from '../board-authoring.ts';
import { html, type SafeHtml } from '../html.ts';
import { edgeKey, type GraphMarks } from './findings.ts';
import {
  type GraphArrow,
  type GraphBox,
  endNode,
  layoutGraph,
  startNode,
  targetNode,
} from './layout-graph.ts';

const maxTitle = 22;
/** Beyond this many ways a picture says nothing, and to lay it out would hold up everybody else. */
const maxDrawnWays = 150;
const dotRadius = 13;

/**
 * The workflow as a picture: a box for each step and an arrow for each way, with a list that says the same. Of one with
 * very many ways there is the list alone.
 */
export function workflowGraph(
  definition: Definition,
  edges: readonly StepEdge[],
  titleOf: (step: Step) => string,
  marks: GraphMarks,
): SafeHtml {
  if (edges.length > maxDrawnWays) return wordsAlone(definition, edges, titleOf);
  const { width, height, boxes, arrows } = layoutGraph(definition, edges);
  const size = html`width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"`;
  const drawn = boxes.map((box) => drawBox(definition, box, titleOf, marks));
  const drawnArrows = arrows.map((arrow) => ({ ...arrow, mark: markOfArrow(arrow, edges, marks) }));
  return html`<figure class="graph panel">
    <div class="graph-frame" role="region" aria-label="The steps as a graph" tabindex="0">
      <svg ${size} role="group" aria-labelledby="graph-title" aria-describedby="graph-text">
        <title id="graph-title">The steps, and where each leads</title>
        <defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="graph-head" d="M0 0L10 5L0 10z"/></marker></defs>
        ${drawnArrows.map(drawArrow)}${drawn}${drawnArrows.map(drawLabel)}
      </svg>
    </div>
    <figcaption><details><summary>The same in words</summary><div id="graph-text">${inWords(definition, edges, titleOf)}</div></details></figcaption>
  </figure>`;
}

function wordsAlone(
  definition: Definition,
  edges: readonly StepEdge[],
  titleOf: (step: Step) => string,
): SafeHtml {
  return html`<section class="graph panel" aria-label="The steps, and where each leads">
    <p class="hint">There are ${edges.length} ways from step to step: too many for a picture, so here they are in words.</p>
    <details><summary>Where each step leads</summary><div>${inWords(definition, edges, titleOf)}</div></details>
  </section>`;
}

function drawBox(
  definition: Definition,
  box: GraphBox,
  titleOf: (step: Step) => string,
  marks: GraphMarks,
): SafeHtml {
  const { id, x, y, width, height } = box;
  if (id === startNode)
    return html`<circle class="graph-start" cx="${x}" cy="${y}" r="${dotRadius}"><title>Start</title></circle>`;
  if (id === endNode) {
    const side = dotRadius * 2;
    return html`<rect class="graph-end" x="${x - dotRadius}" y="${y - dotRadius}" width="${side}" height="${side}" rx="5"><title>Complete</title></rect>`;
  }
  const index = definition.steps.findIndex((step) => step.id === id);
  const step = definition.steps[index];
  if (step === undefined) return html``;
  const left = x - width / 2;
  const top = y - height / 2;
  const mark = marks.steps.get(id);
  const kind = step.type.toLowerCase().replace('_', '-');
  return html`<a href="#step-${id}"><g class="graph-box graph-${kind}${mark === undefined ? '' : ` graph-box-${mark}`}">
    <rect x="${left}" y="${top}" width="${width}" height="${height}" rx="10"/>
    <text class="graph-kind" x="${left + 14}" y="${top + 23}">${index + 1} · ${stepKindWord(step.type)}</text>
    <text class="graph-name" x="${left + 14}" y="${top + 45}">${clip(titleOf(step))}</text>
    ${mark === undefined ? html`` : drawMark(mark, left + width - 20, top + 18)}
  </g></a>`;
}

/** Told by its sign and its words, too, not by colour alone. */
function drawMark(severity: Severity, x: number, y: number): SafeHtml {
  return html`<g class="graph-mark graph-mark-${severity}"><title>${severityWords[severity]}: see the check</title><circle cx="${x}" cy="${y}" r="9"/><text x="${x}" y="${y}" text-anchor="middle" dominant-baseline="central">${severity === 'undecided' ? '?' : '!'}</text></g>`;
}

/** The worst that is found on the ways that share the arrow; null for none. */
function markOfArrow(
  { from, to }: GraphArrow,
  edges: readonly StepEdge[],
  marks: GraphMarks,
): Severity | null {
  const found = edges.flatMap((edge) => {
    if (edge.from !== from || edge.handoff === null || targetNode(edge) !== to) return [];
    return marks.edges.get(edgeKey(from, edge.handoff)) ?? [];
  });
  return worstOf(found);
}

type MarkedArrow = GraphArrow & { mark: Severity | null };

function drawArrow({ points, mark }: MarkedArrow): SafeHtml {
  const [first, ...rest] = points;
  if (first === undefined) return html``;
  const path = [
    `M${round(first.x)} ${round(first.y)}`,
    ...rest.map(({ x, y }) => `L${round(x)} ${round(y)}`),
  ].join('');
  return html`<path class="graph-arrow${mark === null ? '' : ` graph-arrow-${mark}`}" d="${path}" marker-end="url(#arrow)"/>`;
}

function drawLabel({ label, at, mark }: MarkedArrow): SafeHtml {
  if (label === '' && mark === null) return html``;
  const sign = mark === null ? '' : mark === 'undecided' ? '? ' : '⚠ ';
  return html`<text class="graph-label${mark === null ? '' : ` graph-label-${mark}`}" x="${round(at.x)}" y="${round(at.y)}" text-anchor="middle" dominant-baseline="middle">${sign}${label}</text>`;
}

function inWords(
  definition: Definition,
  edges: readonly StepEdge[],
  titleOf: (step: Step) => string,
): SafeHtml {
  const nameOf = (to: StepEdge['to']): string => {
    if (to === null) return 'nowhere: the task stops there';
    if (to.kind === 'end') return 'the end';
    const step = definition.steps.find(({ id }) => id === to.stepId);
    return step === undefined ? 'a step that there is not' : `“${titleOf(step)}”`;
  };
  return html`<ol class="graph-words">${definition.steps.map((step) => {
    const ways = edges.filter(({ from }) => from === step.id);
    const said = ways.map(
      ({ label, to }) =>
        `${label === null ? (ways.length === 1 ? 'then' : 'otherwise') : `“${label}”:`} ${nameOf(to)}`,
    );
    return html`<li>${titleOf(step)} (${stepKindWord(step.type)}): ${said.join('; ')}</li>`;
  })}</ol>`;
}

function clip(text: string): string {
  return text.length > maxTitle ? `${text.slice(0, maxTitle - 1)}…` : text;
}

function round(value: number): string {
  return value.toFixed(1);
}
