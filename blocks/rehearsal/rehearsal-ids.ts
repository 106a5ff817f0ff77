import { Move } from '../../src/domain/rehearsal.ts';
import { limits } from '../limits.ts';

/** Buttons of a rehearsal. With `:<index>` where several stand in one block. */
export const rehearsalActions = {
  /** Value of these: `encodeRehearsalClick`. */
  move: 'rehearsal.move',
  /** The same, but the decision's form or reason is asked for first. */
  decide: 'rehearsal.decide',
  typeOutput: 'rehearsal.type_output',
  back: 'rehearsal.back',
  restart: 'rehearsal.restart',
  openInputs: 'rehearsal.inputs',
  openSave: 'rehearsal.save',
  /** Value of these: a workflow's id. */
  begin: 'rehearsal.begin',
  explore: 'rehearsal.explore',
  /** Value: `encodeScenarioRef`. */
  deleteScenario: 'rehearsal.delete_scenario',
  showScenarios: 'rehearsal.scenarios',
} as const;

export const rehearsalCallbacks = {
  decision: 'rehearsal.decision_form',
  output: 'rehearsal.output_form',
  inputs: 'rehearsal.inputs_form',
  save: 'rehearsal.save_form',
} as const;

export const movePattern = /^rehearsal\.move:\d+$/;
export const decidePattern = /^rehearsal\.decide:\d+$/;
export const deleteScenarioPattern = /^rehearsal\.delete_scenario:\d+$/;

/** What a click in a rehearsal is about. `version`: of what was shown, so that an old button does nothing. */
export interface RehearsalClick {
  rehearsalId: string;
  version: number;
  move: Move | null;
}

/** @returns null when the move is too large for a button: then it is typed */
export function encodeRehearsalClick({ rehearsalId, version, move }: RehearsalClick): string | null {
  const text = JSON.stringify({ r: rehearsalId, v: version, ...(move === null ? {} : { m: move }) });
  return text.length > limits.buttonValue ? null : text;
}

/** @returns null for anything that `encodeRehearsalClick` did not make */
export function decodeRehearsalClick(value: string): RehearsalClick | null {
  const parsed = parse(value);
  const { r, v, m } = parsed;
  if (typeof r !== 'string' || typeof v !== 'number') return null;
  if (m === undefined) return { rehearsalId: r, version: v, move: null };
  const move = Move.safeParse(m);
  return move.success ? { rehearsalId: r, version: v, move: move.data } : null;
}

export function encodeScenarioRef({ workflowId, name }: { workflowId: string; name: string }): string {
  return JSON.stringify({ w: workflowId, n: name });
}

export function decodeScenarioRef(value: string): { workflowId: string; name: string } | null {
  const { w, n } = parse(value);
  return typeof w === 'string' && typeof n === 'string' ? { workflowId: w, name: n } : null;
}

function parse(value: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
