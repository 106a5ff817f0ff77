import type { JsonObject } from '../../src/domain/json.ts';

export interface IntakeCommand {
  url: string;
  /** Null: the key is put into `BATON_KEY` first. */
  key: string | null;
  /** The body. */
  example: JsonObject;
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
