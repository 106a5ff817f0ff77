import type { ActionsBlock, KnownBlock } from '@slack/types';
import type { Definition, Step } from '../../src/domain/definition.ts';
import type { Way } from '../../src/domain/exploration.ts';
import { wayText } from '../../src/domain/exploration-words.ts';
import { taskRef } from '../../src/domain/ids.ts';
import type { BacktestedTask } from '../../src/domain/rehearsal.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { actions, bold, button, context, header, message, section } from '../elements.ts';
import { clip, escapeMrkdwn, inline, oneLine } from '../escape.ts';
import { limits } from '../limits.ts';
import type { Message } from '../message.ts';
import { titleOfStep, titleOrEnd, withStepTitles } from '../task-view.ts';
import { recipientsIn, withMentions } from '../with-mentions.ts';
import { encodeMoveTo, revisionActions } from './revision-ids.ts';

type Named = Pick<Workflow, 'id' | 'name'>;

const maxLines = 20;

/** What differs between two revisions, as it is shown. */
export interface ShownDiff {
  from: number;
  to: number;
  changes: readonly { text: string }[];
  handoffs: readonly (Way & { change: 'added' | 'removed' | 'same' })[];
  /** The steps of both, the later ones first. */
  steps: readonly Step[];
}

/** The differences in words, and the ways that a task can take with what was added and taken away. */
export function diffMessage(workflow: Named, diff: ShownDiff): Message {
  const { from, to, changes, handoffs, steps } = diff;
  const recipients = recipientsIn(steps);
  const title = `${oneLine(workflow.name)}: revision ${from} → ${to}`;
  if (changes.length === 0) {
    const name = bold(clip(workflow.name, 200));
    const text =
      from === 1 && to === 1
        ? `There is nothing before revision 1 of ${name} to compare it with.`
        : `Revisions ${from} and ${to} of ${name} are the same.`;
    return message(text, [section(text)]);
  }
  const words = changes
    .slice(0, maxLines)
    .map(({ text }) => `• ${clip(withMentions(titled(text, steps), recipients), 300)}`);
  const count = `${changes.length} ${changes.length === 1 ? 'difference' : 'differences'}`;
  return message(`${inline(title)}: ${count}`, [
    header(clip(title, limits.headerText)),
    section(clip([...words, ...more(changes.length)].join('\n'), limits.sectionText)),
    context('*The ways of a task:* `+` is new, `-` is gone'),
    section(graphText(handoffs, steps)),
    actions([
      button({ text: 'Replay recorded tasks', actionId: revisionActions.backtest, value: workflow.id }),
      button({ text: 'Move running tasks…', actionId: revisionActions.previewMove, value: workflow.id }),
    ]),
  ]);
}

/** Inputs may have the names of steps. */
function titled(text: string, steps: readonly Step[]): string {
  return text.replace(
    /^The step "([^"]+)"/,
    (_whole, name: string) => `The step “${titleOfStep(steps, name)}”`,
  );
}

function graphText(handoffs: ShownDiff['handoffs'], steps: readonly Step[]): string {
  const titleOf = (name: string): string => titleOrEnd(steps, name);
  const signs = { added: '+', removed: '-', same: ' ' } as const;
  const lines = handoffs.map((way) =>
    `${signs[way.change]} ${wayText({ ...way, step: titleOf(way.step), to: titleOf(way.to) })}`.replaceAll(
      '`',
      '’',
    ),
  );
  const text = lines
    .slice(0, 40)
    .map((line) => clip(line, 100))
    .join('\n');
  return `\`\`\`\n${clip(escapeMrkdwn(text), 2_600)}\n\`\`\``;
}

/** How the latest tasks would have gone by the newest revision. */
export function backtestMessage(
  workflow: Named & Pick<Workflow, 'revision'>,
  { steps }: Pick<Definition, 'steps'>,
  results: readonly BacktestedTask[],
): Message {
  const parted = results.filter(({ same }) => !same);
  const name = bold(clip(workflow.name, 200));
  if (results.length === 0) {
    const none = `${name} has no tasks yet, so there is nothing to replay.`;
    return message(none, [section(none)]);
  }
  const count = results.length === 1 ? 'The one task' : `${parted.length} of ${results.length} tasks`;
  const said =
    parted.length === 0
      ? `✅ By revision ${workflow.revision}, ${results.length === 1 ? 'the one task' : `all of the last ${results.length} tasks`} of ${name} would have gone the same way.`
      : `⚠️ ${count} of ${name} would have gone another way by revision ${workflow.revision}:`;
  const lines = parted
    .slice(0, maxLines)
    .map(
      ({ executionId, parted: at }) =>
        `• *#${taskRef(executionId)}* ${clip(withMentions(withStepTitles(at?.reason ?? '', steps), recipientsIn(steps)), 250)}`,
    );
  const list = [...lines, ...more(parted.length)].join('\n');
  return message(said, [
    section(said),
    ...(list === '' ? [] : [section(clip(list, limits.sectionText))]),
    context('Replayed with what people decided and what models and tools gave; nothing was changed.'),
  ]);
}

