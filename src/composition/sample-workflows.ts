import type { WorkflowStore } from '../../models/workflow-store.ts';
import { slugify } from '../domain/workflow.ts';
import { ConflictError } from '../errors.ts';
import type { CreateWorkflow, Workflows } from '../engine/workflows/workflows.ts';

type Sample = Pick<CreateWorkflow, 'name' | 'description' | 'inputsSchema' | 'steps'>;

const onboardingChecklist: Sample = {
  name: 'Onboarding checklist',
  description: 'Three things that a new colleague does in the first week, one after the other.',
  inputsSchema: {
    type: 'object',
    properties: {
      assignee: {
        type: 'object',
        title: 'New colleague',
        properties: {
          name: { type: 'string', description: 'Full name', minLength: 1 },
          email: {
            type: 'string',
            format: 'email',
            description: 'The email of their Slack account, e.g. bo@example.com',
          },
        },
        required: ['name', 'email'],
      },
      created_by: { type: 'string', description: 'Who asked for it', minLength: 1 },
    },
    required: ['assignee', 'created_by'],
  },
  steps: [
    {
      name: 'welcome',
      description: 'Welcome',
      type: 'USER_MESSAGE',
      assignee: '{{inputs.assignee.email}}',
      inputsTemplate: {
        message:
          'Welcome, {{inputs.assignee.name}}! Set up your laptop with the guide that you got by email, and ask {{inputs.created_by}} when something does not work.',
      },
    },
    {
      name: 'read_handbook',
      description: 'Read the handbook',
      type: 'USER_MESSAGE',
      assignee: '{{inputs.assignee.email}}',
      inputsTemplate: { message: 'Read the team handbook, and note what surprised you.' },
    },
    {
      name: 'meet_team',
      description: 'Meet the team',
      type: 'USER_MESSAGE',
      assignee: '{{inputs.assignee.email}}',
      inputsTemplate: {
        message: 'Meet the team: tell {{inputs.created_by}} which day suits you for a first lunch.',
      },
    },
  ],
};

const refundApproval: Sample = {
  name: 'Refund approval',
  description: 'A person decides about a refund; the requester learns the outcome.',
  inputsSchema: {
    type: 'object',
    properties: {
      customer: { type: 'string', description: 'Who gets the money back', minLength: 1, maxLength: 100 },
      amount: { type: 'number', description: 'How much to pay back', minimum: 1, maximum: 10_000 },
      currency: { type: 'string', enum: ['USD', 'EUR', 'GBP'], default: 'USD' },
      reason: { type: 'string', description: 'What the approver should know', maxLength: 500 },
      requester: {
        type: 'string',
        description: 'Who learns the outcome: @name, an email or a Slack user id. Empty: you',
      },
      approver: {
        type: 'string',
        description: 'Who decides: @name, an email or a Slack user id',
        default: '@bo',
        minLength: 1,
      },
    },
    required: ['customer', 'amount', 'currency', 'approver'],
  },
  steps: [
    {
      name: 'manager_ok',
      description: 'Manager’s decision',
      type: 'HUMAN',
      assignees: ['{{inputs.approver}}'],
      inputsTemplate: {
        message:
          'Approve refund of {{inputs.amount}} {{inputs.currency}} to {{inputs.customer}}?\n{{inputs.reason}}',
      },
      outcomes: [
        { name: 'approved', label: 'Approve', style: 'primary' },
        { name: 'rejected', label: 'Reject', style: 'danger', requireComment: true },
      ],
      deadline: { after: '1w', then: 'rejected' },
      handoffs: [
        { condition: 'approved', to: 'tell_approved' },
        { condition: 'rejected', to: 'tell_rejected' },
      ],
    },
    {
      name: 'tell_approved',
      description: 'Tell the requester: approved',
      type: 'USER_MESSAGE',
      assignee: '{{inputs.requester}}',
      inputsTemplate: {
        message:
          'Your refund of {{inputs.amount}} {{inputs.currency}} to {{inputs.customer}} was approved. Please pay it out.',
      },
      handoffs: [{ condition: 'default', to: 'complete' }],
    },
    {
      name: 'tell_rejected',
      description: 'Tell the requester: rejected',
      type: 'USER_MESSAGE',
      assignee: '{{inputs.requester}}',
      inputsTemplate: {
        message:
          'Your refund of {{inputs.amount}} {{inputs.currency}} to {{inputs.customer}} was rejected{{#if steps.manager_ok.comment}}: {{steps.manager_ok.comment}}{{else}}: nobody decided in time.{{/if}}',
      },
      handoffs: [{ condition: 'default', to: 'complete' }],
    },
  ],
};

export const sampleWorkflows: readonly Sample[] = [onboardingChecklist, refundApproval];

/** Makes the samples that the org has never had: one that somebody changed or removed stays as it is. */
export async function installSampleWorkflows(
  workflows: Workflows,
  store: WorkflowStore,
  orgId: string,
): Promise<void> {
  for (const sample of sampleWorkflows) {
    if (await store.knowsSlug(orgId, slugify(sample.name))) continue;
    try {
      await workflows.create({
        ...sample,
        orgId,
        teamId: null,
        status: 'ACTIVE',
        createdBy: { kind: 'system' },
      });
    } catch (error) {
      // Another process that starts at the same time was faster.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}
