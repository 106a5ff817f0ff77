import type { KnownBlock } from '@slack/types';
import type { Definition, Step } from '../../src/domain/definition.ts';
import type { Exploration } from '../../src/domain/exploration.ts';
import {
  askedLine,
  coverageLine,
  longestLine,
  outcomeTitle,
  pathText,
  wayText,
} from '../../src/domain/exploration-words.ts';
import { unnamedStarter } from '../../src/domain/rehearsal.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { actions, bold, button, context, header, message, section } from '../elements.ts';
import { clip, inline, oneLine } from '../escape.ts';
import { limits } from '../limits.ts';
import type { Message } from '../message.ts';
import { titleOrEnd, withStepTitles } from '../task-view.ts';
import { withMentions } from '../with-mentions.ts';
import { withStepTitle } from './move-line.ts';
import { rehearsalActions } from './rehearsal-ids.ts';

const maxNeverTaken = 8;
const maxOutcomes = 10;
const maxAsked = 10;

/** What was found out by trying everything that may happen to a task. */
export function explorationMessage(
  workflow: Pick<Workflow, 'id' | 'name' | 'revision'>,
  { steps }: Pick<Definition, 'steps'>,
  found: Exploration,
): Message {
  const exploration = withTitles(found, steps);
  const { handoffs, outcomes, asked, stoppedBecause, states } = exploration;
  const recipients = asked.map(({ recipient }) => recipient).filter((one) => one !== unnamedStarter);
  const isCovered = handoffs.covered === handoffs.total;
  const coverage = coverageLine(exploration);
  return message(`Rehearsal of ${clip(inline(workflow.name), 120)}: ${coverage}`, [
    header(clip(`🎭 Everything tried: ${oneLine(workflow.name)}`, limits.headerText)),
    context(
      `Revision ${workflow.revision}  ·  ${states} situations told apart  ·  Nothing was sent, nobody was asked`,
    ),
    section(`${isCovered ? '✅' : '⚠️'} ${bold(coverage)}`),
    ...(stoppedBecause === null ? [] : [section(`⚠️ Not everything was tried: ${inline(stoppedBecause)}.`)]),
    ...listSection(
      'Never taken',
      handoffs.neverTaken.map((way) => `${bold(wayText(way))}, because ${inline(way.because)}`),
      maxNeverTaken,
    ),
    ...listSection(
      'How a task can end, and the shortest way there',
      outcomes.map(
        (outcome) => `${bold(outcomeTitle(outcome))}\n   ${withMentions(pathText(outcome), recipients)}`,
      ),
      maxOutcomes,
    ),
    section(`⏱️ ${inline(longestLine(exploration))}`),
    ...listSection(
      'Who is asked',
      asked.map((count) => withMentions(askedLine(count), recipients)),
      maxAsked,
    ),
    actions([
      button({
        text: 'Rehearse it step by step',
        actionId: rehearsalActions.begin,
        value: workflow.id,
        style: 'primary',
      }),
    ]),
  ]);
}

/** With the steps as people call them. */
function withTitles(exploration: Exploration, steps: readonly Step[]): Exploration {
  const { handoffs, outcomes, longest } = exploration;
  const titleOf = (name: string): string => titleOrEnd(steps, name, (title) => `“${title}”`);
  const say = (text: string): string => withStepTitles(text, steps);
  return {
    ...exploration,
    handoffs: {
      ...handoffs,
      neverTaken: handoffs.neverTaken.map(({ step, to, because, ...way }) => ({
        ...way,
        step: titleOf(step),
        to: titleOf(to),
        because: say(because),
      })),
    },
    outcomes: outcomes.map((outcome) => ({
      ...outcome,
      step: outcome.step === null ? null : titleOf(outcome.step),
      failure: outcome.failure && { ...outcome.failure, message: say(outcome.failure.message) },
      moves: outcome.moves.map((move) => withStepTitle(move, steps)),
    })),
    longest: { ...longest, because: say(longest.because) },
  };
}

function listSection(title: string, lines: readonly string[], max: number): KnownBlock[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, max).map((line) => `• ${clip(line, 350)}`);
  const more = lines.length > max ? [`… and ${lines.length - max} more`] : [];
  return [section(clip([bold(title), ...shown, ...more].join('\n'), limits.sectionText))];
}
