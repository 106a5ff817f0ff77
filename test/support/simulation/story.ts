import type { ExecutionRecord } from '../../../src/domain/execution-record.ts';
import type { StepInput } from '../../../src/domain/definition.ts';
import { deriveId } from '../../../src/domain/ids.ts';
import type { ExecutionCommand } from '../../../src/engine/engine.ts';
import { currentId, definition, person, startTime } from '../builders.ts';
import { findViolations } from './invariants/find-violations.ts';
import type { Operation } from './operation.ts';
import { orgIds } from './requests.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { InOrder } from './turns.ts';
import { type Plant, World } from './world.ts';

const [orgId] = orgIds;
const maxTurns = 1_000;

/** A simulated world in which a test tells what happens, one thing after the other. */
export class Story {
  readonly world: World;
  readonly turns = new InOrder();
  readonly first: SimulatedProcess;
  readonly second: SimulatedProcess;

  /** Two processes, and a workflow of these steps. */
  constructor(steps: StepInput[], { maxParallel = 32, startsAt = startTime, plant = {} as Plant } = {}) {
    const workflow = { ...definition(steps), orgId, workflowId: deriveId('workflow', orgId) };
    this.world = new World({ turns: this.turns, definitions: [workflow], maxParallel, plant });
    this.world.time.advance(startsAt.getTime() - startTime.getTime());
    const [first, second] = this.world.processes;
    if (first === undefined || second === undefined) throw new Error('there are no processes');
    this.first = first;
    this.second = second;
  }

  start(process: SimulatedProcess): void {
    this.world.send(process, {
      kind: 'start',
      start: {
        orgId,
        workflowId: deriveId('workflow', orgId),
        inputs: {},
        startedBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
        origin: { kind: 'slack', channelId: 'C0GEN', threadTs: null },
        startKey: null,
      },
    });
  }

  decide(process: SimulatedProcess, name: string, outcome = 'approved'): Operation {
    const stepExecutionId = currentId(this.task().state);
    const by = person(name);
    return this.give(process, { type: 'decide', stepExecutionId, outcome, comment: 'so', output: null, by });
  }

  give(process: SimulatedProcess, command: ExecutionCommand): Operation {
    const { id: executionId } = this.task().state;
    this.world.send(process, { kind: 'execute', orgId, executionId, command });
    const operation = this.world.operations.at(-1);
    if (operation === undefined) throw new Error('nothing was sent');
    return operation;
  }

  /** One call or answer after the other passes, until it is so. @throws when it never is */
  async until(isSo: () => boolean): Promise<void> {
    for (let turn = 0; turn < maxTurns; turn += 1) {
      if (isSo()) return;
      await this.world.turn(1);
    }
    throw new Error('it never happened');
  }

  /** Everything that has begun ends, as far as it can without time passing. */
  async quiet(): Promise<void> {
    await this.world.turn(Number.POSITIVE_INFINITY);
  }

  /** Time passes and the processes sweep, as they do every two seconds. */
  async later(byMs: number): Promise<void> {
    this.world.time.advance(byMs);
    for (const process of this.world.living()) this.world.sweep(process);
    await this.quiet();
  }

  /** The execution that was stored as the `index`th. */
  task(index = 0): ExecutionRecord {
    const record = this.world.records()[index];
    if (record === undefined) throw new Error('there is no such execution');
    return record;
  }

  /** Whether a message was sent. @param key as `card` or `ask-0-0` */
  isSent(key: string): boolean {
    return this.world.slack.messages.some((message) => message.key.endsWith(`:${key}`));
  }

  /** The keys of the messages that were sent more than once. */
  sentTwice(): string[] {
    const keys = this.world.slack.messages.map(({ key }) => key);
    return keys.filter((key, index) => keys.indexOf(key) < index);
  }

  /** The kinds of the events in the log, those of the steps without their prefix. */
  async events(): Promise<string[]> {
    const log = await this.world.log.list(this.task().state.id);
    return log.map(({ type }) => type.replace(/^WORKFLOW_(STEP_)?EXECUTION_/, ''));
  }

  /** Everything left over is done. @returns what should never be */
  async end(): Promise<string[]> {
    await this.world.settle();
    return findViolations(this.world);
  }
}
