import type { ExecutionEvent } from '../../../src/domain/event.ts';
import { Refusal } from '../../../src/domain/refusal.ts';
import type { Answer } from './operation.ts';
import type { World } from './world.ts';

/** How often things happened in all the histories of a simulation, so that one can see what it has tried. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** Counts what happened in one world. */
  add(world: World): void {
    const { operations, processes, journal, slack } = world;
    this.#count('executions', world.records().length);
    for (const { request, answer } of operations) {
      this.#count(`${request.kind === 'start' ? 'start' : request.command.type} ${answer.kind}`);
    }
    for (const { answer } of operations) this.#addRefusal(answer);
    for (const { counters } of processes) {
      for (const [name, count] of Object.entries(counters)) this.#count(name, count);
    }
    for (const { events } of journal.entries()) {
      for (const event of events) this.#addEvent(event);
    }
    for (const { lookedAt, result } of slack.performances) {
      if (lookedAt !== null) this.#count('messages looked for');
      this.#count(`effect ${result ?? 'cut off'}`);
    }
    this.#count('messages', slack.messages.length);
    this.#count(
      'messages sent twice',
      slack.messages.length - new Set(slack.messages.map(({ key }) => key)).size,
    );
  }

  #addRefusal(answer: Answer): void {
    if (answer.kind !== 'refused' || !(answer.error instanceof Refusal)) return;
    const { reason } = answer.error;
    const hasLost = reason.kind === 'not-entitled' && reason.lost !== undefined;
    this.#count(`refused: ${hasLost ? 'lost' : reason.kind}`);
  }

  #addEvent({ type, data }: ExecutionEvent): void {
    this.#count(type);
    if (data['changedFrom'] !== undefined) this.#count('votes changed');
    if (Array.isArray(data['droppedVotes'])) this.#count('votes dropped', data['droppedVotes'].length);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  toString(): string {
    const lines = [...this.#counts].toSorted(([left], [right]) => (left < right ? -1 : 1));
    return lines.map(([name, count]) => `  ${name}: ${count}`).join('\n');
  }

  #count(name: string, by = 1): void {
    this.#counts.set(name, this.of(name) + by);
  }
}
