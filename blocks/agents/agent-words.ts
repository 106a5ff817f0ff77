import type { AgentInput, AgentTool } from '../../src/domain/agent.ts';
import type { AgentUse } from '../../src/domain/agent-use.ts';
import { modelWords } from '../authoring/model-input.ts';
import { clip, inline } from '../escape.ts';
import { joinWords } from '../people.ts';

const maxNamed = 5;

/** "used by Refund and Contract intake; listens to Minutes", "used by no workflow", in mrkdwn. */
export function describeUses(uses: readonly AgentUse[]): string {
  const ofSteps = uses.filter(({ how }) => how === 'step');
  const ofListeners = uses.filter(({ how }) => how === 'listener');
  return [
    ofSteps.length > 0 || ofListeners.length === 0 ? `used by ${namesOf(ofSteps) || 'no workflow'}` : '',
    ofListeners.length > 0 ? `listens to ${namesOf(ofListeners)}` : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function namesOf(uses: readonly AgentUse[]): string {
  const names = uses.slice(0, maxNamed).map(({ workflowName }) => clip(inline(workflowName), 60));
  const more = uses.length > maxNamed ? [`${uses.length - maxNamed} more`] : [];
  return joinWords([...names, ...more], 'and');
}

/** "3 tools of crm, files; 1 asks a person first", in mrkdwn. */
export function describeTools(tools: readonly AgentTool[]): string {
  if (tools.length === 0) return 'no tools';
  const servers = [...new Set(tools.map(({ server }) => inline(server)))];
  const asking = tools.filter(({ approval }) => approval === 'required').length;
  const count = tools.length === 1 ? 'one tool' : `${tools.length} tools`;
  const asks = asking === 0 ? '' : `; ${asking === 1 ? 'one asks' : `${asking} ask`} a person first`;
  return `${count} of ${clip(servers.join(', '), 200)}${asks}`;
}

/** "gpt-5 of acme, temperature 0, at most 10 turns", in mrkdwn. */
export function describeModel(agent: AgentInput): string {
  const { temperature, maxTokens, maxTurns } = agent;
  return [
    inline(modelWords(agent)),
    ...(temperature === undefined ? [] : [`temperature ${temperature}`]),
    ...(maxTokens === undefined ? [] : [`at most ${maxTokens} tokens for each answer`]),
    `at most ${maxTurns} ${maxTurns === 1 ? 'turn' : 'turns'}`,
  ].join(', ');
}
