import { isRunStep, type Step } from '../src/domain/definition.ts';
import type { JsonObject } from '../src/domain/json.ts';
import type { JsonSchema } from '../src/domain/json-schema.ts';
import { retryPolicyOf } from '../src/domain/step-run.ts';
import { fieldKeys, readField } from './authoring/field-schema.ts';
import { millisecondWords } from './authoring/duration-words.ts';
import { chooseModel } from '../src/domain/provider.ts';
import type { StepResources } from '../src/domain/step-resources.ts';
import { isNamedOnly } from './authoring/read-by-model.ts';
import { clip, inline } from './escape.ts';
import { humanise } from './task-view.ts';

const maxArguments = 12;

/** "customer = {{inputs.customer}}, limit = 5", in mrkdwn; '' without arguments. */
export function describeArguments(args: JsonObject): string {
  const entries = Object.entries(args);
  const shown = entries.slice(0, maxArguments).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${inline(name)} = \`${clip(inline(text).replaceAll('`', '’'), 80)}\``;
  });
  const more = entries.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** What comes out of a step, as names of fields; '' for a text. In mrkdwn. */
export function describeAnswer({ outputSchema }: Pick<Step, 'outputSchema'>): string {
  if (outputSchema === undefined) return '';
  const schema = outputSchema as JsonSchema;
  const names = fieldKeys(schema).map((key) => readField(schema, key)?.label || humanise(key));
  return names.length === 0 ? 'what a JSON Schema says' : clip(inline(names.join(', ')), 300);
}

/** How often a step is tried, and how long one attempt may take: only what is not the usual. In plain words. */
export function describeAttempts(step: Step): string {
  if (!isRunStep(step)) return '';
  const { maxAttempts, initialDelayMs } = retryPolicyOf(step.retry);
  const attempts =
    maxAttempts === 1
      ? 'Tried once'
      : `Tried ${maxAttempts} times at most, first again after ${millisecondWords(initialDelayMs)}`;
  const limit = step.timeoutMs === undefined ? '' : `${millisecondWords(step.timeoutMs)} for each attempt`;
  return [step.retry === undefined ? '' : attempts, limit].filter((part) => part !== '').join(', ');
}

/** What a step that a model or a tool does has beside its text, as lines in mrkdwn. */
export function runLines(step: Step): string[] {
  if (!isRunStep(step)) return [];
  const args =
    step.type === 'TOOL' ? describeArguments((step.inputsTemplate?.arguments ?? {}) as JsonObject) : '';
  const answer = describeAnswer(step);
  const attempts = describeAttempts(step);
  return [
    ...(args === '' ? [] : [`With ${args}`]),
    ...(answer === '' ? [] : [`Gives: ${answer}`]),
    ...(attempts === '' ? [] : [`🔁 ${attempts}`]),
  ];
}

/** What keeps the step from being done as things are now, as lines in mrkdwn. `resources` null: nothing is known of them. */
export function warnOfRun(step: Step, resources: StepResources | null): string[] {
  return [...warnOfConditions(step), ...(resources === null ? [] : warnOfMissing(step, resources))];
}

/** A name is picked by reading a text: where fields come out, nothing is read. */
function warnOfConditions(step: Step): string[] {
  if (!isRunStep(step) || step.outputSchema === undefined) return [];
  return (step.handoffs ?? []).filter(isNamedOnly).map(({ condition }) => {
    const name = clip(inline(condition), 60);
    return `⚠️ “${name}” is never met: fields come out of this step, and this condition looks at none.`;
  });
}

function warnOfMissing(step: Step, resources: StepResources): string[] {
  switch (step.type) {
    case 'PROMPT': {
      const chosen = chooseModel(resources.providers, step);
      return chosen.kind === 'chosen' ? [] : [`⚠️ It waits: ${inline(chosen.message)}`];
    }
    case 'AGENT':
      return resources.agents.some(({ id }) => id === step.agentId)
        ? []
        : ['⚠️ Its agent is no longer there. Choose another one: “Edit”, then “Agent”.'];
    case 'TOOL':
      return resources.toolServers.some(({ name }) => name === step.toolServer)
        ? []
        : [`⚠️ The tool server \`${inline(step.toolServer)}\` is not configured: the step will fail.`];
    default:
      return [];
  }
}
