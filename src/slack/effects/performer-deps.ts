import type { EffectBody, Effect } from '../../domain/effect.ts';
import type { EffectResult, Task } from '../../engine/effect-performer.ts';
import type { Directory } from '../directory.ts';
import type { Messenger } from '../messenger.ts';
import type { TaskChanges } from '../task-changes.ts';

/** What every effect is done with. */
export interface PerformerDeps {
  messenger: Messenger;
  directory: Directory;
  /** Told of each task that something is done for. */
  changes: TaskChanges;
}

/** An effect of one kind. */
export type EffectOf<K extends EffectBody['kind']> = Extract<Effect, { kind: K }>;

/** Does one kind of effect. @throws AppError when Slack cannot be asked about people and channels */
export type Perform<K extends EffectBody['kind']> = (
  deps: PerformerDeps,
  effect: EffectOf<K>,
  task: Task,
) => Promise<EffectResult>;
