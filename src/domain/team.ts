/** A group inside an org that owns workflows. */
export interface Team {
  id: string;
  orgId: string;
  /** Unique in the org, in any case. */
  name: string;
  /** Slack user ids of its members. */
  userIds: string[];
  createdAt: Date;
  updatedAt: Date;
}
