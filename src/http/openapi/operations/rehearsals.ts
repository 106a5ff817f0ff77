import { Scenario } from '../../../domain/rehearsal.ts';
import { SimulateBody } from '../../api/rehearsal-routes.ts';
import type { Operation } from '../operation.ts';
import { listOf } from '../schemas/common.ts';
import { ScenarioOut, SimulationOut } from '../schemas/rehearsal.ts';

const tag = 'Rehearsals';

export const rehearsalOperations: readonly Operation[] = [
  {
    id: 'simulateWorkflow',
    method: 'post',
    path: '/api/workflows/{workflowId}/simulate',
    tag,
    summary: 'Rehearse a workflow: nothing is sent, nobody is asked, no model is used',
    description:
      'Without `moves`, everything that may happen is tried: which handoffs are taken, how a task can end and by what shortest path, how long it can take, who is asked how often. With `moves`, one task is played.',
    body: SimulateBody,
    example: { inputs: {}, moves: [{ type: 'wait', for: '2d' }] },
    answers: { 200: { description: 'What was found out, or what has happened', schema: SimulationOut } },
  },
  {
    id: 'listScenarios',
    method: 'get',
    path: '/api/workflows/{workflowId}/scenarios',
    tag,
    summary: 'The tests that are kept with a workflow, and how each ends now',
    answers: { 200: { description: 'All of them', schema: listOf(ScenarioOut) } },
  },
  {
    id: 'addScenario',
    method: 'post',
    path: '/api/workflows/{workflowId}/scenarios',
    tag,
    summary: 'Keep a test with a workflow: what happens, and how it is to end',
    headers: ['Idempotency-Key'],
    body: Scenario,
    example: {
      name: 'Nobody answers for a week',
      moves: [{ type: 'wait', for: '1w' }],
      expect: { status: 'RUNNING' },
    },
    answers: { 201: { description: 'The scenario, and how it ends now', schema: ScenarioOut } },
  },
  {
    id: 'deleteScenario',
    method: 'delete',
    path: '/api/workflows/{workflowId}/scenarios/{name}',
    tag,
    summary: 'Delete a test of a workflow',
    answers: { 204: { description: 'It is gone' } },
  },
];
