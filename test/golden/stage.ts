import type { Caller, Person } from '../../src/domain/actor.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import { type Effect, type MessageRef, askKey, taskCardKey } from '../../src/domain/effect.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import type { EffectResult } from '../../src/engine/effect-performer.ts';
import type { ExecutionCommand, ReadExecution } from '../../src/engine/engine.ts';
import { currentId, programKey, testOrgId } from '../support/builders.ts';
import type { EngineFixture } from '../support/engine-fixture.ts';
import type { ManualClock } from '../support/manual-clock.ts';

const inputsSchema: JsonSchema = {
  type: 'object',
  properties: { customer: { type: 'string' }, amount: { type: 'number' } },
  required: ['customer'],
};

/** Where one task is played: a bot, its clock and what Slack answers. */
export class Stage {
  readonly bot: EngineFixture;
  readonly clock: ManualClock;
  executionId: string;
  workflowId = '';

  constructor(bot: EngineFixture, clock: ManualClock, executionId = '') {
    this.bot = bot;
    this.clock = clock;
    this.executionId = executionId;
    bot.performer.answer = posted;
  }

  /** Starts the task and lets the bot finish what follows, unless Slack keeps silent. */
  async start(steps: StepInput[]): Promise<void> {
    const { id } = await this.bot.createWorkflow(steps, inputsSchema);
    this.workflowId = id;
    const started = await this.bot.engine.start({
      orgId: testOrgId,
      workflowId: id,
      inputs: { customer: 'Ünal & Söhne', amount: 420.5 },
      startedBy: { kind: 'person', userId: 'U0ANA', name: 'ana' },
      origin: { kind: 'slack', channelId: 'C0GEN', threadTs: null },
      startKey: 'golden',
    });
    this.executionId = started.id;
  }

  async settle(): Promise<void> {
    await this.bot.engine.idle();
  }

  /** Slack does not answer any more: what is begun from now on is never done. @returns when it was begun */
  silenceSlack(): Promise<void> {
    return new Promise((begun) => {
      this.bot.performer.answer = () => {
        begun();
        return new Promise<EffectResult>(() => {});
      };
    });
  }

  async read(): Promise<ReadExecution> {
    return this.bot.engine.read(testOrgId, this.executionId);
  }

  async execute(command: ExecutionCommand): Promise<ExecutionState> {
    return this.bot.engine.execute(testOrgId, this.executionId, command);
  }

  async decide(by: Person, outcome: string, comment: string | null = null): Promise<ExecutionState> {
    const stepExecutionId = currentId((await this.read()).state);
    return this.execute({ type: 'decide', stepExecutionId, outcome, comment, output: null, by });
  }

  /** Edits the workflow, and moves the task to what it is then. */
  async moveTo(steps: StepInput[]): Promise<ExecutionState> {
    const changed = await this.bot.workflows.change(
      testOrgId,
      this.workflowId,
      { steps },
      { kind: 'system' },
    );
    return this.execute({ type: 'move', to: changed.definition, by: programKey });
  }

  async complete(by: Caller): Promise<ExecutionState> {
    const stepExecutionId = currentId((await this.read()).state);
    return this.execute({
      type: 'complete',
      stepExecutionId,
      outcome: null,
      comment: null,
      output: null,
      by,
    });
  }

  /** Time passes, and then the bot looks for what is due. @returns how many executions were */
  async pass(ms: number): Promise<number> {
    this.clock.advance(ms);
    const claimed = await this.bot.engine.sweep({ maxMs: 5_000 });
    await this.settle();
    return claimed;
  }
}

/** As Slack does: a message for each card and each ask. */
function posted(effect: Effect): EffectResult {
  if (effect.kind === 'task-card')
    return { kind: 'done', messages: { [taskCardKey]: messageOf(effect, 'C0GEN') } };
  if (effect.kind !== 'ask') return { kind: 'done' };
  const key = askKey(effect.stepIndex, effect.recipientIndex);
  return { kind: 'done', messages: { [key]: messageOf(effect, `D0${effect.recipientIndex}`) } };
}

function messageOf({ seq }: Effect, channelId: string): MessageRef {
  return { channelId, ts: `1772442000.${String(seq).padStart(6, '0')}` };
}
