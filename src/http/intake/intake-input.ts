import { type Request } from 'express';
import { z } from 'zod';
import { assertStorableJson, isJsonObject, type JsonValue } from '../../domain/json.ts';
import type { SentWork } from '../../engine/intakes/intakes.ts';
import { ValidationError } from '../../errors.ts';
import { parseQuery } from '../api/parse-input.ts';
import { idempotencyKeyOf } from '../idempotency.ts';
import { isForm } from './read-intake-body.ts';

const RowKey = z.union([z.string(), z.number()]).transform(String);

/** What is for the intake itself, in the address; tools that cannot shape the body put it there. */
export const IntakeQuery = z.looseObject({
  row_key: z.string().optional(),
  callback_url: z.string().optional(),
});

const maxRowKeyLength = 255;

/** What may stand in any body; the rest is the inputs, or what the intake's template makes them of. */
export const IntakeBody = z.looseObject({ row_key: RowKey.optional(), callback_url: z.string().optional() });

/** @throws ValidationError with every field that is wrong */
export function readWork(req: Request, intakeId: string): SentWork {
  const body: unknown = req.body ?? {};
  assertStorableJson(body, 'body');
  const query = parseQuery(IntakeQuery, req.query);
  return {
    intakeId,
    body,
    isForm: isForm(req),
    rowKey: rowKeyOf(body) ?? rowKeyOf(query) ?? idempotencyKeyOf(req) ?? null,
    callbackUrl: callbackUrlOf(body) ?? query.callback_url ?? null,
  };
}

function rowKeyOf(from: unknown): string | undefined {
  const given = isJsonObject(from) ? (from['row_key'] ?? undefined) : undefined;
  if (given === undefined) return undefined;
  const key = RowKey.safeParse(given);
  if (key.success && key.data !== '' && key.data.length <= maxRowKeyLength) return key.data;
  throw invalid('row_key', `must be a text of 1 to ${maxRowKeyLength} characters, or a number`);
}

function callbackUrlOf(body: JsonValue): string | undefined {
  const given = isJsonObject(body) ? (body['callback_url'] ?? undefined) : undefined;
  if (given === undefined || typeof given === 'string') return given;
  throw invalid('callback_url', 'must be a text');
}

function invalid(path: string, message: string): ValidationError {
  return new ValidationError(`${path} ${message}.`, [{ path, message }]);
}
