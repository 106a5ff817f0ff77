import { DefinitionFile } from '../../../engine/workflows/definition-file.ts';
import { DefinitionQuery, yamlType } from '../../api/definition-routes.ts';
import {
  ChangeWorkflowBody,
  CreateWorkflowBody,
  CreateWorkflowInOrgBody,
  ListWorkflowsQuery,
} from '../../api/workflow-routes.ts';
import type { Operation } from '../operation.ts';
import { listOf } from '../schemas/common.ts';
import { WorkflowOut, WorkflowWithStepsOut } from '../schemas/workflow.ts';
import { checked } from './checks.ts';

const tag = 'Workflows';
const refund = {
  name: 'Refund',
  inputsSchema: {
    type: 'object',
    properties: { amount: { type: 'number' } },
    required: ['amount'],
    additionalProperties: false,
  },
};

export const workflowOperations: readonly Operation[] = [
  {
    id: 'createWorkflow',
    method: 'post',
    path: '/api/orgs/{orgId}/workflows',
    tag,
    summary: 'Create a workflow',
    description: 'Made by the API it is ACTIVE at once. `inputsSchema` is a JSON Schema, draft-07.',
    body: CreateWorkflowBody,
    example: refund,
    headers: ['Idempotency-Key'],
    answers: { 201: { description: `The workflow; ${checked}`, schema: WorkflowWithStepsOut } },
  },
  {
    id: 'createWorkflowInOrg',
    method: 'post',
    path: '/api/workflows',
    tag,
    summary: 'Create a workflow in the org that the body names',
    body: CreateWorkflowInOrgBody,
    example: { orgId: '{orgId}', ...refund },
    headers: ['Idempotency-Key'],
    answers: { 201: { description: `The workflow; ${checked}`, schema: WorkflowWithStepsOut } },
  },
  {
    id: 'listWorkflows',
    method: 'get',
    path: '/api/orgs/{orgId}/workflows',
    tag,
    summary: 'List the workflows that you may see, by name',
    query: ListWorkflowsQuery,
    answers: { 200: { description: 'A page', schema: listOf(WorkflowOut) } },
  },
  {
    id: 'readWorkflow',
    method: 'get',
    path: '/api/workflows/{workflowId}',
    tag,
    summary: 'Read a workflow with its steps',
    answers: { 200: { description: 'The workflow; its `ETag` for changes', schema: WorkflowWithStepsOut } },
  },
  {
    id: 'changeWorkflow',
    method: 'patch',
    path: '/api/workflows/{workflowId}',
    tag,
    summary: 'Change, pause or activate a workflow',
    description:
      'What is left out stays. A change of the definition makes a new revision; running tasks keep theirs.',
    body: ChangeWorkflowBody,
    example: { status: 'PAUSED' },
    headers: ['If-Match'],
    answers: { 200: { description: `The workflow; ${checked}`, schema: WorkflowWithStepsOut } },
  },
  {
    id: 'archiveWorkflow',
    method: 'delete',
    path: '/api/workflows/{workflowId}',
    tag,
    summary: 'Archive a workflow',
    description: 'It starts no new tasks and is no longer listed. Running tasks go on.',
    headers: ['If-Match'],
    answers: { 204: { description: 'Archived' } },
  },
  {
    id: 'readDefinition',
    method: 'get',
    path: '/api/workflows/{workflowId}/definition',
    tag,
    summary: 'Read a workflow as a file, in JSON or YAML',
    description:
      'With names and no ids, so that any org can have it. `format=yaml`, or `Accept: application/yaml`, gives YAML.',
    query: DefinitionQuery,
    answers: {
      200: { description: 'The file; its `ETag` for changes', schema: DefinitionFile, textTypes: [yamlType] },
    },
  },
  {
    id: 'replaceDefinition',
    method: 'put',
    path: '/api/workflows/{workflowId}/definition',
    tag,
    summary: 'Make a workflow be as a file says',
    description:
      'In JSON, or in YAML with `Content-Type: application/yaml`. Steps whose names stay keep their ids; those that the file does not have go. A file that changes nothing makes no revision.',
    body: DefinitionFile,
    textBodies: [yamlType],
    example: {
      ...refund,
      steps: [{ name: 'tell', type: 'USER_MESSAGE', inputsTemplate: { message: 'Pay {{inputs.amount}}' } }],
    },
    headers: ['If-Match'],
    answers: { 200: { description: `The workflow; ${checked}`, schema: WorkflowWithStepsOut } },
  },
];
