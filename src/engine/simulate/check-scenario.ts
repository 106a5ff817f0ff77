import type { Definition } from '../../domain/definition.ts';
import type { Expectation, RehearsalEnd, Scenario, ScenarioResult } from '../../domain/rehearsal.ts';
import { moveText } from '../../domain/exploration-words.ts';
import { endOf, play } from './play.ts';
import { MoveRefused } from './rehearsal-error.ts';

/** Plays a scenario against a definition, and compares how it ends. It never throws for what the scenario says. */
export function checkScenario(definition: Definition, scenario: Scenario): ScenarioResult {
  const { name, inputs, startedBy, moves, expect } = scenario;
  try {
    const starter = startedBy === undefined ? {} : { startedBy };
    const { execution, refused } = play({ definition, inputs, moves, ...starter });
    const end = endOf(execution);
    if (refused !== null) {
      const move = moves[refused.index];
      const what = move === undefined ? '' : ` (${moveText(move)})`;
      return failed(name, `Move ${refused.index + 1}${what} is refused: ${refused.message}`, end);
    }
    const problem = findDifference(expect, end);
    return problem === null ? { name, passed: true, problem: null, end } : failed(name, problem, end);
  } catch (error) {
    if (!(error instanceof MoveRefused)) throw error;
    return failed(name, `It cannot be started: ${error.message}`, null);
  }
}

function failed(name: string, problem: string, end: ScenarioResult['end']): ScenarioResult {
  return { name, passed: false, problem, end };
}

function findDifference(expected: Expectation, end: RehearsalEnd): string | null {
  const at = end.at === null ? '' : ` at "${end.at}"`;
  if (expected.status !== end.status)
    return `It is to end as ${expected.status}, and it is ${end.status}${at}.`;
  if (expected.at !== undefined && expected.at !== end.at)
    return `It is to be ${placeText(expected.at)}, and it is ${placeText(end.at)}.`;
  if (expected.path === undefined || expected.path.join() === end.path.join()) return null;
  const index = end.path.findIndex((name, place) => expected.path?.[place] !== name);
  const place = index === -1 ? end.path.length : index;
  const wanted = expected.path[place] ?? 'nothing more';
  return `Step ${place + 1} is to be ${wanted}, and it is ${end.path[place] ?? 'none'}.`;
}

function placeText(at: string | null): string {
  return at === null ? 'at no step' : `at "${at}"`;
}
