import type { JsonObject } from '../domain/json.ts';
import type { ApiClient } from './api-client.ts';
import { CliError, exitCodes } from './exit-codes.ts';

export interface FoundWorkflow {
  id: string;
  name: string;
  slug: string;
  /** Its newest one. */
  revision: number;
  inputsSchema: JsonObject;
}

/** The workflow that is meant by an id, a name in any case, or the name that people type. @throws CliError */
export async function findWorkflow(api: ApiClient, wanted: string): Promise<FoundWorkflow> {
  if (/^[0-9a-f]{24}$/.test(wanted)) return api.ask<FoundWorkflow>('GET', `/api/workflows/${wanted}`);
  const orgs = await api.ask<{ items: { id: string }[] }>('GET', '/api/orgs');
  const text = wanted.toLowerCase();
  const seen: string[] = [];
  for (const { id } of orgs.items) {
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const page: { items: FoundWorkflow[]; nextCursor: string | null } = await api.ask(
        'GET',
        `/api/orgs/${id}/workflows${query}`,
      );
      const found = page.items.find(({ name, slug }) => slug === text || name.toLowerCase() === text);
      if (found !== undefined) return found;
      seen.push(...page.items.map(({ slug }) => slug));
      cursor = page.nextCursor;
    }
  }
  const some = seen.slice(0, 10).join(', ');
  const known =
    some === '' ? 'There are no workflows.' : `There are: ${some}${seen.length > 10 ? ', …' : ''}.`;
  throw new CliError(exitCodes.wrong, `There is no workflow called "${wanted}". ${known}`);
}
