import { simpleMessage } from '../../../../blocks/elements.ts';
import { bold } from '../../../../blocks/elements.ts';
import { clip } from '../../../../blocks/escape.ts';
import { BatchOptions } from '../../../domain/batch.ts';
import { deriveId } from '../../../domain/ids.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Reply } from '../reply/reply.ts';
import { type Requester, actorFor } from '../requester.ts';
import { type TableFile, formatOfTable } from './table-files.ts';

export interface BatchRequest {
  requester: Requester;
  reply: Reply;
  /** Where its progress is shown; null: to the person. */
  channelId: string | null;
  threadTs: string | null;
  /** The same key makes one batch. */
  startKey: string;
}

/** What options are called behind a command. */
const typedAs = new Map([
  ['rowKey', 'row_key'],
  ['pacePerMinute', 'pace'],
]);

/** Has the rows of a shared file checked soon. @throws ValidationError for options that are none, ConflictError */
export async function startBatch(
  deps: SlackDeps,
  { requester, reply, channelId, threadTs, startKey }: BatchRequest,
  workflow: Workflow,
  { file, ...options }: { file: TableFile; rowKey?: string; label?: string; pacePerMinute?: string },
): Promise<void> {
  const read = BatchOptions.safeParse({ name: file.name, ...options });
  if (!read.success) {
    const [issue] = read.error.issues;
    const field = String(issue?.path[0] ?? 'that');
    throw new ValidationError(`${typedAs.get(field) ?? field} ${issue?.message ?? 'is wrong'}.`);
  }
  const actor = await actorFor(deps.connection.directory, requester);
  const place = { channelId: channelId ?? requester.userId, threadTs, ts: null };
  await deps.batches.checkLater({ orgId: requester.orgId, actor }, workflow, {
    ...read.data,
    format: formatOfTable(file.name),
    id: deriveId('batch', startKey),
    source: { fileId: file.id },
    place,
  });
  const name = bold(clip(file.name, 100));
  await reply.tell(
    simpleMessage(
      `🔎 I am checking the rows of ${name}: what I find comes here. Nothing starts before you say so.`,
    ),
  );
}
