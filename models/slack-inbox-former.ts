import type mongoose from 'mongoose';
import { durable } from './database.ts';

/** Where something that came belongs: in which lane, and where in it. */
export type FindPlace = (came: { slackTeamId: string; event: object; receivedAt: Date }) => {
  lane: string;
  place: string;
};

/** As an earlier version kept what came: one by one, each with a lease of its own. */
export interface FormerItem {
  _id: string;
  slackTeamId: string;
  event: Record<string, unknown>;
  receivedAt: Date;
  attempts: number;
  /** Until then a process of that version may be at it. */
  leaseUntil?: Date;
  lane?: string | null;
  place?: string;
  fence?: number;
}

/** So many at once; the others the next time. */
const maxPlaced = 500;

/**
 * Gives a lane to what an earlier version has left and nobody is at. A process of that version that still runs takes it
 * up no more.
 */
export async function placeFormerItems(
  inbox: mongoose.mongo.Collection<FormerItem>,
  { now, findPlace, index }: { now: Date; findPlace: FindPlace; index: Record<string, 1> },
): Promise<void> {
  const isLeft = { lane: null, leaseUntil: { $lte: now } };
  for await (const item of inbox.find(isLeft, { hint: index, limit: maxPlaced })) {
    await inbox.updateOne(
      // Unless a process of that version has begun with it meanwhile.
      { _id: item._id, ...isLeft },
      { $set: { ...findPlace(item), fence: 0 }, $unset: { leaseUntil: '' } },
      { writeConcern: durable },
    );
  }
}
