const signIn = '/board/sign-in';

/** The sign-in page, which leads back to where somebody wanted to go. */
export function signInPath(wanted: string): string {
  const to = safeDestination(wanted);
  return to === '/board' ? signIn : `${signIn}?${new URLSearchParams({ to }).toString()}`;
}

/** The address that a link from Slack has. The token stands in the query, which is not logged. */
export function signInLinkUrl(publicUrl: string, token: string, destination: string): string {
  const to = safeDestination(destination);
  const query = new URLSearchParams({ link: token, ...(to === '/board' ? {} : { to }) });
  return `${publicUrl}${signIn}?${query.toString()}`;
}

/** A page of the board, whatever was sent: nobody is led to another site. */
export function safeDestination(wanted: unknown): string {
  if (typeof wanted !== 'string' || !/^\/board(?=[/?#]|$)/.test(wanted)) return '/board';
  const base = 'http://board.invalid';
  if (!URL.canParse(wanted, base)) return '/board';
  const { origin, pathname, search } = new URL(wanted, base);
  const isBoard = origin === base && (pathname === '/board' || pathname.startsWith('/board/'));
  return isBoard && !pathname.startsWith(signIn) ? `${pathname}${search}` : '/board';
}
