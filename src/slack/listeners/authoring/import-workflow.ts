import { authoringActions } from '../../../../blocks/authoring/authoring-ids.ts';
import {
  type ImportSource,
  importBlocks,
  importForm,
  importPreview,
  readImportForm,
} from '../../../../blocks/authoring/import-form.ts';
import { bold } from '../../../../blocks/elements.ts';
import { clip } from '../../../../blocks/escape.ts';
import { emptyInputsSchema } from '../../../domain/definition.ts';
import { deriveId } from '../../../domain/ids.ts';
import { slugify } from '../../../domain/workflow.ts';
import {
  type DefinitionFile,
  exportDefinition,
  importDefinition,
  parseDefinition,
} from '../../../engine/workflows/definition-file.ts';
import { diffDefinitions } from '../../../engine/workflows/diff-definitions.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { ConflictError, ValidationError } from '../../../errors.ts';
import { downloadTextFile, findSharedFile } from '../../files.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { openModal } from '../open-modal.ts';
import { actorFor, type Requester } from '../requester.ts';
import type { FormRequest } from '../shared/open-forms.ts';
import { markErrors, type Submission } from '../views/submission.ts';
import { postNewCard } from '../views/submit-new-workflow.ts';
import { encodeAuthoring, fingerprint, ImportMetadata, PreviewMetadata } from './authoring-metadata.ts';
import { hasPickers } from './has-pickers.ts';
import { requireEditor } from './require-editor.ts';
import { showWorkflowCard } from './show-workflow-card.ts';

/** What a file says, and the workflow that it is for; null for one that is to be made. */
interface Read {
  file: DefinitionFile;
  current: WorkflowWithSteps | null;
  /** Of the text, to know it again. */
  digest: string;
}

type Place = Pick<ImportMetadata, 'channelId' | 'workflowId'>;

