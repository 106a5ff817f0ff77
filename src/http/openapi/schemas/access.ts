import { z } from 'zod';
import { roles } from '../../../domain/access.ts';
import { memberStatuses } from '../../../domain/member.ts';
import { ActorOut, Id, JsonRecord, Time } from './common.ts';

const RoleOut = z.enum(roles);

export const OrgOut = z
  .strictObject({
    id: Id,
    name: z.string(),
    slackTeamId: z.string().nullable(),
    createdAt: Time,
    parkedBecause: z
      .string()
      .nullable()
      .describe('Why nothing is done for the org now, such as that Baton was taken out of its workspace'),
  })
  .meta({ id: 'Org' });

export const MemberOut = z
  .strictObject({
    id: Id,
    orgId: Id,
    userId: z.string().describe('Slack user id'),
    name: z.string().nullable(),
    email: z.string().nullable(),
    role: RoleOut,
    status: z.enum(memberStatuses),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Member' });

export const MemberSettingsOut = z
  .strictObject({
    memberId: Id,
    userId: z.string().describe('Slack user id'),
    workingHours: z
      .strictObject({
        days: z.array(z.number().int()).describe('ISO weekdays, 1 Monday to 7 Sunday'),
        from: z.string(),
        to: z.string(),
      })
      .describe('By the clock of the person, whose time zone Slack knows'),
    away: z
      .strictObject({
        since: Time,
        until: Time,
        delegate: z.string().nullable().describe('Slack user id of who stands in'),
        note: z.string().nullable(),
      })
      .nullable()
      .describe('Null while they are there'),
  })
  .meta({ id: 'MemberSettings' });

export const TeamOut = z
  .strictObject({
    id: Id,
    orgId: Id,
    name: z.string(),
    userIds: z.array(z.string()).describe('Slack user ids'),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Team' });

const apiKey = {
  id: Id,
  orgId: Id,
  kind: z.enum(['user', 'team', 'handler']),
  name: z.string(),
  userId: z.string().nullable().describe('Whose key it is: a Slack user id'),
  teamId: Id.nullable(),
  createdBy: ActorOut,
  createdAt: Time,
  expiresAt: Time.nullable(),
  lastUsedAt: Time.nullable(),
};
export const ApiKeyOut = z.strictObject(apiKey).meta({ id: 'ApiKey' });
export const NewApiKeyOut = z.strictObject({
  ...apiKey,
  key: z.string().describe('The key itself: it is shown here and never again'),
});

export const AuditEntryOut = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['org', 'execution']),
    type: z.string(),
    createdAt: Time,
    orgId: Id,
    workflowId: Id.nullable(),
    executionId: Id.nullable(),
    stepId: Id.nullable(),
    stepName: z.string().nullable(),
    subject: z.strictObject({ kind: z.string(), id: z.string(), name: z.string() }).nullable(),
    actor: ActorOut,
    data: JsonRecord,
    seq: z.number().int(),
    prevHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });

export const AuditVerificationOut = z
  .strictObject({
    isIntact: z.boolean(),
    isComplete: z.boolean(),
    firstBreak: z
      .strictObject({
        executionId: Id.nullable(),
        seq: z.number().int(),
        problem: z.enum(['missing', 'changed', 'unchained']),
        message: z.string(),
      })
      .nullable(),
    checked: z.strictObject({
      orgEvents: z.number().int(),
      executionEvents: z.number().int(),
      executions: z.number().int(),
    }),
    orgHead: z.strictObject({ seq: z.number().int(), hash: z.string() }).nullable(),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'AuditVerification' });
