import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { type JsonObject, isJsonObject } from '../domain/json.ts';
import type { ToolInfo } from '../domain/tool-server.ts';

const maxDescriptionLength = 4_000;

/** A tool as its server describes it. Which dialect its schema is of is left out: it is read as draft-07. */
export function toToolInfo(tool: Tool): ToolInfo {
  const { $schema: _dialect, ...inputSchema } = tool.inputSchema as JsonObject;
  return {
    name: tool.name,
    title: tool.title ?? tool.annotations?.title ?? null,
    description: (tool.description ?? '').slice(0, maxDescriptionLength).toWellFormed(),
    inputSchema,
    readOnly: tool.annotations?.readOnlyHint ?? null,
    destructive: tool.annotations?.destructiveHint ?? null,
    idempotent: tool.annotations?.idempotentHint ?? null,
  };
}

/** The text of a result; what is no text is named in brackets. */
export function textOf(result: CallToolResult): string {
  return result.content.map(describeContent).join('\n').toWellFormed();
}

export function structuredOf(result: CallToolResult): JsonObject | null {
  return isJsonObject(result.structuredContent) ? result.structuredContent : null;
}

function describeContent(item: CallToolResult['content'][number]): string {
  switch (item.type) {
    case 'text':
      return item.text;
    case 'image':
    case 'audio':
      return `[${item.type}, ${item.mimeType}]`;
    case 'resource':
      return 'text' in item.resource ? item.resource.text : `[resource ${item.resource.uri}]`;
    case 'resource_link':
      return `[resource ${item.name}: ${item.uri}]`;
  }
}
