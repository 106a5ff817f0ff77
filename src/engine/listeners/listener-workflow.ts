import type { AgentListener } from '../../domain/agent-listener.ts';
import type { Definition } from '../../domain/definition.ts';
import { deriveId } from '../../domain/ids.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import type { OutboundEvent } from '../../domain/outbound-event.ts';
import type { JsonObject } from '../../domain/json.ts';
import { hideSecretFields } from '../../domain/secret-values.ts';
import type { Workflow } from '../../domain/workflow.ts';

const maxEventText = 60_000;

const inputsSchema: JsonSchema = {
  type: 'object',
  properties: {
    type: { type: 'string', title: 'Event' },
    taskId: { type: 'string', title: 'Task' },
    event: { type: 'string', title: 'What happened' },
    approvers: { type: 'string' },
  },
  required: ['type', 'taskId', 'event'],
  additionalProperties: false,
};

const task = [
  'Something has happened in a workflow that you listen to: {{inputs.type}}.',
  'Do what your instructions say about it. This is the event, as JSON:',
  '{{inputs.event}}',
].join('\n');

/**
 * The hidden workflow of a listener: one step, done by the agent. So its runs wait for the provider's slots, are
 * tried again, ask people before calls that need them, and are logged, as any step of an agent is.
 */
export function listenerWorkflow(
  { id, orgId, runsWorkflowId, agentId, createdBy, createdAt }: AgentListener,
  { workflow, agentName }: { workflow: Workflow; agentName: string },
): { workflow: Workflow; definition: Definition } {
  const revisionId = deriveId('listener-revision', id);
  const name = `${agentName}, on events of ${workflow.name}`.slice(0, 100).toWellFormed();
  const definition: Definition = {
    revisionId,
    revision: 1,
    workflowId: runsWorkflowId,
    orgId,
    name,
    inputsSchema,
    listensTo: workflow.id,
    steps: [
      {
        id: deriveId('listener-step', id),
        name: 'listen',
        description: name,
        type: 'AGENT',
        agentId,
        inputsTemplate: { task },
        approvers: ['{{inputs.approvers}}'],
      },
    ],
  };
  return {
    definition,
    workflow: {
      id: runsWorkflowId,
      orgId,
      teamId: workflow.teamId,
      name,
      slug: `listener-${id}`,
      description: 'An agent that listens to the events of a workflow.',
      status: 'ACTIVE',
      revision: 1,
      revisionId,
      inputsSchema,
      listensTo: workflow.id,
      createdBy,
      createdAt,
      updatedAt: createdAt,
    },
  };
}

/** What a run is started with. */
export function runInputs(listener: AgentListener, event: OutboundEvent, taskId: string): JsonObject {
  const { approvers, createdBy } = listener;
  const asked = approvers.length > 0 || createdBy.kind !== 'person' ? approvers : [createdBy.userId];
  const text = JSON.stringify(payloadOf(event), null, 2);
  const shown = text.length <= maxEventText ? text : `${text.slice(0, maxEventText).toWellFormed()}\n… (cut)`;
  return { type: event.type, taskId, event: shown, approvers: asked.join(',') };
}

/** What receivers of events get, without what stands under secret names: it goes to a model, and is kept with the run. */
function payloadOf(event: OutboundEvent): object {
  const { id, type, createdAt, orgId, workflowId, executionId, stepId, stepName } = event;
  const data = hideSecretFields(event.data);
  return { id, type, createdAt, orgId, workflowId, executionId, stepId, stepName, data };
}
