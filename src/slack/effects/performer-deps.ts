import type { WebClient } from '@slack/web-api';
import type { EffectBody, Effect } from '../../domain/effect.ts';
import type { Clock } from '../../clock.ts';
import type { EffectResult, Task } from '../../engine/effect-performer.ts';
import type { Engine } from '../../engine/engine.ts';
import type { FindOwners } from '../../engine/people/find-owners.ts';
import type { PersonalSettings } from '../../engine/people/personal-settings.ts';
import type { Directory } from '../directory.ts';
import type { Messenger } from '../messenger.ts';
import type { TaskChanges } from '../task-changes.ts';

/** What every effect is done with. */
export interface PerformerDeps {
  client: WebClient;
  messenger: Messenger;
  directory: Directory;
  /** Told of each task that something is done for. */
  changes: TaskChanges;
  /** Who is away, and when people work. */
  settings: Pick<PersonalSettings, 'find'>;
  /** Whom to tell that a step lacks somebody who could do it. */
  ownersOf: FindOwners;
  /** What only Slack shows, such as who is away, is told to the engine. */
  execute: Engine['execute'];
  clock: Clock;
}

/** An effect of one kind. */
export type EffectOf<K extends EffectBody['kind']> = Extract<Effect, { kind: K }>;

/** Does one kind of effect. @throws AppError when Slack cannot be asked about people and channels */
export type Perform<K extends EffectBody['kind']> = (
  deps: PerformerDeps,
  effect: EffectOf<K>,
  task: Task,
) => Promise<EffectResult>;
