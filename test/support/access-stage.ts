import { createMemberStore } from '../../models/member-store.ts';
import { createOrgStore } from '../../models/org.ts';
import type { Role } from '../../src/domain/access.ts';
import { deriveId } from '../../src/domain/ids.ts';
import type { Member } from '../../src/domain/member.ts';
import type { Manager } from '../../src/engine/people/manager.ts';
import type { Visitor } from './access-table.ts';
import { human, startTime, testOrgId } from './builders.ts';
import { type Answer, type HttpFixture, adminKey, request } from './http-fixture.ts';

export const foreignOrgId = deriveId('org', 'foreign');

/** Two orgs with teams, workflows and tasks, and keys of every kind. */
export interface AccessStage {
  api: HttpFixture;
  /** Of the home org. */
  teamIds: { owning: string; other: string };
  workflowIds: { 'org-workflow': string; 'team-workflow': string };
  /** They ask `U0ASKED`. */
  taskIds: { 'org-task': string; 'team-task': string };
  /** One more task of the workflow, started by nobody. @returns its id */
  startTask(workflow: 'org-workflow' | 'team-workflow'): Promise<string>;
  addMember(orgId: string, userId: string, role: Role, teamIds?: readonly string[]): Promise<Member>;
  /** A personal key, as `npm run keys` makes it. */
  keyOf(orgId: string, userId: string): Promise<string>;
  keyOfTeam(orgId: string, teamId: string): Promise<string>;
  /** The bearer key of a visitor of the table, made with everything that it needs. */
  keyFor(visitor: Visitor): Promise<string>;
  /** Asks with a key. */
  ask<Body = Record<string, unknown>>(
    bearer: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer<Body>>;
}

export function operatorOf(orgId: string): Manager {
  const access = { orgId, role: 'owner', teamIds: [], userId: null, handler: null } as const;
  return { access, actor: { kind: 'system' } };
}

export async function createAccessStage(api: HttpFixture): Promise<AccessStage> {
  const { org } = api;
  await createOrgStore(api.database).ensure({
    id: foreignOrgId,
    name: 'Foreign',
    slackTeamId: 'T02FOREIGN',
    createdAt: startTime,
  });
  const members = createMemberStore(api.database);
  const owning = await org.teams.create(operatorOf(testOrgId), testOrgId, 'Owning');
  const other = await org.teams.create(operatorOf(testOrgId), testOrgId, 'Other');
  const foreign = await org.teams.create(operatorOf(foreignOrgId), foreignOrgId, 'Foreign');
  const ofOrg = await makeWorkflow(api, 'Of the org', null);
  const ofTeam = await makeWorkflow(api, 'Of the team', owning.id);
  let people = 0;

  async function addMember(
    orgId: string,
    userId: string,
    role: Role,
    teamIds: readonly string[] = [],
  ): Promise<Member> {
    const { member } = await members.insertIfMissing({
      id: deriveId('member', orgId, userId),
      orgId,
      userId,
      name: userId.toLowerCase(),
      email: `${userId.toLowerCase()}@example.com`,
      role,
      isRoleSet: true,
      status: 'ACTIVE',
      createdAt: startTime,
      updatedAt: startTime,
    });
    for (const teamId of teamIds) await org.teams.addMember(operatorOf(orgId), orgId, teamId, member.id);
    return member;
  }

  async function issue(
    orgId: string,
    owner: { kind: 'user'; userId: string } | { kind: 'team'; teamId: string },
  ): Promise<string> {
    const request = { name: 'A key', owner, expiresAt: null };
    return (await org.apiKeys.createAsOperator(orgId, request)).bearer;
  }

  const keyOf = (orgId: string, userId: string): Promise<string> => issue(orgId, { kind: 'user', userId });
  const keyOfTeam = (orgId: string, teamId: string): Promise<string> =>
    issue(orgId, { kind: 'team', teamId });

  async function keyFor({ org: which, kind, role, team, canWrite, handles }: Visitor): Promise<string> {
    const orgId = which === 'home' ? testOrgId : foreignOrgId;
    const teamId = which === 'foreign' ? foreign.id : team === 'owning' ? owning.id : other.id;
    switch (kind) {
      case 'admin-key':
        return adminKey;
      case 'team':
        return keyOfTeam(orgId, teamId);
      case 'user': {
        const userId = `U0VISITOR${people++}`;
        await addMember(orgId, userId, role, team === 'none' ? [] : [teamId]);
        return keyOf(orgId, userId);
      }
      case 'handler': {
        const workflowId = handles === 'org-workflow' ? ofOrg.workflowId : ofTeam.workflowId;
        return keyOfHandler(api, workflowId, canWrite);
      }
    }
  }

  return {
    api,
    teamIds: { owning: owning.id, other: other.id },
    workflowIds: { 'org-workflow': ofOrg.workflowId, 'team-workflow': ofTeam.workflowId },
    taskIds: { 'org-task': ofOrg.taskId, 'team-task': ofTeam.taskId },
    startTask: (workflow) =>
      startTask(api, workflow === 'org-workflow' ? ofOrg.workflowId : ofTeam.workflowId),
    addMember,
    keyOf,
    keyOfTeam,
    keyFor,
    ask: (bearer, method, path, body) =>
      request(`${api.url}${path}`, method, {
        headers: { authorization: `Bearer ${bearer}` },
        ...(body === undefined ? {} : { body }),
      }),
  };
}

/** Its handler is attached for good: whether it is enabled is the plugins' matter. */
async function keyOfHandler(api: HttpFixture, workflowId: string, canWrite: boolean): Promise<string> {
  const handlerId = deriveId('handler', workflowId, String(canWrite));
  const { bearer } = await api.org.apiKeys.issueHandlerKey({
    orgId: testOrgId,
    handlerId,
    name: 'A handler',
    workflowId,
    canWrite,
    createdBy: { kind: 'system' },
  });
  return bearer;
}

async function makeWorkflow(
  api: HttpFixture,
  name: string,
  teamId: string | null,
): Promise<{ workflowId: string; taskId: string }> {
  const { workflow } = await api.workflows.create({
    orgId: testOrgId,
    teamId,
    name,
    description: '',
    inputsSchema: { type: 'object' },
    steps: [human('decide', { assignees: ['U0ASKED'] })],
    status: 'ACTIVE',
    createdBy: { kind: 'system' },
  });
  return { workflowId: workflow.id, taskId: await startTask(api, workflow.id) };
}

async function startTask(api: HttpFixture, workflowId: string): Promise<string> {
  const task = await api.engine.start({
    orgId: testOrgId,
    workflowId,
    inputs: {},
    startedBy: { kind: 'system' },
    origin: { kind: 'api' },
    startKey: null,
  });
  return task.id;
}
