import { exampleBody } from '../../src/domain/example-body.ts';
import { exampleInputs } from '../../src/domain/example-inputs.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { TriggerOf } from '../../src/domain/trigger.ts';
import type { Workflow } from '../../src/domain/workflow.ts';

export interface IntakeCommand {
  url: string;
  /** Null: the key is put into `BATON_KEY` first. */
  key: string | null;
  /** The body. */
  example: JsonObject;
}

/** The address of an intake. */
export function intakeUrl(publicUrl: string, intakeId: string): string {
  return `${publicUrl}/v1/intake/${intakeId}`;
}

/** How work is sent to an intake, with a body that the workflow takes. */
export function commandFor(
  publicUrl: string,
  { inputsSchema }: Pick<Workflow, 'inputsSchema'>,
  { id, settings }: TriggerOf<'intake'>,
  key: string | null,
): string {
  const { inputsTemplate } = settings;
  const example =
    inputsTemplate === null ? exampleInputs(inputsSchema) : exampleBody(inputsTemplate, inputsSchema);
  return intakeCommand({ url: intakeUrl(publicUrl, id), key, example });
}

/** What is pasted into a terminal to send work. */
export function intakeCommand({ url, key, example }: IntakeCommand): string {
  const bearer = key ?? '$BATON_KEY';
  const lines = [
    `curl -sS -X POST ${url}`,
    `-H "Authorization: Bearer ${bearer}"`,
    "-H 'Content-Type: application/json'",
    `-d ${quote(JSON.stringify(example))}`,
  ];
  return lines.join(' \\\n  ');
}

/** For a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
