import { buildDocument } from '../../../src/http/openapi/build-document.ts';
import { operations } from '../../../src/http/openapi/operations.ts';

/** What `/api/openapi.json` says. */
export const apiDocument = buildDocument(operations, 'http://localhost:3000');

/** The operation's path in the document, for a path as it was called; null when there is none. */
export function findDocumentedPath(method: string, path: string): string | null {
  const called = path.split('/');
  const candidates = operations.filter((operation) => {
    const parts = operation.path.split('/');
    return (
      operation.method === method.toLowerCase() &&
      parts.length === called.length &&
      parts.every((part, index) => part.startsWith('{') || part === called[index])
    );
  });
  // `/steps/order` before `/steps/{stepId}`, as Express finds them.
  const variables = (template: string): number => template.split('{').length;
  return candidates.toSorted((left, right) => variables(left.path) - variables(right.path))[0]?.path ?? null;
}
