import type { ToolStep } from '../../../domain/definition.ts';
import type { Finding } from '../../../domain/finding.ts';
import { type JsonObject, type JsonValue, isJsonObject } from '../../../domain/json.ts';
import { findSchemaErrors } from '../../../domain/json-schema.ts';
import type { ToolInfo } from '../../../domain/tool-server.ts';
import { fitArguments } from '../../runs/fit-arguments.ts';
import { type LintContext, type ReachedStep, type Rule, reachedSteps } from '../lint-context.ts';

/** Tools that are named exist on a server that is allowed here, and are given what they require. */
export const toolsThere: Rule = (context) =>
  reachedSteps(context).flatMap((reached) =>
    reached.step.type === 'TOOL' ? checkTool(context, reached, reached.step) : [],
  );

function checkTool(
  { surroundings: { toolServers } }: LintContext,
  { path }: ReachedStep,
  step: ToolStep,
): Finding[] {
  const { name, toolServer, tool } = step;
  const base = { rule: 'tool-missing', stepName: name, path } as const;
  if (toolServers === null) {
    const message = `Whether the tool "${tool}" of "${toolServer}" exists is known only where the workflow runs.`;
    return [{ ...base, severity: 'undecided', part: 'tool', message, fix: 'Check it there.' }];
  }
  const server = toolServers.find((one) => one.name === toolServer);
  if (server === undefined) {
    const known = toolServers.map((one) => one.name).join(', ');
    const message = `"${name}" calls the tool server "${toolServer}", which is not configured. There ${known === '' ? 'is none' : `is ${known}`}.`;
    const fix = 'Configure the server, or choose another tool.';
    return [{ ...base, severity: 'error', part: 'toolServer', message, fix }];
  }
  if (server.tools === null) {
    const message = `The tool server "${toolServer}" does not answer, so whether it has "${tool}" cannot be decided.`;
    return [{ ...base, severity: 'undecided', part: 'tool', message, fix: 'Check again when it answers.' }];
  }
  const info = server.tools.find((one) => one.name === tool);
  if (info === undefined) {
    const message = `"${name}" calls "${tool}", and the server "${toolServer}" has no such tool.`;
    const names = server.tools.map((one) => one.name).join(', ');
    return [{ ...base, severity: 'error', part: 'tool', message, fix: `Choose one that it has: ${names}.` }];
  }
  return checkArguments(step, info).map((wrong) => ({
    ...base,
    rule: 'tool-arguments',
    severity: 'error',
    part: 'inputsTemplate/arguments',
    message: `"${name}" gives "${tool}" arguments that it refuses: ${wrong}.`,
    fix: 'Give what the tool asks for, by the names that it uses.',
  }));
}

/** What is wrong whatever the templates give: a name that is missing or unknown, a value that is written down and does not fit. */
function checkArguments(step: ToolStep, { inputSchema }: ToolInfo): string[] {
  const given = step.inputsTemplate?.arguments ?? {};
  const args = fitArguments(given as JsonObject, inputSchema);
  return findSchemaErrors(inputSchema, args)
    .filter(({ path }) => !isTemplate(valueAt(args, path)))
    .map(({ path, message }) => `${path === '' ? 'they' : path} ${message}`);
}

function valueAt(value: JsonValue, path: string): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const key of path === '' ? [] : path.split('/')) {
    if (Array.isArray(at)) at = at[Number(key)];
    else at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
}

function isTemplate(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return value.includes('{{');
  return typeof value === 'object' && value !== null && Object.values(value).some(isTemplate);
}