/** A task that does not run the newest revision, as it is shown. */
export interface ShownMove {
  executionId: string;
  revision: number;
  at: string | null;
  problem: string | null;
}

export interface MovesShown {
  /** True where there may be more tasks than these. Default false. */
  isCut?: boolean;
  /** Said first, such as that the workflow was changed meanwhile. Default: none. */
  notice?: string;
}

/** Which running tasks can be moved to the newest revision, with the button that does it. */
export function movePreview(
  workflow: Named & Pick<Workflow, 'revision'>,
  { steps }: Pick<Definition, 'steps'>,
  tasks: readonly ShownMove[],
  { isCut = false, notice = '' }: MovesShown = {},
): Message {
  const name = bold(clip(workflow.name, 200));
  const { revision, id } = workflow;
  if (tasks.length === 0) {
    const text = `Every running task of ${name} runs revision ${revision}, the newest.`;
    return message(text, [section(text)]);
  }
  const movable = tasks.filter(({ problem }) => problem === null);
  const stuck = tasks.filter(({ problem }) => problem !== null);
  const count = tasks.length === 1 ? '1 task' : `${isCut ? 'At least ' : ''}${tasks.length} tasks`;
  const which = isCut ? ', of which these are the newest' : '';
  const text = `${count} of ${name} ${tasks.length === 1 ? 'goes' : 'go'} on by older revisions${which}. ${movable.length} can be moved to revision ${revision}${stuck.length === 0 ? '' : `, ${stuck.length} cannot`}.`;
  return message(notice === '' ? text : `${notice} ${text}`, [
    ...(notice === '' ? [] : [section(`⚠️ ${notice}`)]),
    section(text),
    ...taskList(
      'Can be moved',
      movable,
      ({ at, revision: now }) => `${placeWords(at, steps)}, revision ${now}`,
    ),
    ...taskList('Cannot be moved', stuck, ({ problem }) => inline(withStepTitles(problem ?? '', steps))),
    ...(isCut && movable.length === 0
      ? [
          section(
            `Older tasks are not looked at while these are there. Name them to move them: \`POST /api/workflows/${id}/moves\` with \`executionIds\`.`,
          ),
        ]
      : []),
    context(
      'A task that is moved stays at its step: who was asked stays asked, unless the new revision excludes them, and votes count. All that comes after is as the new revision has it.',
    ),
    ...(movable.length === 0 ? [] : [actions([moveButton(id, movable.length, revision)])]),
  ]);
}

function moveButton(workflowId: string, count: number, revision: number): ActionsBlock['elements'][number] {
  const what = count === 1 ? 'the task' : `${count} tasks`;
  return button({
    text: `Move ${what}`,
    actionId: revisionActions.move,
    value: encodeMoveTo({ workflowId, revision }),
    style: 'primary',
    confirm: {
      title: `Move ${what}?`,
      text: `To revision ${revision}. It is written in the log of each task, and cannot be taken back.`,
      confirm: 'Move',
      deny: 'Not now',
    },
  });
}

/** What became of it. */
export function movedMessage(
  workflow: Named & Pick<Workflow, 'revision'>,
  { steps }: Pick<Definition, 'steps'>,
  tasks: readonly Omit<ShownMove, 'revision'>[],
  { isCut = false }: Pick<MovesShown, 'isCut'> = {},
): Message {
  const moved = tasks.filter(({ problem }) => problem === null);
  const left = tasks.filter(({ problem }) => problem !== null);
  const name = bold(clip(workflow.name, 200));
  const count = moved.length === 1 ? '1 task' : `${moved.length} tasks`;
  const text = `${count} of ${name} ${moved.length === 1 ? 'goes' : 'go'} on by revision ${workflow.revision} now.`;
  return message(text, [
    section(text),
    ...taskList('Moved', moved, ({ at }) => placeWords(at, steps)),
    ...taskList('Not moved', left, ({ problem }) => inline(withStepTitles(problem ?? '', steps))),
    // Those that stay are looked at again: where none was moved, the same would be shown.
    ...(isCut && moved.length > 0
      ? [
          actions([
            button({ text: 'More tasks…', actionId: revisionActions.previewMove, value: workflow.id }),
          ]),
        ]
      : []),
  ]);
}

function placeWords(at: string | null, steps: readonly Step[]): string {
  return at === null ? 'at no step' : `at “${inline(titleOfStep(steps, at))}”`;
}

function taskList<Task extends Pick<ShownMove, 'executionId'>>(
  title: string,
  tasks: readonly Task[],
  describe: (task: Task) => string,
): KnownBlock[] {
  if (tasks.length === 0) return [];
  const lines = tasks
    .slice(0, maxLines)
    .map((task) => `• *#${taskRef(task.executionId)}* ${clip(describe(task), 250)}`);
  return [section(clip([bold(title), ...lines, ...more(tasks.length)].join('\n'), limits.sectionText))];
}

function more(count: number): string[] {
  return count > maxLines ? [`… and ${count - maxLines} more`] : [];
}
