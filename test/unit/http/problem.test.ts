import { Error as MongooseError, mongo } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../src/domain/refusal.ts';
import {
  AppError,
  ConflictError,
  FatalError,
  NotFoundError,
  RetryableError,
  ValidationError,
} from '../../../src/errors.ts';
import { createAppStub } from './app-stub.ts';

/** As Node makes it for a socket that the other side has ended, in a call of this file. */
function socketError(file: string): Error {
  const error = Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' });
  error.stack = `Error: ${error.message}\n    at Socket.write (node:net:566:14)\n    at Connection.write (/app/${file}:408:29)`;
  return error;
}

describe('the problem document', () => {
  it.each([
    [new NotFoundError('There is no such task.'), 404, 'not-found', 'Not found'],
    [new ConflictError('Too late.', 'name-taken'), 409, 'name-taken', 'Name taken'],
    [new Refusal({ kind: 'person-required' }), 403, 'person-required', 'Person required'],
    [new AppError('teapot', 418, 'I am one.'), 418, 'teapot', 'Teapot'],
  ])('says what a caller may know: %s', async (error, status, code, title) => {
    const { answer, errorLog } = await createAppStub(() => {
      throw error;
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toEqual({ type: `urn:baton:problem:${code}`, title, status, detail: error.message });
    expect(errorLog).toEqual([]);
  });

  it('lists wrong fields', async () => {
    const fields = [{ path: 'name', message: 'is required' }];
    const { answer } = await createAppStub(() => {
      throw new ValidationError('Not right.', fields);
    });
    expect(answer.body).toMatchObject({ status: 422, errors: fields });
  });

  it.each([
    [new RetryableError('Busy.', { retryAfterMs: 1_200 }), '2'],
    [new RetryableError('Busy.'), '5'],
  ])('says when to try again: %s', async (error, retryAfterSec) => {
    const { answer } = await createAppStub(() => {
      throw error;
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe(retryAfterSec);
  });

  it.each([
    new mongo.MongoServerSelectionError(
      'connect ECONNREFUSED db:27017',
      {} as NonNullable<mongo.MongoServerSelectionError['reason']>,
    ),
    new mongo.MongoNetworkError('connection 5 to db:27017 closed'),
    new mongo.MongoServerError({ message: 'not primary', code: 10_107 }),
    Object.defineProperty(new mongo.MongoError('no connection to db:27017 in time'), 'name', {
      value: 'MongoWaitQueueTimeoutError',
    }),
    new mongo.MongoClientClosedError(),
    new MongooseError('Operation `orgs.findOne()` buffering timed out after 10000ms'),
    socketError('node_modules/mongodb/lib/cmap/connection.js'),
  ])('says that the database is away, and when to try again: %s', async (error) => {
    const { answer, errorLog } = await createAppStub(() => {
      throw error;
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('10');
    expect(answer.body).toMatchObject({ type: 'urn:baton:problem:database-unreachable', status: 503 });
    expect(answer.text).not.toContain('db:27017');
    expect(errorLog).toEqual([]);
  });

  it('does not take a socket of another client for the database', async () => {
    const { answer } = await createAppStub(() => {
      throw socketError('node_modules/other/client.js');
    });
    expect(answer.status).toBe(500);
  });

  it.each([
    new mongo.MongoServerError({ message: 'E11000 duplicate key', code: 11_000 }),
    new mongo.MongoServerError({ message: 'unknown operator', code: 2 }),
    new mongo.MongoInvalidArgumentError('no such option'),
    new MongooseError('Cast to string failed'),
  ])('does not blame the database for what is our fault: %s', async (error) => {
    const { answer, errorLog } = await createAppStub(() => {
      throw error;
    });
    expect(answer.status).toBe(500);
    expect(errorLog).toHaveLength(1);
  });

  it.each([
    new Error('password=hunter2 at db:27017'),
    new FatalError('Revision 5 is missing at db:27017'),
    Object.assign(new Error('from db:27017'), { status: 404 }),
    'db:27017',
  ])('keeps the inside inside, and names the line in the log: %s', async (thrown) => {
    const { answer, errorLog } = await createAppStub(() => {
      throw thrown;
    });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/db:27017|hunter2|stack|\.ts/);
    const { requestId } = answer.body;
    expect(answer.headers.get('x-request-id')).toBe(requestId);
    expect(errorLog).toHaveLength(1);
    expect(JSON.parse(errorLog[0] ?? '')).toMatchObject({ requestId, msg: 'request failed' });
  });

  it('cuts an answer off that fails half-way, rather than passing it off as whole', async () => {
    const { errorLog, failure } = await createAppStub((_req, res) => {
      res.status(200).write('{"items":[');
      throw new Error('lost the database');
    });
    expect(failure).toBeInstanceOf(Error);
    expect(errorLog).toHaveLength(1);
  });

  it('comes with headers that let nothing be framed, sniffed or kept', async () => {
    const { answer } = await createAppStub((_req, res) => {
      res.json({});
    });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'cache-control': 'no-store',
    });
    expect(answer.headers.has('x-powered-by')).toBe(false);
  });
});
