import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';

/** @returns 256 random bits, in base64url */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** @returns 24 hex digits that no other id has */
export function newId(): string {
  return new mongoose.Types.ObjectId().toHexString();
}
