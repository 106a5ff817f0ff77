import type { z } from 'zod';

/** What comes back with one status. Without `schema` there is no body. */
export interface AnswerDescription {
  description: string;
  schema?: z.ZodType;
  /** Default `application/json`. */
  contentType?: string;
  /** Other content types in which it can be had, as text. */
  textTypes?: readonly string[];
}

/** One call of the API, as `/api/openapi.json` and `/api/docs` describe it. */
export interface Operation {
  /** Unique; camel case. */
  id: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With parameters in braces, as OpenAPI writes them: `/api/workflows/{workflowId}`. */
  path: string;
  /** The heading that it stands under. */
  tag: string;
  summary: string;
  description?: string;
  /** The very schemas that the route validates with. */
  query?: z.ZodType;
  body?: z.ZodType;
  /** A body other than JSON, by content type, as text. */
  textBodies?: readonly string[];
  /** A body that works, for the example; its names in braces are ids of the caller's own things. */
  example?: unknown;
  /** Request headers beside `Authorization` that it honours. */
  headers?: readonly RequestHeader[];
  /** By status, without the errors: those are problem documents everywhere. */
  answers: Readonly<Record<number, AnswerDescription>>;
  /** True when no key is asked for. Default false. */
  isPublic?: boolean;
}

export type RequestHeader = 'Idempotency-Key' | 'If-Match';

export const requestHeaders: Readonly<Record<RequestHeader, string>> = {
  'Idempotency-Key':
    'Any text of your own, 1 to 255 printable ASCII characters without spaces. The same key with the same body gives the first answer again; with another body 409.',
  'If-Match':
    'The `ETag` of what you read. When it was changed meanwhile, the answer is 412 and nothing changes.',
};
