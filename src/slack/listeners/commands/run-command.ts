import { ambiguousName, didYouMean } from '../../../../blocks/menu.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { showMenu } from '../shared/show-messages.ts';
import type { CommandRequest } from './command-request.ts';
import { type ParsedCommand, parseCommand } from './parse-command.ts';
import { verbHandlers } from './verb-handlers.ts';

/** Does what was typed behind `/workflow`, or what a button stands for that carries such a text. */
export async function runCommand(deps: SlackDeps, request: CommandRequest, text: string): Promise<void> {
  const parsed = parseCommand(text);
  switch (parsed.kind) {
    case 'menu':
      return showMenu(deps, request.requester, request.reply);
    case 'unknown':
      return answerUnknown(deps, request, parsed);
    case 'verb':
      return verbHandlers[parsed.verb](deps, request, parsed);
  }
}

/** A slip in the verb, or the name of a workflow without one. */
async function answerUnknown(
  { workflows }: SlackDeps,
  { requester, reply }: CommandRequest,
  { typed, suggestion, rest, wholeText }: Extract<ParsedCommand, { kind: 'unknown' }>,
): Promise<void> {
  if (suggestion !== null)
    return reply.tell(didYouMean({ typed, suggestion: { kind: 'verb', verb: suggestion, rest } }));
  const match = await workflows.match(requester.orgId, wholeText);
  switch (match.kind) {
    case 'one':
      return reply.tell(
        didYouMean({ typed: wholeText, suggestion: { kind: 'workflow', workflow: match.workflow } }),
      );
    case 'several':
      return reply.tell(ambiguousName({ verb: 'start', workflows: match.workflows }));
    case 'none': {
      const workflow = match.suggestion;
      const suggested = workflow === null ? null : ({ kind: 'workflow', workflow } as const);
      return reply.tell(didYouMean({ typed, suggestion: suggested }));
    }
  }
}
