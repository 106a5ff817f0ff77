import type { Actor } from './actor.ts';
import type { JsonSchema } from './json-schema.ts';
import type { PostTo } from './post-to.ts';
import type { Scenario } from './rehearsal.ts';

/** Only `ACTIVE` workflows start new tasks. Running tasks go on in every state. */
export type WorkflowStatus = 'DRAFT' | 'ACTIVE' | 'PAUSED' | 'ARCHIVED';

/** A named blueprint. Its steps are kept in revisions; this points to the newest. */
export interface Workflow {
  id: string;
  orgId: string;
  teamId: string | null;
  name: string;
  /** Unique in the org; what people type. */
  slug: string;
  description: string;
  status: WorkflowStatus;
  /** Rises by one with each change of the definition. */
  revision: number;
  revisionId: string;
  inputsSchema: JsonSchema;
  /** Where the cards of its tasks are posted. Default: `origin`. */
  postTo?: PostTo;
  /** Its tests; default: none. No part of a revision: they say what every revision shall do. Lists leave them out. */
  scenarios?: Scenario[];
  /** Rises by one with each change of the scenarios; 0 while there were none. */
  scenariosVersion?: number;
  /** The workflow whose events it is about: hidden, one for each agent that listens. Absent: one that people made. */
  listensTo?: string;
  createdBy: Actor;
  createdAt: Date;
  updatedAt: Date;
}

/** Lower case words joined by `-`, at most 60 characters; letters of any script are kept. */
export function slugify(name: string): string {
  const slug = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  return slug === '' ? 'workflow' : slug;
}
