import mongoose from 'mongoose';

const { mongo } = mongoose;

/** By which the driver says that it found no server in time, lost it, or was told to end. Not all are exported classes. */
const awayNames: ReadonlySet<string> = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoOperationTimeoutError',
  'MongoWaitQueueTimeoutError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoPoolClosedError',
  'MongoServerClosedError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoWriteConcernError',
]);
/** By which a socket says that the other side is gone. The driver lets some of them through as they are. */
const socketCodes: ReadonlySet<unknown> = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ENOTCONN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_STREAM_DESTROYED',
]);
/** On what may work when it is sent again. */
const awayLabels = ['RetryableWriteError', 'TransientTransactionError', 'SystemOverloadedError'];
/** The server's own words for: not the primary any more, being stopped, too few members, too late. */
const awayCodes: ReadonlySet<unknown> = new Set([
  6, 7, 50, 64, 89, 91, 100, 134, 189, 202, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436,
]);

/**
 * True when the database could not be reached, or could not make something durable: nothing is wrong with what
 * was asked, and it may work in a moment. Whether it was done after all is not known.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (awayNames.has(error.name)) return true;
  if (error instanceof mongoose.Error) return / buffering timed out after /.test(error.message);
  if (error instanceof mongo.MongoClientBulkWriteError && error.writeConcernErrors.length > 0) return true;
  if (error instanceof mongo.MongoBulkWriteError && error.result.getWriteConcernError() !== undefined)
    return true;
  if (!(error instanceof mongo.MongoError)) return isOfDriversSocket(error);
  return awayCodes.has(error.code) || awayLabels.some((label) => error.hasErrorLabel(label));
}

/** True for a socket's own error in a call of the driver, and not for what other clients ran into. */
function isOfDriversSocket(error: Error): boolean {
  return (
    'code' in error &&
    socketCodes.has(error.code) &&
    /[\\/]node_modules[\\/]mongodb[\\/]/.test(error.stack ?? '')
  );
}
