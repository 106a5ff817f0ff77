import { inputKeys } from '../../../../blocks/given-values.ts';
import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import { ValidationError } from '../../../errors.ts';
import { listSharedFiles } from '../../files.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CommandRequest } from '../commands/command-request.ts';
import { startBatch } from './start-batch.ts';
import { isTable } from './table-files.ts';

const anyFile = new Set(['last', 'csv', 'yes', 'true']);
const options = ['file', 'row_key', 'key', 'label', 'pace'];

/**
 * `start <name> file=orders.csv [row_key=…] [pace=…] [label=…]`: a task for each row of a file that the person has
 * shared here; `file=last` takes what they shared last.
 *
 * @returns false when no file was asked for @throws ValidationError for what is no option, and for a file that is not there
 */
export async function startRows(
  deps: SlackDeps,
  request: CommandRequest,
  workflow: Workflow,
  values: JsonObject,
): Promise<boolean> {
  const { file: wanted } = values;
  if (typeof wanted !== 'string' || inputKeys(workflow.inputsSchema).includes('file')) return false;
  const unknown = Object.keys(values).filter((key) => !options.includes(key));
  if (unknown.length > 0) {
    throw new ValidationError(
      `With file=… I take row_key=…, pace=… and label=… only, and not ${unknown.join(', ')}: what each task gets stands in the file.`,
    );
  }
  const { requester, channelId, triggerId } = request;
  await request.reply.acknowledge();
  const shared =
    channelId === null ? [] : await listSharedFiles(deps.connection.client, channelId, requester.userId);
  const file = shared.find(({ name }) =>
    anyFile.has(wanted.toLowerCase()) ? isTable(name) : name.toLowerCase() === wanted.toLowerCase(),
  );
  if (file === undefined) {
    throw new ValidationError(
      `You have shared no file called ${wanted} here lately. Share a CSV or JSON Lines file in this conversation, with me in it, then type this again; file=last takes the newest.`,
    );
  }
  const startKey = `${requester.slackTeamId}:${triggerId}`;
  const chosen = {
    ...option('rowKey', values['row_key'] ?? values['key']),
    ...option('label', values['label']),
    ...option('pacePerMinute', values['pace']),
  };
  await startBatch(deps, { ...request, startKey }, workflow, { file, ...chosen });
  return true;
}

function option(name: string, value: JsonValue | undefined): Record<string, string> {
  return typeof value === 'string' && value !== '' ? { [name]: value } : {};
}
