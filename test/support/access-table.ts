import type { Role } from '../../src/domain/access.ts';

/** Who comes with the key: everything that a cell of the table depends on. */
export interface Visitor {
  org: 'home' | 'foreign';
  kind: 'user' | 'team' | 'handler' | 'admin-key';
  role: Role;
  /** In the team that the team's workflow belongs to, in another team, or in none. */
  team: 'owning' | 'other' | 'none';
  /** For handlers' tokens. */
  canWrite: boolean;
  /** For handlers' tokens: which workflow it is for. */
  handles: 'org-workflow' | 'team-workflow' | null;
}

export function describeVisitor({ org, kind, role, team, canWrite, handles }: Visitor): string {
  if (kind === 'handler')
    return `${org} handler of ${handles ?? ''} ${canWrite ? 'that writes' : 'that reads'}`;
  return `${org} ${kind} ${role} of ${team} team`;
}

/** Every combination that can exist. */
export function allVisitors(): Visitor[] {
  const visitors: Visitor[] = [];
  for (const org of ['home', 'foreign'] as const) {
    const none = { org, canWrite: false, handles: null } as const;
    for (const role of ['owner', 'admin', 'member', 'guest'] as const) {
      for (const team of ['owning', 'other', 'none'] as const) {
        // The owning team is in the home org only.
        if (org === 'foreign' && team === 'owning') continue;
        visitors.push({ ...none, kind: 'user', role, team });
      }
    }
    for (const team of ['owning', 'other'] as const) {
      if (org === 'foreign' && team === 'owning') continue;
      visitors.push({ ...none, kind: 'team', role: 'member', team });
    }
  }
  for (const handles of ['org-workflow', 'team-workflow'] as const) {
    for (const canWrite of [true, false]) {
      visitors.push({ org: 'home', kind: 'handler', role: 'member', team: 'none', canWrite, handles });
    }
  }
  visitors.push({
    org: 'home',
    kind: 'admin-key',
    role: 'owner',
    team: 'none',
    canWrite: false,
    handles: null,
  });
  return visitors;
}

export type Route =
  /** Of the home org. */
  | { on: 'org'; does: 'read' | 'list-workflows' }
  | { on: 'members' | 'teams' | 'api-keys'; does: 'list' }
  | { on: 'members' | 'teams'; does: 'manage' }
  | { on: 'team-keys' | 'events' | 'own-key'; does: 'manage' }
  | { on: 'team'; does: 'read' }
  | { on: 'org-workflow' | 'team-workflow'; does: 'read' | 'check' | 'change' | 'start' }
  | { on: 'org-task' | 'team-task'; does: 'read' | 'why' | 'steer' | 'decide' };

export function allRoutes(): Route[] {
  return [
    { on: 'org', does: 'read' },
    { on: 'org', does: 'list-workflows' },
    ...(['members', 'teams', 'api-keys'] as const).map((on) => ({ on, does: 'list' }) as const),
    ...(['members', 'teams'] as const).map((on) => ({ on, does: 'manage' }) as const),
    ...(['team-keys', 'events', 'own-key'] as const).map((on) => ({ on, does: 'manage' }) as const),
    { on: 'team', does: 'read' },
    ...(['org-workflow', 'team-workflow'] as const).flatMap((on) =>
      (['read', 'check', 'change', 'start'] as const).map((does) => ({ on, does })),
    ),
    ...(['org-task', 'team-task'] as const).flatMap((on) =>
      (['read', 'why', 'steer', 'decide'] as const).map((does) => ({ on, does })),
    ),
  ];
}

/**
 * What the answer has to be, from the words of the contract alone: nothing of the code is used. 404: it does
 * not exist for them; 403: they see it and may not.
 */
export function expectedStatus(visitor: Visitor, route: Route): number {
  if (visitor.org === 'foreign') return 404;
  const isManager = visitor.kind !== 'handler' && (visitor.role === 'owner' || visitor.role === 'admin');
  const isGuest = visitor.role === 'guest';
  switch (route.on) {
    case 'org':
      return 200;
    case 'members':
    case 'teams':
    case 'api-keys':
      if (visitor.kind === 'handler' || isGuest) return 403;
      return route.does === 'list' ? 200 : isManager ? 201 : 403;
    case 'team-keys':
      return isManager ? 201 : 403;
    case 'own-key':
      return visitor.kind === 'user' && !isGuest ? 201 : 403;
    case 'events':
      return isManager ? 200 : 403;
    case 'team':
      if (visitor.kind === 'handler' || isGuest) return 403;
      return isManager || visitor.team === 'owning' ? 200 : 404;
    case 'org-workflow':
    case 'org-task':
      return onWorkflow(
        visitor,
        route.does,
        seesOrgWorkflow(visitor),
        visitor.kind !== 'handler' && isManager,
      );
    case 'team-workflow':
    case 'team-task':
      return onWorkflow(visitor, route.does, seesTeamWorkflow(visitor), isManager || isInTeam(visitor));
  }
}

/** As one who may change what is the team's. */
function isInTeam({ kind, role, team }: Visitor): boolean {
  return kind !== 'handler' && role !== 'guest' && team === 'owning';
}

function seesOrgWorkflow({ kind, role, handles }: Visitor): boolean {
  return kind === 'handler' ? handles === 'org-workflow' : role !== 'guest';
}

function seesTeamWorkflow(visitor: Visitor): boolean {
  if (visitor.kind === 'handler') return visitor.handles === 'team-workflow';
  return visitor.role === 'owner' || visitor.role === 'admin' || visitor.team === 'owning';
}

function onWorkflow(
  visitor: Visitor,
  does: 'read' | 'check' | 'why' | 'change' | 'start' | 'steer' | 'decide',
  sees: boolean,
  edits: boolean,
): number {
  if (!sees) return 404;
  const isReader = visitor.kind === 'handler' && !visitor.canWrite;
  const mayEdit = visitor.kind === 'handler' ? visitor.canWrite : edits;
  switch (does) {
    case 'read':
    case 'check':
    case 'why':
      return 200;
    case 'start':
      return isReader ? 403 : 201;
    case 'change':
    case 'steer':
      return mayEdit ? 200 : 403;
    case 'decide':
      // Somebody else is asked, and no program decides.
      return 403;
  }
}