/** Asks for a file. `workflowId`: the workflow that it is for; null when the name in the file says it. */
export async function openImport(
  deps: SlackDeps,
  { requester, triggerId, reply, channelId }: FormRequest & { channelId: string | null },
  workflowId: string | null,
): Promise<void> {
  const workflow = workflowId === null ? null : await requireEditor(deps, requester, workflowId);
  const view = importForm({
    hasFiles: hasPickers(deps),
    about: workflow === null ? null : `For ${bold(clip(workflow.name, 200))}`,
    metadata: encodeAuthoring({ channelId, workflowId }),
  });
  const again = { text: 'Open the form', actionId: authoringActions.importFile, value: workflowId ?? 'new' };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

/** A file was given: shows what would change. */
export async function submitImport(deps: SlackDeps, submission: Submission): Promise<void> {
  const { view } = submission;
  const metadata = decodeMetadata(ImportMetadata, view.private_metadata);
  const source = readImportForm(view.state.values);
  await orMark(submission, async () => {
    const given = source.fileId !== '' || source.text !== '';
    await preview(deps, submission, metadata, given ? source : await findShared(deps, submission, metadata));
  });
}

/** Nothing was given: the file that was shared in the conversation, as people do before they type the command. */
async function findShared(
  { connection }: SlackDeps,
  { requester }: Submission,
  { channelId }: ImportMetadata,
): Promise<ImportSource> {
  const fileId =
    channelId === null ? null : await findSharedFile(connection.client, channelId, requester.userId);
  if (fileId !== null) return { fileId, text: '' };
  throw new ValidationError('Please choose a file, or paste its text. You have shared no file here lately.');
}

/** *Apply*: what was shown is made so, unless the workflow or the text is another one by now. */
export async function submitPreview(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const metadata = decodeMetadata(PreviewMetadata, view.private_metadata);
  const { channelId, workflowId, fileId, digest, revision } = metadata;
  const typed = readImportForm(view.state.values).text;
  const source = { fileId, text: fileId === '' ? typed : '' };
  await orMark(submission, async () => {
    const read = await readSource(deps, requester, { channelId, workflowId }, source);
    const { file, current } = read;
    if (read.digest !== digest || (current?.workflow.revision ?? null) !== revision) {
      const notice =
        read.digest === digest
          ? 'Somebody else changed this workflow meanwhile. This is what would change now.'
          : 'You changed the text. This is what would change now.';
      return preview(deps, submission, { channelId, workflowId }, source, notice);
    }
    const by = await actorFor(deps.connection.directory, requester);
    if (current === null) {
      const created = await deps.workflows.create({
        // The same form makes one workflow, however often it is sent.
        id: deriveId('workflow', requester.slackTeamId, view.id),
        orgId: requester.orgId,
        teamId: null,
        ...importDefinition(file),
        status: 'DRAFT',
        createdBy: by,
      });
      await reply.acknowledge();
      return postNewCard(deps, submission, created, channelId);
    }
    const { id } = current.workflow;
    const changes = importDefinition(file, current.definition.steps);
    const updated = await deps.workflows.change(requester.orgId, id, changes, by, current.workflow.revision);
    await reply.acknowledge();
    const place =
      channelId === null ? ({ kind: 'home' } as const) : ({ kind: 'ephemeral', channelId } as const);
    return showWorkflowCard(deps, requester, place, updated);
  });
}

async function preview(
  deps: SlackDeps,
  { requester, reply }: Submission,
  place: Place,
  source: ImportSource,
  notice?: string,
): Promise<void> {
  const { file, current, digest } = await readSource(deps, requester, place, source);
  const name = bold(clip(file.name, 200));
  const before = current === null ? emptyFile(file.name) : exportDefinition(current);
  const changes = diffDefinitions(before, file).map(({ text }) => text);
  if (current === null && changes.length === 0) changes.push('The workflow has no steps yet.');
  const revision = current?.workflow.revision ?? null;
  const metadata = encodeAuthoring({ ...place, fileId: source.fileId, digest, revision });
  const about =
    current === null
      ? `There is no workflow called ${name} yet. It would be made, as a draft:`
      : `This would change ${bold(clip(current.workflow.name, 200))}, revision ${current.workflow.revision}:`;
  const shown = { about, changes, source, metadata, ...(notice === undefined ? {} : { notice }) };
  await reply.replaceWith(importPreview(shown));
}

/** @throws ValidationError, PermissionError, RetryableError */
async function readSource(
  deps: SlackDeps,
  requester: Requester,
  { workflowId }: Place,
  { fileId, text }: ImportSource,
): Promise<Read> {
  const whole =
    fileId === '' ? text : (await downloadTextFile(deps.connection.client, fileId, deps.slackApiUrl)).text;
  const file = parseDefinition(whole, 'yaml');
  const current = await findTarget(deps, requester, workflowId, file.name);
  if (current !== null) await requireEditor(deps, requester, current.workflow.id);
  return { file, current, digest: fingerprint(whole) };
}

/** The workflow of exactly this name, unless one was chosen. */
async function findTarget(
  { workflows }: SlackDeps,
  { orgId }: Requester,
  workflowId: string | null,
  name: string,
): Promise<WorkflowWithSteps | null> {
  if (workflowId !== null) return workflows.get(orgId, workflowId);
  const match = await workflows.match(orgId, name);
  if (match.kind !== 'one' || match.workflow.slug !== slugify(name)) return null;
  return workflows.get(orgId, match.workflow.id);
}

/** What is wrong with a file is said where it was given. */
async function orMark(submission: Submission, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ValidationError || error instanceof ConflictError)) throw error;
    if (!(await markErrors(submission, { [importBlocks.text]: error.message }))) throw error;
  }
}

function emptyFile(name: string): DefinitionFile {
  return {
    name,
    description: '',
    inputsSchema: emptyInputsSchema as DefinitionFile['inputsSchema'],
    steps: [],
  };
}
