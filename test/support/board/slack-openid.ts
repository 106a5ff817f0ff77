import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** The part of Slack that signs people in, as a server of its own. */
export interface SlackOpenId {
  /** As `SLACK_API_URL` names it. */
  apiUrl: string;
  /** Does what a person does who allows it. @returns where their browser is sent back to */
  allow(authorizeUrl: string, who: { userId: string; teamId: string; name: string }): string;
  /** Changes what the next token claims, or with which key it is signed. */
  tamper: { claims?: JWTPayload; foreignKey?: boolean };
  close(): Promise<void>;
}

export const openIdClient = { clientId: '12345.67890', clientSecret: 'openid-secret' };

export async function startSlackOpenId(): Promise<SlackOpenId> {
  const own = await generateKeyPair('RS256');
  const foreign = await generateKeyPair('RS256');
  const granted = new Map<string, { claims: JWTPayload; challenge: string; redirectUri: string }>();
  const tamper: SlackOpenId['tamper'] = {};
  const server = createServer((req, res) => void answer(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const send = (status: number, body: unknown): void => {
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (req.url === '/openid/connect/keys') {
      return send(200, {
        keys: [{ ...(await exportJWK(own.publicKey)), alg: 'RS256', use: 'sig', kid: 'k1' }],
      });
    }
    const form = new URLSearchParams(Buffer.concat(await req.toArray()).toString());
    const grant = granted.get(form.get('code') ?? '');
    granted.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight =
      grant !== undefined &&
      grant.challenge === challenge &&
      grant.redirectUri === form.get('redirect_uri') &&
      form.get('client_secret') === openIdClient.clientSecret;
    if (!isRight) return send(200, { ok: false, error: 'invalid_code' });
    const token = await new SignJWT({ ...grant.claims, ...tamper.claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .sign(tamper.foreignKey === true ? foreign.privateKey : own.privateKey);
    send(200, { ok: true, access_token: 'xoxp-x', token_type: 'Bearer', id_token: token });
  }

  return {
    apiUrl: `${issuer}/api/`,
    tamper,
    allow(authorizeUrl, { userId, teamId, name }) {
      const { searchParams } = new URL(authorizeUrl);
      const get = (key: string): string => searchParams.get(key) ?? '';
      const code = `code-${granted.size}-${get('state').slice(0, 6)}`;
      granted.set(code, {
        claims: {
          iss: issuer,
          aud: get('client_id'),
          nonce: get('nonce'),
          iat: Math.floor(Date.now() / 1000),
          exp: Math.floor(Date.now() / 1000) + 300,
          sub: userId,
          name,
          'https://slack.com/user_id': userId,
          'https://slack.com/team_id': teamId,
        },
        challenge: get('code_challenge'),
        redirectUri: get('redirect_uri'),
      });
      const back = new URL(get('redirect_uri'));
      back.search = new URLSearchParams({ code, state: get('state') }).toString();
      return back.toString();
    },
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
