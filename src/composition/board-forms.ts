import type { KnownBlock } from '@slack/types';
import {
  decisionForm,
  decisionReasonBlockId,
  decisionValues,
  hasDecisionForm,
  readDecisionForm,
} from '../../blocks/decision-form.ts';
import { splitPeople } from '../../blocks/reassign-form.ts';
import { placeStartFormErrors } from '../../blocks/start-form.ts';
import { outcomesOf } from '../domain/definition.ts';
import type { BoardForms } from '../http/board/board-forms.ts';

/** Slack's forms, for the board. */
export const boardForms: BoardForms = {
  hasFields: hasDecisionForm,
  decisionFields(step, stepExecution, userId) {
    const outcome = outcomesOf(step).find(({ name }) => hasDecisionForm(step, name));
    if (outcome === undefined) return [];
    const values = decisionValues(stepExecution, userId);
    const form = decisionForm({ step, outcome, stepExecution, values, metadata: '' });
    // A view of ours has blocks that are known; its type allows any.
    const [, ...blocks] = form.blocks as KnownBlock[];
    return blocks.filter(({ block_id: id }) => id !== decisionReasonBlockId);
  },
  readDecision(step, stepExecution, userId, state) {
    const { output, errors } = readDecisionForm(step, state, decisionValues(stepExecution, userId));
    return { output, errors };
  },
  placeErrors: (schema, errors) => placeStartFormErrors(schema, errors, 'output'),
  splitPeople,
};
