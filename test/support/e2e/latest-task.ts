import type { ApiExecution, ApiList, ApiWorkflow } from './api-client.ts';
import type { E2eBot } from './e2e-bot.ts';

/** The workflow of this slug, over REST. */
export async function workflowBySlug(
  { api, program }: Pick<E2eBot, 'api' | 'program'>,
  slug: string,
): Promise<ApiWorkflow> {
  const { items } = await api.get<ApiList<ApiWorkflow>>(`/orgs/${program.orgId}/workflows`);
  const found = items.find((workflow) => workflow.slug === slug);
  if (found === undefined) throw new Error(`there is no workflow ${slug}`);
  return found;
}

/** The task of this workflow that was started last, over REST. */
export async function latestTask(bot: Pick<E2eBot, 'api' | 'program'>, slug: string): Promise<ApiExecution> {
  const { id } = await workflowBySlug(bot, slug);
  const { items } = await bot.api.get<ApiList<ApiExecution>>(`/workflows/${id}/executions?limit=1`);
  const [latest] = items;
  if (latest === undefined) throw new Error(`no task of ${slug} was started`);
  return latest;
}
