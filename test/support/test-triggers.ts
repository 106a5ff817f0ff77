import mongoose from 'mongoose';
import {
  type TriggerServices,
  createTriggerServices,
} from '../../src/composition/create-trigger-services.ts';
import type { Clock } from '../../src/clock.ts';
import type { OrgServices } from '../../src/composition/create-org-services.ts';
import type { EngineFixture } from './engine-fixture.ts';
import type { FindChannels } from '../../src/engine/triggers/channel-access.ts';

/** Triggers over a fixture, as a process has them. */
export function createTestTriggers(
  { database, engine, findWorkflow }: EngineFixture,
  { noteOrgEvent: note, members }: Pick<OrgServices, 'noteOrgEvent' | 'members'>,
  clock: Clock,
  announce: (workflowId: string) => void = () => undefined,
  findChannels: FindChannels | null = null,
): TriggerServices {
  const newId = (): string => new mongoose.Types.ObjectId().toHexString();
  return createTriggerServices({
    database,
    engine,
    findWorkflow,
    note,
    clock,
    newId,
    announce,
    findChannels,
    members,
  });
}
