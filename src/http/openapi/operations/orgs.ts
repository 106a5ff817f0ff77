import { CreateApiKeyBody } from '../../api/api-key-routes.ts';
import { ListEventsQuery, VerifyEventsQuery } from '../../api/audit-routes.ts';
import type { Operation } from '../operation.ts';
import { ApiKeyOut, AuditEntryOut, AuditVerificationOut, NewApiKeyOut, OrgOut } from '../schemas/access.ts';
import { listOf } from '../schemas/common.ts';

export const orgOperations: readonly Operation[] = [
  {
    id: 'listOrgs',
    method: 'get',
    path: '/api/orgs',
    tag: 'Orgs',
    summary: 'List the orgs that you are a member of',
    answers: { 200: { description: 'All of them', schema: listOf(OrgOut) } },
  },
  {
    id: 'readOrg',
    method: 'get',
    path: '/api/orgs/{orgId}',
    tag: 'Orgs',
    summary: 'Read an org',
    answers: { 200: { description: 'The org', schema: OrgOut } },
  },
  {
    id: 'listEvents',
    method: 'get',
    path: '/api/orgs/{orgId}/events',
    tag: 'Orgs',
    summary: 'Read the audit log, newest first',
    description: 'For admins. `format=jsonl` and `format=csv`, or `Accept`, stream the whole log.',
    query: ListEventsQuery,
    answers: {
      200: {
        description: 'A page, or the whole log',
        schema: listOf(AuditEntryOut),
        textTypes: ['application/jsonl', 'text/csv'],
      },
    },
  },
  {
    id: 'verifyEvents',
    method: 'get',
    path: '/api/orgs/{orgId}/events/verify',
    tag: 'Orgs',
    summary: 'Recompute the hash chains of the audit log, and name the first break',
    description:
      'For admins. Checks the log of the org and those of its tasks, for 15 seconds at most: while `isComplete` is false, ask again with `nextCursor`. Keep `orgHead` elsewhere: it shows later whether the newest events were taken away.',
    query: VerifyEventsQuery,
    answers: { 200: { description: 'What was checked, and the first break', schema: AuditVerificationOut } },
  },
  {
    id: 'createApiKey',
    method: 'post',
    path: '/api/orgs/{orgId}/api-keys',
    tag: 'Keys',
    summary: 'Create a key for yourself or, as an admin, for a team',
    body: CreateApiKeyBody,
    example: { name: 'CI', kind: 'team', teamId: '{teamId}', expiresAt: '2028-01-01T00:00:00Z' },
    headers: ['Idempotency-Key'],
    answers: { 201: { description: 'The key, shown this once', schema: NewApiKeyOut } },
  },
  {
    id: 'listApiKeys',
    method: 'get',
    path: '/api/orgs/{orgId}/api-keys',
    tag: 'Keys',
    summary: 'List the keys that you may manage',
    answers: { 200: { description: 'All of them, without their secrets', schema: listOf(ApiKeyOut) } },
  },
  {
    id: 'revokeApiKey',
    method: 'delete',
    path: '/api/orgs/{orgId}/api-keys/{keyId}',
    tag: 'Keys',
    summary: 'Revoke a key',
    answers: { 204: { description: 'It no longer opens anything' } },
  },
];
