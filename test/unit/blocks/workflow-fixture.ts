import { deriveId } from '../../../src/domain/ids.ts';
import type { Workflow, WorkflowStatus } from '../../../src/domain/workflow.ts';
import { definition, human, startTime, userMessage, wait } from '../../support/builders.ts';

/** A workflow as it is stored, made by Ana; the same name gives the same ids. */
export function workflowNamed(name: string, status: WorkflowStatus = 'ACTIVE', description = ''): Workflow {
  return {
    id: deriveId('workflow', name),
    orgId: 'o',
    teamId: null,
    name,
    slug: name.toLowerCase(),
    description,
    status,
    revision: 3,
    revisionId: deriveId('revision', name),
    inputsSchema: { type: 'object' },
    createdBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
    createdAt: startTime,
    updatedAt: startTime,
  };
}

/** A decision of a group and of whom the inputs name, a pause, and a message when it was approved. */
export const refund = definition(
  [
    human('manager_ok', {
      assignees: ['@finance', '{{inputs.approver}}'],
      handoffs: [
        { condition: 'approved', to: 'tell_customer' },
        { condition: 'rejected', to: 'complete' },
      ],
    }),
    wait('cool_down', { for: '2d' }),
    userMessage('tell_customer'),
  ],
  {
    type: 'object',
    properties: { amount: { type: 'number' }, note: { type: 'string' } },
    required: ['amount'],
  },
);
