import type { SlackConnection } from './connection.ts';
import { type TaskChanges, createTaskChanges } from './task-changes.ts';
import { type WorkflowChanges, createWorkflowChanges } from './workflow-changes.ts';

/** Who the bot is in a workspace, for Bolt. */
export interface BotAuthorization {
  botToken?: string;
  botUserId?: string;
  botId?: string;
}

/** What speaks to the workspaces, by org: whatever is done for an org goes through its own connection. */
export interface SlackConnections {
  /** @throws NotInstalledError when Baton is not in the org's workspace, saying why */
  of(orgId: string): Promise<SlackConnection>;
  /** Whoever does something for a task announces it. */
  changes: TaskChanges;
  /** Whoever changes a workflow announces it. */
  workflowChanges: WorkflowChanges;
  /** Asks Slack nothing and never fails: a request must be answered also while Slack's Web API is down. */
  authorize(slackTeamId: string | undefined): Promise<BotAuthorization>;
  /** Makes sure that Slack accepts the bot. @returns what to log of it @throws as `callSlack` */
  connect(): Promise<object>;
  /** False while it is not known that Slack accepts the bot. */
  ready(): boolean;
}

/** The connection of a bot that serves one workspace, with the token of its settings. */
export function singleConnection(connection: SlackConnection, botToken: string): SlackConnections {
  const { identity } = connection;
  return {
    of: () => Promise.resolve(connection),
    changes: createTaskChanges(),
    workflowChanges: createWorkflowChanges(),
    authorize() {
      const { botUserId, botId } = identity.known() ?? {};
      return Promise.resolve({
        botToken,
        ...(botUserId === undefined ? {} : { botUserId }),
        ...(botId ? { botId } : {}),
      });
    },
    async connect() {
      const { teamId, botUserId } = await identity.get();
      return { teamId, botUserId };
    },
    ready: () => identity.known() !== null,
  };
}
