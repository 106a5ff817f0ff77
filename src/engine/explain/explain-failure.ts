import type { Failure } from '../../domain/execution.ts';
import { type JsonObject, type JsonValue, isJsonObject } from '../../domain/json.ts';
import { hideSecrets } from '../../domain/secret-values.ts';
import type { NextStep, Why, WhyCause } from '../../domain/why.ts';
import { lastOf } from './proof.ts';
import type { WhyAtStep } from './why-facts.ts';

const retry: NextStep = { kind: 'retry', words: 'Try this step again, once what went wrong is mended.' };
const reroute: NextStep = { kind: 'reroute', words: 'Send the task to another step.' };
const startAgain: NextStep = { kind: 'start-again', words: 'Start it over, or send it to another step.' };

/** A task that has stopped at its step. */
export function explainFailure(facts: WhyAtStep, failure: Failure): Why {
  const { data, message } = failure;
  const base = { sentence: message, events: lastOf(facts, 'WORKFLOW_STEP_EXECUTION_FAILED') };
  switch (failure.code) {
    case 'no-handoff-matched':
      return { ...base, cause: 'no-handoff-matched', details: triedLines(data), next: reroute };
    case 'template-value-missing':
      return {
        ...base,
        cause: 'value-missing',
        details: [`Missing: ${textOf(data['path'])}.`],
        next: { kind: 'reroute', words: 'Send it to another step, or start it again with that value.' },
      };
    case 'visit-cap-reached':
      return {
        ...base,
        cause: 'visit-cap-reached',
        details: [
          data['maxVisits'] === 1
            ? 'Allowed is 1 visit.'
            : `Allowed are ${textOf(data['maxVisits'])} visits.`,
        ],
        next: reroute,
      };
    case 'run-abandoned':
      return { ...base, cause: 'worker-died', details: [], next: retry };
    case 'run-failed':
      return { ...base, ...explainRunFailure(data) };
    case 'no-assignee':
    case 'time-invalid':
    case 'handoff-target-missing':
      return { ...base, cause: 'stopped', details: [], next: startAgain };
    case 'deadline-passed':
      return { ...base, cause: 'stopped', details: [], next: retry };
  }
}

const missing = ['tool-server-unreachable', 'tool-server-unknown', 'tool-unknown', 'agent-missing'];

function explainRunFailure(data: JsonObject): { cause: WhyCause; details: string[]; next: NextStep } {
  const reason = textOf(data['reason']);
  const details = [
    ...errorLines(data['errors']),
    ...(data['attempt'] === undefined ? [] : [`It was tried ${textOf(data['attempt'])} times.`]),
  ];
  if (reason === 'output-invalid') return { cause: 'answer-did-not-fit', details, next: retry };
  if (missing.includes(reason)) return { cause: 'no-provider-or-tool-server', details, next: retry };
  return { cause: 'stopped', details, next: retry };
}

/** Each condition beside what was there. */
function triedLines({ tried, output, outcome }: JsonObject): string[] {
  const lines = (Array.isArray(tried) ? tried : []).flatMap((one) =>
    isJsonObject(one) ? [`"${textOf(one['condition'])}" did not match: ${textOf(one['why'])}.`] : [],
  );
  const had = [
    ...(typeof outcome === 'string' ? [`The outcome was "${outcome}".`] : []),
    ...(output === null || output === undefined
      ? []
      : [`The output was ${JSON.stringify(hideSecrets(output)).slice(0, 500)}.`]),
  ];
  return [...had, ...lines];
}

function errorLines(errors: JsonValue | undefined): string[] {
  return (Array.isArray(errors) ? errors : []).flatMap((error) =>
    isJsonObject(error) ? [`${textOf(error['path']) || 'the answer'} ${textOf(error['message'])}.`] : [],
  );
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
