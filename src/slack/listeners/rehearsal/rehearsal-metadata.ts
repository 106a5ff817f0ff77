import { z } from 'zod';
import { Move } from '../../../domain/rehearsal.ts';

const Id = z.string().min(1).max(64);

/** What a form of a rehearsal takes along. `move`: what the form completes; null where it says it all. */
export const RehearsalMetadata = z.object({
  rehearsalId: Id,
  version: z.number().int(),
  move: Move.nullable(),
});
export type RehearsalMetadata = z.infer<typeof RehearsalMetadata>;

export function encodeRehearsalMetadata(metadata: RehearsalMetadata): string {
  return JSON.stringify(metadata);
}
