import { ambiguousName, didYouMean } from '../../../../blocks/menu.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { type FormRequest, openNewWorkflowForm, openStartForm } from '../shared/open-forms.ts';
import { showHelp, showList, showMenu, showTask, showTasks } from '../shared/show-messages.ts';
import { type ParsedCommand, parseCommand } from './parse-command.ts';

export interface CommandRequest extends FormRequest {
  channelId: string;
  /** What stands behind the command. */
  text: string;
}

/** Does what was typed behind `/workflow`. */
export async function runCommand(deps: SlackDeps, request: CommandRequest): Promise<void> {
  const { requester, reply, channelId, text } = request;
  const parsed = parseCommand(text);
  if (parsed.kind === 'menu') return showMenu(deps, requester, reply);
  if (parsed.kind === 'unknown') return answerUnknown(deps, request, parsed);
  switch (parsed.verb) {
    case 'help':
      return showHelp(reply);
    case 'list':
      return showList(deps, requester, reply);
    case 'new':
      return openNewWorkflowForm(deps, request, channelId, parsed.name);
    case 'start':
      return startByName(deps, request, parsed.name, parsed.values);
    case 'status':
      return parsed.name === ''
        ? showTasks(deps, requester, reply)
        : showTask(deps, requester, parsed.name, reply);
  }
}

async function startByName(
  deps: SlackDeps,
  request: CommandRequest,
  name: string,
  values: JsonObject,
): Promise<void> {
  const { requester, reply, channelId } = request;
  if (name === '') return showList(deps, requester, reply);
  const match = await deps.workflows.match(requester.orgId, name);
  switch (match.kind) {
    case 'one': {
      const workflowId = match.workflow.id;
      return openStartForm(deps, { ...request, workflowId, channelId, threadTs: null, values });
    }
    case 'several':
      return reply.tell(ambiguousName({ verb: 'start', workflows: match.workflows }));
    case 'none': {
      const workflow = match.suggestion;
      const suggestion = workflow === null ? null : ({ kind: 'workflow', workflow } as const);
      return reply.tell(didYouMean({ typed: name, suggestion }));
    }
  }
}

/** A slip in the verb, or the name of a workflow without one. */
async function answerUnknown(
  { workflows }: SlackDeps,
  { requester, reply }: CommandRequest,
  { typed, suggestion, wholeText }: Extract<ParsedCommand, { kind: 'unknown' }>,
): Promise<void> {
  if (suggestion !== null) {
    return reply.tell(didYouMean({ typed, suggestion: { kind: 'verb', verb: suggestion } }));
  }
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
      return reply.tell(
        didYouMean({ typed, suggestion: workflow === null ? null : { kind: 'workflow', workflow } }),
      );
    }
  }
}
