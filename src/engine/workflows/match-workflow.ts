import { distance } from 'fastest-levenshtein';
import { type Workflow, slugify } from '../../domain/workflow.ts';
import type { WorkflowMatch } from './workflows.ts';

/** How many letters a typed name may be wrong by and still be recognised. */
const maxTypoDistance = 3;

/** By slug or name in any case; else a unique prefix; else the nearest name as a suggestion. */
export function matchWorkflow(workflows: readonly Workflow[], text: string): WorkflowMatch {
  const typed = text.trim().toLowerCase();
  const slug = slugify(typed);
  const exact = workflows.find((workflow) => workflow.slug === slug || workflow.name.toLowerCase() === typed);
  if (exact !== undefined) return { kind: 'one', workflow: exact };
  const byPrefix = workflows.filter((workflow) => typed !== '' && workflow.slug.startsWith(slug));
  const [only] = byPrefix;
  if (only !== undefined)
    return byPrefix.length === 1 ? { kind: 'one', workflow: only } : { kind: 'several', workflows: byPrefix };
  const nearest = workflows
    .map((workflow) => ({ workflow, wrong: distance(workflow.slug, slug) }))
    .sort((left, right) => left.wrong - right.wrong)[0];
  const isNear =
    nearest !== undefined && nearest.wrong <= Math.min(maxTypoDistance, Math.ceil(slug.length / 3));
  return { kind: 'none', suggestion: isNear ? nearest.workflow : null };
}
