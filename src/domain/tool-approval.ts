import { createHash } from 'node:crypto';
import type { PendingApproval } from './agent-run.ts';
import type { HumanStep, Step } from './definition.ts';
import { hideSecretFields } from './secret-values.ts';

/** Calls of an agent that a person is asked about, all at once. */
export interface ToolApproval {
  /** Tool and arguments, as they are shown: without what stands under secret names. The first line is the title. */
  message: string;
  /** Of all calls together: what a person approves is bound to it. */
  digest: string;
  calls: { callId: string; server: string; tool: string; digest: string }[];
}

const maxArgumentsLength = 4_000;
const maxMessageLength = 11_000;

/** What people are asked about these calls. */
export function toToolApproval(agentName: string, calls: readonly PendingApproval[]): ToolApproval {
  const names = calls.map(({ server, tool }) => `${tool} (${server})`);
  const title = `Let the agent ${agentName} call ${names.join(', ')}?`;
  const parts = calls.map(({ server, tool, arguments: args }) => {
    const text = JSON.stringify(hideSecretFields(args), null, 2);
    const isCut = text.length > maxArgumentsLength;
    const shown = isCut
      ? `${text.slice(0, maxArgumentsLength).toWellFormed()}\n… (cut: it is ${text.length} characters long)`
      : text;
    return `${tool} of ${server}, with\n${shown}`;
  });
  return {
    message: [title, ...parts].join('\n\n').slice(0, maxMessageLength).toWellFormed(),
    digest: createHash('sha256')
      .update(calls.map(({ callId, digest }) => `${callId}:${digest}`).join('\n'))
      .digest('hex'),
    calls: calls.map(({ callId, server, tool, digest }) => ({ callId, server, tool, digest })),
  };
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
