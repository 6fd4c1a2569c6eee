import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';

/** What a CI system has: an issuer of tokens with its keys, on this machine. */
export class TokenIssuer {
  private constructor(
    private readonly server: Server,
    private readonly key: CryptoKey,
  ) {}

  /** @param keys where the issuer says that its keys are, if that is elsewhere */
  static async start({ keys }: { readonly keys?: string } = {}): Promise<TokenIssuer> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'ci', alg: 'RS256', use: 'sig' };
    const server = createServer((request, response) => {
      const origin = `http://${request.headers.host ?? ''}`;
      const answers: Readonly<Record<string, unknown>> = {
        '/.well-known/openid-configuration': { issuer: origin, jwks_uri: keys ?? `${origin}/keys` },
        '/keys': { keys: [jwk] },
      };
      const body = answers[request.url ?? ''];
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? {}));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new TokenIssuer(server, privateKey);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A token that is good for five minutes from `now`, unless the claims say otherwise. */
  token(now: Date, claims: JWTPayload, key: CryptoKey = this.key): Promise<string> {
    const seconds = Math.floor(now.getTime() / 1000);
    const times = { iat: seconds, nbf: seconds, exp: seconds + 300 };
    return new SignJWT({ iss: this.url, ...times, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'ci' })
      .sign(key);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }
}
