import { AddMemberBody, ChangeMemberBody, ListMembersQuery } from '../../api/member-routes.ts';
import { ChangeSettingsBody } from '../../api/member-settings-routes.ts';
import { AddTeamMemberBody, TeamBody } from '../../api/team-routes.ts';
import type { Operation } from '../operation.ts';
import { MemberOut, MemberSettingsOut, TeamOut } from '../schemas/access.ts';
import { listOf } from '../schemas/common.ts';

const members = '/api/orgs/{orgId}/members';
const teams = '/api/orgs/{orgId}/teams';

const memberOperations: readonly Operation[] = [
  {
    id: 'listMembers',
    method: 'get',
    path: members,
    tag: 'Members',
    summary: 'List the people of the org, by name, a thousand at a time',
    query: ListMembersQuery,
    answers: { 200: { description: 'A page of them', schema: listOf(MemberOut) } },
  },
  {
    id: 'addMember',
    method: 'post',
    path: members,
    tag: 'Members',
    summary: 'Add a person before they are first seen in Slack',
    body: AddMemberBody,
    example: { userId: 'U0123ABCD', role: 'admin' },
    headers: ['Idempotency-Key'],
    answers: { 201: { description: 'The member', schema: MemberOut } },
  },
  {
    id: 'readMember',
    method: 'get',
    path: `${members}/{memberId}`,
    tag: 'Members',
    summary: 'Read a member',
    answers: { 200: { description: 'The member', schema: MemberOut } },
  },
  {
    id: 'changeMember',
    method: 'patch',
    path: `${members}/{memberId}`,
    tag: 'Members',
    summary: 'Change the role of a member',
    body: ChangeMemberBody,
    example: { role: 'member' },
    answers: { 200: { description: 'The member', schema: MemberOut } },
  },
  {
    id: 'readMemberSettings',
    method: 'get',
    path: `${members}/{memberId}/settings`,
    tag: 'Members',
    summary: 'Read when a member works, and whether they are away',
    description: 'One’s own; for admins everybody’s.',
    answers: { 200: { description: 'The settings', schema: MemberSettingsOut } },
  },
  {
    id: 'changeMemberSettings',
    method: 'patch',
    path: `${members}/{memberId}/settings`,
    tag: 'Members',
    summary: 'Say when a member works, or that they are away and who stands in',
    description:
      'What is left out stays. While they are away new asks go to who stands in. It ends by itself.',
    body: ChangeSettingsBody,
    example: { away: { until: '2026-12-24T08:00:00Z', delegate: 'U0LEAD' } },
    answers: { 200: { description: 'The settings', schema: MemberSettingsOut } },
  },
  {
    id: 'removeMember',
    method: 'delete',
    path: `${members}/{memberId}`,
    tag: 'Members',
    summary: 'Remove a member; their keys open nothing any more',
    answers: { 204: { description: 'Removed' } },
  },
];

const teamOperations: readonly Operation[] = [
  {
    id: 'listTeams',
    method: 'get',
    path: teams,
    tag: 'Teams',
    summary: 'List the teams that you may see',
    answers: { 200: { description: 'All of them', schema: listOf(TeamOut) } },
  },
  {
    id: 'createTeam',
    method: 'post',
    path: teams,
    tag: 'Teams',
    summary: 'Create a team',
    body: TeamBody,
    example: { name: 'Finance' },
    headers: ['Idempotency-Key'],
    answers: { 201: { description: 'The team', schema: TeamOut } },
  },
  {
    id: 'readTeam',
    method: 'get',
    path: `${teams}/{teamId}`,
    tag: 'Teams',
    summary: 'Read a team',
    answers: { 200: { description: 'The team', schema: TeamOut } },
  },
  {
    id: 'renameTeam',
    method: 'patch',
    path: `${teams}/{teamId}`,
    tag: 'Teams',
    summary: 'Rename a team',
    body: TeamBody,
    example: { name: 'Finance and tax' },
    answers: { 200: { description: 'The team', schema: TeamOut } },
  },
  {
    id: 'deleteTeam',
    method: 'delete',
    path: `${teams}/{teamId}`,
    tag: 'Teams',
    summary: 'Delete a team',
    answers: { 204: { description: 'Deleted' } },
  },
  {
    id: 'listTeamMembers',
    method: 'get',
    path: `${teams}/{teamId}/members`,
    tag: 'Teams',
    summary: 'List the members of a team',
    answers: { 200: { description: 'All of them', schema: listOf(MemberOut) } },
  },
  {
    id: 'addTeamMember',
    method: 'post',
    path: `${teams}/{teamId}/members`,
    tag: 'Teams',
    summary: 'Add a member of the org to a team',
    body: AddTeamMemberBody,
    example: { memberId: '{memberId}' },
    answers: { 200: { description: 'The team', schema: TeamOut } },
  },
  {
    id: 'removeTeamMember',
    method: 'delete',
    path: `${teams}/{teamId}/members/{memberId}`,
    tag: 'Teams',
    summary: 'Take a member out of a team',
    answers: { 204: { description: 'Taken out' } },
  },
];

export const peopleOperations: readonly Operation[] = [...memberOperations, ...teamOperations];
