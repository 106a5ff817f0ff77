import { exportComment, exportMessages } from '../../../../blocks/authoring/export-words.ts';
import { simpleMessage } from '../../../../blocks/elements.ts';
import { exportDefinition, formatDefinition } from '../../../engine/workflows/definition-file.ts';
import { explainSlackError } from '../../explain-slack-error.ts';
import { uploadTextFile } from '../../files.ts';
import { SlackRefused } from '../../slack-call.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';
import { createTellDirectly } from '../tell-directly.ts';

/**
 * Sends whoever asks the workflow as a YAML file, directly, because a conversation may have people who may
 * not see it. Where Slack takes no file, they get its text. @throws NotFoundError, RetryableError
 */
export async function exportWorkflow(
  { workflows, connection }: SlackDeps,
  { requester, reply }: { requester: Requester; reply: Reply },
  workflowId: string,
): Promise<void> {
  const found = await workflows.get(requester.orgId, workflowId);
  const { workflow } = found;
  const text = formatDefinition(exportDefinition(found), 'yaml');
  await reply.acknowledge();
  const direct = await connection.directory.resolve(requester.userId);
  if (direct.kind !== 'user') throw new SlackRefused('user_not_found', null, null);
  try {
    const name = `${workflow.slug}.yaml`;
    const comment = exportComment(workflow);
    await uploadTextFile(connection.client, { channelId: direct.dmChannelId, name, text, comment });
    await reply.tell(simpleMessage('I sent you the file in a direct message.'));
  } catch (error) {
    if (!(error instanceof SlackRefused)) throw error;
    const place = { label: 'you', botHandle: connection.identity.known()?.handle ?? '@baton' };
    const why = `Slack did not take it as a file. ${explainSlackError(error.slackError, place, error.needed)}`;
    const tellDirectly = createTellDirectly(connection, requester.userId);
    for (const message of exportMessages(workflow, text, why)) await tellDirectly(message);
    await reply.tell(
      simpleMessage('Slack did not take the file, so I sent you its text in a direct message.'),
    );
  }
}
