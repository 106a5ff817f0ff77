import { parseArgs } from 'node:util';
import { Duration } from '../domain/duration.ts';
import { ValidationError } from '../errors.ts';

/** What `npm run keys` is to do, and in which org; null: in the first one. */
export type KeysCommand = KeysVerb & { orgId: string | null };

export type KeysVerb =
  | {
      kind: 'create';
      owner: { user: string } | { team: string };
      name: string;
      /** A duration; null: never. */
      expiresIn: Duration | null;
      makeOwner: boolean;
    }
  | { kind: 'list' }
  | { kind: 'revoke'; keyId: string }
  | { kind: 'help' };

export const keysUsage = `Makes, lists and revokes keys for the API, in the database that MONGODB_URI or DATA_DIR names.

  npm run keys -- create --user <Slack user id or email> [--owner] [--name <text>] [--expires 90d]
  npm run keys -- create --team <name> [--name <text>] [--expires 90d]
  npm run keys -- list
  npm run keys -- revoke <id>

With --org <id> in another org than the first. A key is shown once, when it is made. --owner also makes the
person an owner of the org: for the first one of all.
`;

/** @throws ValidationError that says what is wrong and how it is used */
export function parseKeysCommand(args: readonly string[]): KeysCommand {
  const { values, positionals } = parse(args);
  return { ...parseVerb(values, positionals), orgId: values.org ?? null };
}

function parseVerb(values: Values, [verb, ...rest]: string[]): KeysVerb {
  switch (verb) {
    case undefined:
    case 'help':
      return { kind: 'help' };
    case 'list':
      return { kind: 'list' };
    case 'revoke': {
      const [keyId] = rest;
      if (keyId === undefined) return refuse('Say which key to revoke: its id stands in the list.');
      // The whole of a key that was leaked may be given as well.
      return { kind: 'revoke', keyId: keyId.replace(/^(?:user|team)-/, '').replace(/\..*$/, '') };
    }
    case 'create':
      return parseCreate(values);
    default:
      return refuse(`"${verb}" is not known.`);
  }
}

type Values = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  const options = {
    user: { type: 'string' },
    team: { type: 'string' },
    org: { type: 'string' },
    name: { type: 'string' },
    expires: { type: 'string' },
    owner: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true });
    return parsed.values.help === true ? { values: {}, positionals: ['help'] } : parsed;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function parseCreate({ user, team, name, expires, owner: makeOwner = false }: Values): KeysVerb {
  if ((user === undefined) === (team === undefined)) {
    return refuse('Say whose key it is: either --user or --team.');
  }
  if (makeOwner && user === undefined) return refuse('--owner goes with --user.');
  const expiresIn = expires === undefined ? null : Duration.safeParse(expires);
  if (expiresIn?.success === false) return refuse(`--expires ${expiresIn.error.issues[0]?.message ?? ''}.`);
  return {
    kind: 'create',
    owner: user === undefined ? { team: team ?? '' } : { user },
    name: name ?? 'made by npm run keys',
    expiresIn: expiresIn?.data ?? null,
    makeOwner,
  };
}

function refuse(problem: string): never {
  throw new ValidationError(`${problem}\n\n${keysUsage}`);
}
