import type { AskedCount, Exploration, FoundOutcome, Way } from './exploration.ts';
import { delegatorOf } from './asks.ts';
import type { JsonValue } from './json.ts';
import { type Move, unnamedStarter } from './rehearsal.ts';

const maxShownLength = 60;

/** The whole report, one line each, without markup: for a terminal, and for whatever shows lines. */
export function exploreLines(exploration: Exploration): string[] {
  const { handoffs, outcomes, asked } = exploration;
  return [
    coverageLine(exploration),
    ...(exploration.stoppedBecause === null
      ? []
      : [`Not everything was tried: ${exploration.stoppedBecause}.`]),
    ...handoffs.neverTaken.map((way) => `Never taken: ${wayText(way)}, because ${way.because}.`),
    '',
    `${outcomes.length} ${outcomes.length === 1 ? 'outcome' : 'outcomes'}:`,
    ...outcomes.map((outcome) => `  ${outcomeTitle(outcome)}: ${pathText(outcome)}`),
    '',
    longestLine(exploration),
    ...(asked.length === 0 ? ['Nobody is asked anything.'] : asked.map(askedLine)),
  ];
}

/** `11 of 13 handoffs covered.` */
export function coverageLine({ handoffs: { covered, total } }: Exploration): string {
  if (total === 0) return 'It has no steps: a task is completed at once.';
  return `${covered} of ${total} ${total === 1 ? 'handoff' : 'handoffs'} covered${covered === total ? ': every one' : ''}.`;
}

export function wayText({ step, condition, to }: Way): string {
  return condition === null ? `${step} → ${to}` : `${step} → ${condition} → ${to}`;
}

export function longestLine({ longest: { ms, because } }: Exploration): string {
  if (ms === null) return `There is no longest time but the year that a task lives: ${because}.`;
  return ms === 0
    ? 'A task waits for nothing, so it takes no time.'
    : `A task takes at most ${timeText(ms)}: ${because}.`;
}

export function askedLine({ recipient, least, most, reminders }: AskedCount): string {
  const often =
    least === most
      ? times(most)
      : least === 0
        ? `at most ${times(most)}`
        : `${times(least)} to ${times(most)}`;
  const more = reminders === 0 ? '' : `, and reminded at most ${times(reminders)}`;
  return `${whoIs(recipient)} is asked ${often}${more}.`;
}

/** `Completed after tell_customer`, `Stopped at extract: the model failed`. */
export function outcomeTitle({ status, step, condition, failure }: FoundOutcome): string {
  const where =
    step === null ? '' : ` ${step}${condition === null || condition === 'default' ? '' : ` (${condition})`}`;
  switch (status) {
    case 'COMPLETED':
      return `Completed${where === '' ? '' : ` after${where}`}`;
    case 'FAILED':
      return `Stopped at${step === null ? ' the start' : ` ${step}`}: ${(failure?.message ?? 'it failed').replace(/\.$/, '')}`;
    case 'EXPIRED':
      return 'Expired after a year, because nobody did anything';
  }
}

/** What happens on the way, shortened where it goes round and round. */
export function pathText({ moves, path }: FoundOutcome): string {
  if (moves.length === 0) return 'at once';
  const shown = moves.slice(0, 8).map(moveText);
  const more =
    moves.length > shown.length ? ` … ${moves.length - shown.length} more, ${path.length} steps in all` : '';
  return `${shown.join(', then ')}${more}`;
}

/** A move in a few words: `manager_ok: rejected by bo@example.com`. */
export function moveText(move: Move): string {
  const at = move.step === undefined ? '' : `${move.step}: `;
  switch (move.type) {
    case 'decide':
      return `${at}${move.outcome}${by(move.by)}${output(move.output)}`;
    case 'complete':
      return `${at}done${move.outcome === null ? '' : ` as ${move.outcome}`}${by(move.by)}${output(move.output)}`;
    case 'answer':
      return `${at}gives ${short(move.output)}${move.outcome === null ? '' : `, meaning ${move.outcome}`}`;
    case 'fail':
      return `${at}fails`;
    case 'signal':
      return `${at}signal ${move.name}${output(move.payload)}`;
    case 'wait':
      return move.for === undefined ? `${at}time passes until something happens` : `${at}${move.for} pass`;
    case 'retry':
      return `${at}retried from the ${move.from}`;
    case 'reroute':
      return `${at}sent to ${move.to}`;
    case 'cancel':
      return `${at}cancelled`;
  }
}

/** `2 d 4 h`, in the two largest units. */
export function timeText(ms: number): string {
  const units: [string, number][] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ];
  const parts: string[] = [];
  let left = ms;
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

function whoIs(recipient: string): string {
  if (recipient === unnamedStarter) return 'Whoever starts the task';
  const absent = delegatorOf(recipient);
  return absent === null ? recipient : `Whoever stands in for ${absent}`;
}

function by(who: string | undefined): string {
  if (who === unnamedStarter) return ' by whoever started it';
  return who === undefined ? '' : ` by ${who}`;
}

function output(value: JsonValue): string {
  return value === null ? '' : ` with ${short(value)}`;
}

function short(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength - 1).toWellFormed()}…` : text;
}

function times(count: number): string {
  if (count === 0) return 'never';
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
