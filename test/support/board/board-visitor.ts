import type { HttpFixture } from '../http-fixture.ts';
import { testOrgId } from '../builders.ts';

/** A page as it came. */
export interface BoardAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** A browser without script that remembers its cookies. Redirects are not followed. */
export interface BoardVisitor {
  get(path: string, headers?: Record<string, string>): Promise<BoardAnswer>;
  /** Sends a form as a page of the board would; the token of its session goes with it when a page has shown one. */
  post(
    path: string,
    form?: Record<string, string | string[]>,
    headers?: Record<string, string>,
  ): Promise<BoardAnswer>;
  /** As they would be sent. */
  cookies: Map<string, string>;
}

export function createBoardVisitor(url: string): BoardVisitor {
  const cookies = new Map<string, string>();
  let csrf = '';

  async function ask(
    path: string,
    init: { method?: string; body?: URLSearchParams; headers: Record<string, string> },
  ): Promise<BoardAnswer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = cookie === '' ? init.headers : { cookie, ...init.headers };
    const response = await fetch(`${url}${path}`, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) remember(line);
    const text = await response.text();
    csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? csrf;
    return { status: response.status, headers: response.headers, text };
  }

  function remember(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }

  return {
    cookies,
    get: (path, headers = {}) => ask(path, { headers }),
    async post(path, form = {}, headers = {}) {
      const body = new URLSearchParams(csrf === '' ? {} : { csrf });
      for (const [name, values] of Object.entries(form)) {
        if (name === 'csrf') body.delete('csrf');
        for (const value of [values].flat()) body.append(name, value);
      }
      return ask(path, { method: 'POST', body, headers: { origin: url, ...headers } });
    },
  };
}

/** Somebody who is signed in; a member is made of them when they are none. */
export async function signInAs(
  { url, org }: Pick<HttpFixture, 'url' | 'org'>,
  userId: string,
  orgId: string = testOrgId,
): Promise<BoardVisitor> {
  await org.members.see(orgId, userId, userId.toLowerCase());
  const visitor = createBoardVisitor(url);
  const link = await org.sessions.issueLink(orgId, userId);
  const answer = await visitor.post('/board/sign-in/link', { link });
  if (answer.status !== 303) throw new Error(`${userId} was not signed in: ${answer.status} ${answer.text}`);
  await visitor.get('/board');
  return visitor;
}
