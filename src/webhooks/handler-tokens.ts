import type { EventHandler } from '../domain/event-handler.ts';
import type { Plugin } from '../domain/plugin.ts';
import type { ApiKeys } from '../engine/people/api-keys.ts';

/** Issues and takes back the tokens of event handlers. */
export interface HandlerTokens {
  /** @returns the bearer token, which is kept nowhere in clear */
  issue(handler: EventHandler, plugin: Plugin): Promise<string>;
  revoke(handler: EventHandler): Promise<void>;
}

export function createHandlerTokens(
  apiKeys: Pick<ApiKeys, 'issueHandlerKey' | 'revokeHandlerKeys'>,
): HandlerTokens {
  return {
    async issue({ id: handlerId, orgId, workflowId, scopes, createdBy }, { name }) {
      const canWrite = scopes.includes('WORKFLOW_WRITE');
      const request = { orgId, handlerId, name, workflowId, canWrite, createdBy };
      return (await apiKeys.issueHandlerKey(request)).bearer;
    },
    revoke: ({ orgId, id }) => apiKeys.revokeHandlerKeys(orgId, id),
  };
}
