import type { WorkflowStore } from '../../models/workflow-store.ts';
import type { Config } from '../config.ts';
import type { Members } from '../engine/people/members.ts';
import type { Workflows } from '../engine/workflows/workflows.ts';
import { LOCAL_PEOPLE } from '../local/local-slack-workspace.ts';
import { installSampleWorkflows } from './sample-workflows.ts';

export interface LocalOrgParts {
  config: Pick<Config, 'mode' | 'slack'>;
  members: Pick<Members, 'ensureOwner'>;
  workflows: Workflows;
  store: WorkflowStore;
  orgId: string;
}

/** What a bot that somebody only tries out starts with: samples, and an owner in the local workspace. */
export async function prepareLocalOrg(parts: LocalOrgParts): Promise<void> {
  const { config, members, workflows, store, orgId } = parts;
  if (config.mode === 'local') await installSampleWorkflows(workflows, store, orgId);
  if (config.slack.kind !== 'local') return;
  const [owner] = LOCAL_PEOPLE;
  await members.ensureOwner(orgId, { userId: owner.id, name: owner.real_name, email: owner.email });
}
