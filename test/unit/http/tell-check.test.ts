import type { Response } from 'express';
import mongoose from 'mongoose';
import { describe, expect, it } from 'vitest';
import { answerChange, checkHeader } from '../../../src/http/api/tell-check.ts';
import { definition } from '../../support/builders.ts';

const workflow = { revision: 3, status: 'ACTIVE', teamId: null } as const;

describe('the answer to a change of a workflow', () => {
  async function headersWhen(check: () => Promise<[]>): Promise<Map<string, string>> {
    const headers = new Map<string, string>();
    const set = (name: string, value: string): void => void headers.set(name, value);
    await answerChange({ set } as unknown as Response, { check }, { workflow, definition: definition([]) });
    return headers;
  }

  it('says what the check has found', async () => {
    const headers = await headersWhen(() => Promise.resolve([]));
    expect(headers.get(checkHeader)).toBe('nothing found');
  });

  it('is there also when the database went away before the check: the change is made', async () => {
    const away = new mongoose.mongo.MongoNetworkError('connection closed');
    const headers = await headersWhen(() => Promise.reject(away));
    expect([...headers.keys()]).toEqual(['ETag']);
  });

  it('hides no mistake of the program', async () => {
    await expect(headersWhen(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
  });
});
