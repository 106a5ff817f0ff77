import { defaultCondition } from '../../domain/definition.ts';
import type { PathPart } from '../../domain/finding.ts';
import type { JsonValue } from '../../domain/json.ts';
import { isJsonObject } from '../../domain/json.ts';
import type { Exit } from './exits.ts';
import type { Edge } from './workflow-graph.ts';

const maxExampleLength = 120;

/** What happens on the edge, as a part of a path. */
export function toPathPart({ from, exit, handoff, found }: Edge): PathPart {
  const example = found.kind === 'found' ? found.value : undefined;
  const isByValue = handoff?.when !== undefined;
  const how = isByValue && example !== undefined ? describeOutput(example) : describeExit(exit, example);
  const isNamed = handoff !== null && ![exit.outcome, defaultCondition].includes(handoff.condition);
  return { stepName: from.name, taken: isNamed ? `${handoff.condition}: ${how}` : how };
}

/** What happens at the exit, with an example of its output. */
export function describeExit({ how, outcome, output }: Exit, example: JsonValue | undefined): string {
  if (outcome !== null || output === null || example === undefined || example === null) return how;
  return describeOutput(example);
}

/** "risk is "low"", or "the output is …" for what is no small object. */
export function describeOutput(value: JsonValue): string {
  const fields = isJsonObject(value) ? Object.entries(value) : [];
  if (fields.length === 0 || fields.length > 4) return `the output is ${brief(value)}`;
  return fields.map(([name, item]) => `${name} is ${brief(item)}`).join(', ');
}

function brief(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > maxExampleLength ? `${text.slice(0, maxExampleLength - 1).toWellFormed()}…` : text;
}
