import { type Step, isRunStep } from '../../src/domain/definition.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { StepPart, StepVerb } from '../authoring/authoring-ids.ts';

/** The form of the step in which a finding is mended. */
export function partOf({ part, rule }: Pick<Finding, 'part' | 'rule'>, step: Step): StepPart | StepVerb {
  const [field = '', inner = ''] = (part ?? '').split('/');
  switch (field) {
    case 'handoffs':
      return 'routes';
    case 'deadline':
      return 'deadline';
    case 'assignee':
    case 'assignees':
    case 'approvers':
      return rule === 'nobody-can-decide' ? 'people' : isRunStep(step) ? 'agent' : 'people';
    case 'inputsTemplate':
      return inner === 'arguments' ? 'arguments' : step.type === 'WAIT' ? 'edit' : 'text';
    case 'until':
      return 'wait';
    case 'agentId':
      return 'agent';
    case 'tool':
    case 'toolServer':
      return 'tool';
    case 'provider':
    case 'model':
      return 'model';
    case 'outcomes':
      return 'outcomes';
    case 'maxVisits':
      return 'visits';
    case 'prefill':
      return 'answer';
    default:
      return 'edit';
  }
}
