import mongoose from 'mongoose';

const duplicateKey = 11_000;

/** True when a write failed because something with this key is there already. */
export function isDuplicateKey(
  error: unknown,
): error is mongoose.mongo.MongoServerError & { keyPattern?: object } {
  return error instanceof mongoose.mongo.MongoServerError && error.code === duplicateKey;
}
