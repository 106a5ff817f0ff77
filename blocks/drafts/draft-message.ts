import type { KnownBlock } from '@slack/types';
import type { Definition } from '../../src/domain/definition.ts';
import type { StepResources } from '../../src/domain/step-resources.ts';
import type { ProposedWorkflow, WorkflowDraft } from '../../src/domain/workflow-draft.ts';
import {
  actions,
  bold,
  button,
  context,
  divider,
  header,
  message,
  section,
  simpleMessage,
} from '../elements.ts';
import { clip, escapeBody, escapeMrkdwn, inline } from '../escape.ts';
import { limits } from '../limits.ts';
import type { Message } from '../message.ts';
import { textGraph } from '../text-graph.ts';
import { inputsLine, stepText } from '../workflow-card.ts';
import { draftActions } from './draft-ids.ts';

/** Of the text that all blocks of a message may have together. */
const maxStepsLength = 7_000;
const maxGraphLength = 2_400;
const maxQuote = 500;

/** What has come of a request for a draft, for whoever asked. */
export function draftMessage(draft: WorkflowDraft, resources: StepResources | null): Message {
  const { outcome } = draft;
  switch (outcome.kind) {
    case 'proposed':
      return proposalCard(draft, outcome.workflow, resources);
    case 'failed':
      return failureMessage(draft, outcome.message);
    case 'waiting':
      return simpleMessage('A model is still drafting this workflow.');
    case 'saved':
      return simpleMessage('This workflow is saved as a draft.');
  }
}

/** What is said at once when a draft was asked for. */
export function draftBegun(): Message {
  return simpleMessage(
    'A model is drafting a workflow of this. It takes a minute or two; I send it to you as a direct message. Nothing is saved before you say so.',
  );
}

/** Why there can be no draft now. `why` is plain text. */
export function draftUnavailable(why: string): Message {
  return simpleMessage(
    `I cannot draft workflows, because there is no model to ask. ${inline(why)} “New workflow” makes one step by step.`,
  );
}

/** The proposal as a definition, for what shows definitions. Its ids are no ids of anything. */
export function definitionOfProposal({ name, inputsSchema, steps }: ProposedWorkflow): Definition {
  return {
    revisionId: '',
    revision: 1,
    workflowId: '',
    orgId: '',
    name,
    inputsSchema,
    steps: steps.map((step, index) => ({ ...step, id: `step-${index}` })),
  };
}

function proposalCard(
  { id, text, usage }: WorkflowDraft,
  workflow: ProposedWorkflow,
  resources: StepResources | null,
): Message {
  const { name, description, assumptions } = workflow;
  const definition = definitionOfProposal(workflow);
  const count = definition.steps.length;
  const tokens = usage.promptTokens + usage.completionTokens;
  return message(
    `A model proposes the workflow ${clip(inline(name), 100)} with ${count} ${count === 1 ? 'step' : 'steps'}. Look at it, and save it as a draft if it is right.`,
    [
      header(clip(`Proposed: ${name}`, limits.headerText)),
      context(`Of your words: “${clip(inline(text), maxQuote)}”`),
      ...(description.trim() === '' ? [] : [section(clip(escapeBody(description), 600))]),
      context(inputsLine(definition)),
      section(clip(escapeMrkdwn(textGraph(definition)), maxGraphLength)),
      divider(),
      ...stepBlocks(definition, resources),
      ...(assumptions.length === 0 ? [] : [section(assumed(assumptions))]),
      divider(),
      context(
        `Drafted by a model${tokens === 0 ? '' : ` with ${tokens} tokens`}. It is checked by the same rules as what people make, and is not saved yet.`,
      ),
      actions([
        button({ text: 'Save as draft', actionId: draftActions.save, value: id, style: 'primary' }),
        button({ text: 'Describe it again', actionId: draftActions.describe, value: id }),
      ]),
    ],
  );
}

/** As many steps as fit; the graph above has them all. */
function stepBlocks(definition: Definition, resources: StepResources | null): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  let length = 0;
  for (const [index, step] of definition.steps.entries()) {
    const text = stepText({ definition, resources }, step, index);
    length += text.length;
    if (length > maxStepsLength || blocks.length > 25) {
      const left = definition.steps.length - index;
      blocks.push(
        context(`… and ${left} more ${left === 1 ? 'step' : 'steps'}, which the card of the draft shows`),
      );
      break;
    }
    blocks.push(section(text));
  }
  return blocks;
}

function assumed(assumptions: readonly string[]): string {
  const lines = assumptions.map((text) => `• ${clip(inline(text), 300)}`);
  return [bold('What the model assumed'), ...lines].join('\n');
}

function failureMessage({ id, text }: WorkflowDraft, why: string): Message {
  const said = clip(inline(text), maxQuote);
  return simpleMessage(
    `There is no draft of “${said}”. ${clip(inline(why), 1_500)}`,
    actions([button({ text: 'Describe it again', actionId: draftActions.describe, value: id })]),
  );
}
