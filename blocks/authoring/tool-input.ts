import type { InputBlock } from '@slack/types';
import { deriveId } from '../../src/domain/ids.ts';
import type { ToolServerOffer } from '../../src/domain/step-resources.ts';
import { isDestructive, type ToolInfo, type ToolRef } from '../../src/domain/tool-server.ts';
import { clip } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readInput, readText } from '../form-reader.ts';
import { choiceInput, textInput } from './form-inputs.ts';

export const toolBlocks = { tool: 'tool_name', typed: 'tool_typed' } as const;

const maxOffered = 98;
const typedValue = 'typed';

/** One tool of one server, as it is chosen in a menu. */
interface OfferedTool extends ToolRef {
  value: string;
  label: string;
}

/** Asks for a tool. What a server that does not answer now has is typed, as `server/tool`. */
export function toolInputs(servers: readonly ToolServerOffer[], chosen: ToolRef | null): InputBlock[] {
  const offered = offeredTools(servers);
  const current = offered.find(({ server, tool }) => server === chosen?.server && tool === chosen.tool);
  const silent = servers.filter(({ tools }) => tools === null).map(({ name }) => name);
  const isTyped =
    silent.length > 0 || offered.length > maxOffered || (chosen !== null && current === undefined);
  const first = offered.slice(0, maxOffered);
  // What is set stays a choice, also where it is one of very many.
  const shown = current === undefined || first.includes(current) ? first : [current, ...first.slice(1)];
  const choices = [
    ...shown.map(({ value, label }) => [value, label] as const),
    ...(isTyped ? [[typedValue, 'Another tool, named below'] as const] : []),
  ];
  return [
    choiceInput({
      blockId: toolBlocks.tool,
      label: 'Tool',
      ...(silent.length === 0
        ? {}
        : {
            hint: `Does not answer at this moment: ${clip(silent.join(', '), 200)}. Name its tool below, or try again.`,
          }),
      choices,
      initial: current?.value ?? (chosen === null ? undefined : typedValue),
    }),
    ...(isTyped
      ? [
          textInput({
            blockId: toolBlocks.typed,
            label: 'Server and tool',
            hint: 'As server/tool. Only where you chose “another tool” above.',
            max: 264,
            optional: true,
            initial: chosen !== null && current === undefined ? `${chosen.server}/${chosen.tool}` : '',
          }),
        ]
      : []),
  ];
}

/** @returns null when none was chosen, which is added to the errors */
export function readTool(
  servers: readonly ToolServerOffer[],
  before: ToolRef | null,
  state: FormState,
  errors: FormErrors,
): ToolRef | null {
  const value = readInput(state, toolBlocks.tool).selected[0];
  const typed = readText(state, toolBlocks.typed);
  if (value !== typedValue) {
    const found = offeredTools(servers).find((offer) => offer.value === value);
    if (found !== undefined) return { server: found.server, tool: found.tool };
    // The server may have fallen silent since the form was opened.
    if (value !== undefined && before !== null && value === toolValue(before)) return before;
    errors[toolBlocks.tool] =
      value === undefined
        ? 'Please choose a tool.'
        : 'This tool is not offered at this moment. Please open the form again.';
    return null;
  }
  const match = /^([a-zA-Z0-9_-]{1,63})\/(\S.{0,199})$/.exec(typed);
  const [, server, tool] = match ?? [];
  if (server !== undefined && tool !== undefined) return { server, tool: tool.trim() };
  errors[toolBlocks.typed] = 'Write it as server/tool, such as crm/find_customer.';
  return null;
}

/** What a tool does, in one line of plain text; '' when its server does not say. */
export function toolSentence({ description, title }: ToolInfo): string {
  const text = description.trim() === '' ? (title ?? '') : description;
  return clip(text.trim().split('\n')[0] ?? '', 300);
}

function offeredTools(servers: readonly ToolServerOffer[]): OfferedTool[] {
  return servers.flatMap(({ name: server, tools }) =>
    (tools ?? []).map((info) => {
      const ref = { server, tool: info.name };
      const warning = isDestructive(info) ? '⚠️ ' : '';
      return { ...ref, value: toolValue(ref), label: clip(`${warning}${server}: ${info.name}`, 75) };
    }),
  );
}

/** Names may be longer than an option's value. */
function toolValue({ server, tool }: ToolRef): string {
  return deriveId('tool', server, tool);
}
