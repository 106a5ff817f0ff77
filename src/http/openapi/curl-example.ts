import type { Operation } from './operation.ts';

/** A command line that makes the call. `$BATON_KEY` holds the key; names in braces stand for ids. */
export function curlExample(operation: Operation, publicUrl: string): string {
  const { method, path, isPublic, example, headers = [], textBodies } = operation;
  const parts = ['curl -sS'];
  if (method !== 'get') parts.push(`-X ${method.toUpperCase()}`);
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `$${toVariable(name)}`);
  parts.push(`"${publicUrl}${address}"`);
  if (isPublic !== true) parts.push('-H "Authorization: Bearer $BATON_KEY"');
  if (headers.includes('Idempotency-Key')) parts.push('-H "Idempotency-Key: $(uuidgen)"');
  if (example !== undefined) {
    parts.push("-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(example))}`);
  } else if (textBodies?.[0] !== undefined) {
    parts.push(`-H 'Content-Type: ${textBodies[0]}'`, '--data-binary @file');
  }
  return parts.join(' \\\n  ');
}

/** `workflowId` -> `WORKFLOW_ID` */
function toVariable(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** For a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
