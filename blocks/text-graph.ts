import type { Definition } from '../src/domain/definition.ts';
import { clip, oneLine } from './escape.ts';
import { stepRoutes, type Target } from './step-routes.ts';
import { stepTitle } from './task-view.ts';
import { stepBadge } from './workflow-words.ts';

const maxTitle = 44;
const maxLabel = 32;

/**
 * The workflow as a graph in plain text: each step with its number, and below it where it leads. Reads from top to bottom
 * in a fixed-width font; not escaped.
 */
export function textGraph(definition: Definition): string {
  const { steps } = definition;
  const lines = ['● Start'];
  for (const [index, step] of steps.entries()) {
    const [icon] = stepBadge(step).split(' ');
    lines.push('│', `${index + 1} ${icon ?? ''} ${clip(oneLine(stepTitle(step)), maxTitle)}`);
    const routes = stepRoutes(definition, step);
    const isPlain =
      routes.length === 1 && routes[0]?.label === null && leadsOn(definition, index, routes[0].target);
    if (isPlain) continue;
    for (const [at, { label, target }] of routes.entries()) {
      const branch = at === routes.length - 1 ? '└' : '├';
      const words =
        label === null ? (routes.length === 1 ? '' : 'otherwise ') : `${clip(oneLine(label), maxLabel)} `;
      lines.push(`  ${branch}─ ${words}→ ${targetWords(definition, target)}`);
    }
  }
  lines.push('│', '■ End');
  return lines.join('\n');
}

/** True where the line to the next step, or to the end, says it already. */
function leadsOn({ steps }: Definition, index: number, target: Target): boolean {
  const next = steps[index + 1];
  return next === undefined ? target.kind === 'end' : target.kind === 'step' && target.step.id === next.id;
}

function targetWords({ steps }: Definition, target: Target): string {
  switch (target.kind) {
    case 'step':
      return `${steps.findIndex(({ id }) => id === target.step.id) + 1} ${clip(oneLine(stepTitle(target.step)), maxTitle)}`;
    case 'end':
      return 'End';
    case 'missing':
      return 'a step that is not there';
    case 'nowhere':
      return 'nowhere: the task stops';
  }
}
