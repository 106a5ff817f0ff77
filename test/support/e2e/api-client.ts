import type { RunningProgram } from './running-program.ts';

/** The REST API with the program's admin key. `path` begins behind `/api`. */
export interface ApiClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
}

/** What the tests read of an execution. */
export interface ApiExecution {
  id: string;
  status: string;
  pointer: string | null;
  context: { inputs: unknown; steps: Record<string, unknown> };
}

/** What the tests read of a workflow. */
export interface ApiWorkflow {
  id: string;
  slug: string;
  name: string;
  status: string;
}

/** What the tests read of a list. */
export interface ApiList<Item> {
  items: Item[];
}

/** A request that is refused throws with what the API said. */
export function createApiClient({
  publicUrl,
  adminKey,
}: Pick<RunningProgram, 'publicUrl' | 'adminKey'>): ApiClient {
  async function request<T>(path: string, init: RequestInit): Promise<T> {
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
    const response = await fetch(`${publicUrl}/api${path}`, { ...init, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }
  return {
    get: (path) => request(path, {}),
    patch: (path, body) => request(path, { method: 'PATCH', body: JSON.stringify(body) }),
    post: (path, body) => request(path, { method: 'POST', body: JSON.stringify(body) }),
  };
}
