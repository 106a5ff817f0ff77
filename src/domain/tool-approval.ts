import { createHash } from 'node:crypto';
import type { PendingApproval } from './agent-run.ts';
import type { HumanStep, Step } from './definition.ts';
import { shortenLines, showArguments, shownLength } from './shown-arguments.ts';

/** Calls of an agent that a person is asked about, all at once. */
export interface ToolApproval {
  /** Tool and arguments, as they are shown: without what stands under secret names. The first line is the title. */
  message: string;
  /** All of it, where `message` had to leave something out. */
  whole?: string;
  /** Of all calls together: what a person approves is bound to it. */
  digest: string;
  calls: { callId: string; server: string; tool: string; digest: string }[];
}

/** What a message of Slack has room for, of all calls together with what stands above each. */
const maxCallsLength = 8_500;
const minArgumentsLength = 100;
const maxNamesLength = 1_000;

/** What people are asked about these calls. */
export function toToolApproval(agentName: string, calls: readonly PendingApproval[]): ToolApproval {
  const names = calls.map(nameOf).join(', ');
  const shownNames = names.length <= maxNamesLength ? names : `${names.slice(0, maxNamesLength)}…`;
  const title = `Let the agent ${agentName} call ${shownNames.toWellFormed()}?`;
  const headings = calls.map((call) => describeCall(call, '')).join('\n\n');
  const left = Math.floor((maxCallsLength - shownLength(headings)) / calls.length);
  const shown = calls.map((call) => showArguments(call.arguments, Math.max(left, minArgumentsLength)));
  const described = calls.map((call, index) => describeCall(call, shown[index]?.text ?? '')).join('\n\n');
  const isWhole = shown.every((one) => one.isWhole) && shownLength(described) <= maxCallsLength;
  return {
    message: `${title}\n\n${described}`,
    ...(isWhole ? {} : { whole: describeWhole(title, calls) }),
    digest: createHash('sha256')
      .update(calls.map(({ callId, digest }) => `${callId}:${digest}`).join('\n'))
      .digest('hex'),
    calls: calls.map(({ callId, server, tool, digest }) => ({ callId, server, tool, digest })),
  };
}

const maxAskedLength = 2_000;
const maxAskedLine = 300;

/** What somebody was asked, in short, as it is kept once they were. */
export function askedAbout({ message }: ToolApproval): string {
  const short = message.length <= maxAskedLength ? message : shortenLines(message, maxAskedLine);
  return short.length <= maxAskedLength ? short : `${short.slice(0, maxAskedLength).toWellFormed()}…`;
}

function describeWhole(title: string, calls: readonly PendingApproval[]): string {
  const parts = calls.map((call) => describeCall(call, showArguments(call.arguments, Infinity).text));
  return [title, ...parts].join('\n\n');
}

function describeCall({ server, tool }: PendingApproval, args: string): string {
  return `${oneLine(tool)} of ${server}, with\n${args}`;
}

function nameOf({ server, tool }: PendingApproval): string {
  return `${oneLine(tool)} (${server})`;
}

/** A tool is named by its server. */
function oneLine(name: string): string {
  return name.replace(/\s+/g, ' ');
}

/**
 * The step as people see it: while an agent waits for a person's word about its calls, a decision between allowing
 * and refusing them; at any other time the step itself.
 */
export function askedStep<Of extends Step>(
  step: Of,
  stepExecution: { run: { approval: ToolApproval | null } | null },
): Of | (HumanStep & { id: string }) {
  const approval = stepExecution.run?.approval ?? null;
  if (approval === null || step.type !== 'AGENT') return step;
  return {
    id: step.id,
    name: step.name,
    type: 'HUMAN',
    inputsTemplate: { message: approval.message },
    outcomes: [
      { name: 'approved', label: 'Allow', style: 'primary' },
      { name: 'rejected', label: 'Refuse', style: 'danger' },
    ],
  };
}
