import type { Member } from '../../../domain/member.ts';
import { html, type SafeHtml } from '../html.ts';
import { page } from '../layout.ts';

/** Somebody whom the local workspace lets in without a password. */
export interface LocalPerson {
  userId: string;
  name: string;
}

export interface SignInOptions {
  /** Where to go afterwards. */
  to: string;
  hasSlack: boolean;
  /** Empty where nobody comes in without a link. */
  people: readonly LocalPerson[];
  /** Why they are here again; null at first. */
  problem: string | null;
}

/** The ways in. */
export function signInPage({ to, hasSlack, people, problem }: SignInOptions): string {
  const main = html`<section class="sheet">
    <h1>Sign in to Baton</h1>
    ${problem === null ? html`` : html`<p class="notice notice-refused" role="alert">${problem}</p>`}
    ${hasSlack ? slackButton(to) : html``}
    <p>${hasSlack ? 'Or type' : 'Type'} <code>/workflow board</code> in Slack. You get a link that only you can see, and that signs you in.</p>
    ${people.length === 0 ? html`` : localPeople(people, to)}
  </section>`;
  return page({ title: 'Sign in', viewer: null, place: null, main });
}

/** What a link from Slack opens: nothing is used up until the button is pressed, because scanners open links too. */
export function linkPage(options: { token: string; to: string; member: Member; orgName: string }): string {
  const { token, to, member, orgName } = options;
  const name = member.name ?? member.email ?? member.userId;
  const main = html`<section class="sheet">
    <h1>Open the board of ${orgName}</h1>
    <p>You come from Slack as <strong>${name}</strong>. The link works once.</p>
    <form method="post" action="/board/sign-in/link">
      <input type="hidden" name="link" value="${token}">
      <input type="hidden" name="to" value="${to}">
      <button class="button button-primary button-large" type="submit" autofocus>Sign in as ${name}</button>
    </form>
  </section>`;
  return page({ title: 'Sign in', viewer: null, place: null, main });
}

function slackButton(to: string): SafeHtml {
  const query = new URLSearchParams({ to }).toString();
  return html`<p><a class="button button-primary button-large" href="/board/sign-in/slack?${query}">Sign in with Slack</a></p>`;
}

function localPeople(people: readonly LocalPerson[], to: string): SafeHtml {
  const buttons = people.map(
    ({ userId, name }) =>
      html`<button class="button" type="submit" name="userId" value="${userId}">Sign in as ${name}</button>`,
  );
  return html`<form class="local-people" method="post" action="/board/sign-in/local">
    <h2>On this machine</h2>
    <p class="hint">The local workspace has no passwords, so whoever sits here may be anybody in it.</p>
    <input type="hidden" name="to" value="${to}">
    <div class="buttons">${buttons}</div>
  </form>`;
}
