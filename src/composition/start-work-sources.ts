import { createIntakeServices, type IntakeServices } from './create-intake-services.ts';
import { createTriggerServices, type TriggerServices } from './create-trigger-services.ts';
import { type BatchServices, startBatches } from './start-batches.ts';

/** What starts tasks without a person asking for each: triggers, intakes and batches. */
export interface WorkSources extends TriggerServices, IntakeServices, BatchServices {}

type Parts = Parameters<typeof createTriggerServices>[0] &
  Parameters<typeof startBatches>[0] &
  Omit<Parameters<typeof createIntakeServices>[0], 'triggers'>;

export function startWorkSources(parts: Parts): WorkSources {
  const triggers = createTriggerServices(parts);
  return { ...triggers, ...createIntakeServices({ ...parts, triggers }), ...startBatches(parts) };
}
