import dagre from '@dagrejs/dagre';
import type { Definition } from '../../../domain/definition.ts';
import type { StepEdge } from '../board-authoring.ts';

export interface GraphBox {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface GraphArrow {
  from: string;
  to: string;
  label: string;
  points: { x: number; y: number }[];
  /** Where the label stands. */
  at: { x: number; y: number };
}

/** A workflow as boxes and arrows; from top to bottom. */
export interface GraphLayout {
  width: number;
  height: number;
  boxes: GraphBox[];
  arrows: GraphArrow[];
}

export const startNode = 'start';
export const endNode = 'end';

const boxWidth = 210;
const boxHeight = 62;
const dotSize = 34;
/** About as wide as one character of a label is drawn. */
const characterWidth = 6.4;
const margin = 16;

/** Places every step and every way from one to another. Ways to the same place share an arrow. */
export function layoutGraph(definition: Definition, edges: readonly StepEdge[]): GraphLayout {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 46, ranksep: 54, edgesep: 26, marginx: margin, marginy: margin });
  graph.setDefaultEdgeLabel(() => ({}));
  graph.setNode(startNode, { width: dotSize, height: dotSize });
  for (const { id } of definition.steps) graph.setNode(id, { width: boxWidth, height: boxHeight });
  graph.setNode(endNode, { width: dotSize, height: dotSize });
  graph.setEdge(startNode, definition.steps[0]?.id ?? endNode, labelled(''), 'start');
  for (const [key, { from, to, labels }] of joined(edges)) {
    graph.setEdge(from, to, labelled(labels.join(', ')), key);
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    boxes: graph.nodes().map((id: string) => {
      const node = graph.node(id) as Omit<GraphBox, 'id'>;
      return { id, x: node.x, y: node.y, width: node.width, height: node.height };
    }),
    arrows: graph.edges().map((edge: { v: string; w: string }) => {
      const {
        points,
        x = 0,
        y = 0,
        label,
      } = graph.edge(edge) as {
        points: { x: number; y: number }[];
        x?: number;
        y?: number;
        label: string;
      };
      return { from: edge.v, to: edge.w, label, points, at: { x, y } };
    }),
  };
}

function labelled(label: string): object {
  return {
    label,
    width: label.length * characterWidth + (label === '' ? 0 : 12),
    height: label === '' ? 0 : 20,
    labelpos: 'c',
  };
}

/** The node that a way leads to; null for nowhere. */
export function targetNode({ to }: Pick<StepEdge, 'to'>): string | null {
  if (to === null) return null;
  return to.kind === 'end' ? endNode : to.stepId;
}

function joined(edges: readonly StepEdge[]): Map<string, { from: string; to: string; labels: string[] }> {
  const all = new Map<string, { from: string; to: string; labels: string[] }>();
  for (const { from, to, label } of edges) {
    const target = targetNode({ to });
    if (target === null) continue;
    const key = `${from}>${target}`;
    const known = all.get(key) ?? { from, to: target, labels: [] };
    const text = label === null ? '' : clip(label);
    all.set(key, { ...known, labels: text === '' ? known.labels : [...known.labels, text] });
  }
  return all;
}

function clip(label: string): string {
  return label.length > 24 ? `${label.slice(0, 23)}…` : label;
}
