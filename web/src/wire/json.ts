/** Reading JSON that others wrote: each member is checked where it is taken. Pure. */

import { WireError } from './binary.js';

export type Json = Record<string, unknown>;

export function object(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WireError(`${what} is no object`);
  }
  return value as Json;
}

export function list(value: unknown, what: string, max: number): unknown[] {
  if (!Array.isArray(value)) throw new WireError(`${what} is no list`);
  if (value.length > max) throw new WireError(`${what} is too long`);
  return value;
}

export function text(from: Json, name: string, otherwise?: string): string {
  const value = from[name];
  if (typeof value === 'string') return value;
  if (otherwise !== undefined) return otherwise;
  throw new WireError(`${name} is no text`);
}

export function number(from: Json, name: string, otherwise?: number): number {
  const value = from[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (otherwise !== undefined) return otherwise;
  throw new WireError(`${name} is no number`);
}

export function flag(from: Json, name: string): boolean {
  const value = from[name];
  if (typeof value !== 'boolean') throw new WireError(`${name} is neither true nor false`);
  return value;
}
