import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { SignJWT } from 'jose';
import { createSigningKey, type SigningKey } from '../fake-issuer';
import { portOf } from './port';

/** Token that an issuer gave a job. */
export interface IssuedToken {
  readonly audience: string;
  /** Service connection of Azure DevOps that the token is of. */
  readonly connection: string | undefined;
}

const BEARER = 'Bearer request-token-of-the-job';

/** Subject of every token: which job asks is not known here. */
export const JOB_SUBJECT = 'job';

/** What issues the tokens of jobs: by request at GitHub and Azure DevOps, by variables at GitLab. */
export class TokenIssuer {
  /** Tokens so far, in the order in which they were given. */
  readonly issued: IssuedToken[] = [];
  private readonly server = createServer();
  private origin = '';

  private constructor(private readonly key: SigningKey) {}

  static async start(): Promise<TokenIssuer> {
    const issuer = new TokenIssuer(await createSigningKey());
    issuer.server.on('request', (request: IncomingMessage, response) => {
      void issuer.answer(request).then((body) => {
        response.writeHead(body === undefined ? 401 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body ?? { message: 'Unauthorized' }));
      });
    });
    await once(issuer.server.listen(0, '127.0.0.1'), 'listening');
    issuer.origin = `http://127.0.0.1:${portOf(issuer.server)}`;
    return issuer;
  }

  /** Address by which clouds find its keys. */
  get url(): string {
    return this.origin;
  }

  /** Variables of a job of GitHub that may ask for a token. */
  get gitHub(): Readonly<Record<string, string>> {
    return {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${this.origin}/github?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: BEARER.replace('Bearer ', ''),
    };
  }

  /** Address at which a job of Azure DevOps asks for a token, with the token of the job. */
  get azureDevOps(): string {
    return `${this.origin}/azure-devops`;
  }

  async sign(audience: string, connection?: string): Promise<string> {
    this.issued.push({ audience, connection });
    const { privateKey, kid } = this.key;
    return new SignJWT({ iss: this.origin, aud: audience, sub: JOB_SUBJECT })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(privateKey);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer({ url, method, headers }: IncomingMessage): Promise<object | undefined> {
    const { pathname, searchParams } = new URL(url ?? '', this.origin);
    if (pathname === '/.well-known/openid-configuration')
      return { issuer: this.origin, jwks_uri: `${this.origin}/keys` };
    if (pathname === '/keys') return { keys: [this.key.jwk] };
    if (pathname === '/github' && headers.authorization === BEARER)
      return { value: await this.sign(searchParams.get('audience') ?? 'https://github.com/insurance') };
    const connection = searchParams.get('serviceConnectionId');
    if (pathname !== '/azure-devops' || method !== 'POST' || connection === null) return undefined;
    if (headers.authorization !== 'Bearer token-of-the-job') return undefined;
    return { oidcToken: await this.sign('api://AzureADTokenExchange', connection) };
  }
}
