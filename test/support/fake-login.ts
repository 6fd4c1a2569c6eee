import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned } from './self-signed';

/** Entra's metadata and token endpoints over TLS, for one client with one secret. */
export class FakeLogin {
  /** Of the certificate that a client must trust. */
  readonly certificate: string;
  /** Client ids that asked for a token. */
  readonly signedIn: string[] = [];
  private readonly server: Server;
  private readonly graphUrl: () => string;

  constructor(graphUrl: () => string, clientSecret: string) {
    const { key, certificate } = selfSigned();
    this.certificate = certificate;
    this.graphUrl = graphUrl;
    this.server = createServer({ key, cert: certificate }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
        const { status, body } = this.answer(request.url ?? '', form, clientSecret);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, '127.0.0.1', resolve);
    });
    return this;
  }

  /** `host:port`. */
  get host(): string {
    return `localhost:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  private answer(
    url: string,
    form: URLSearchParams,
    clientSecret: string,
  ): { readonly status: number; readonly body: unknown } {
    const base = `https://${this.host}`;
    const tenant = url.split('/')[1] ?? '';
    if (url.startsWith('/metadata/endpoints')) {
      const authentication = { loginEndpoint: base, audiences: [base], tenant: 'common', identityProvider: 'AAD' };
      return {
        status: 200,
        body: { name: 'AzureCloud', microsoftGraphResourceId: `${this.graphUrl()}/`, authentication },
      };
    }
    if (url.includes('/.well-known/openid-configuration')) {
      const body = {
        issuer: `${base}/${tenant}/v2.0`,
        authorization_endpoint: `${base}/${tenant}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/${tenant}/oauth2/v2.0/token`,
        end_session_endpoint: `${base}/${tenant}/oauth2/v2.0/logout`,
        jwks_uri: `${base}/${tenant}/discovery/v2.0/keys`,
      };
      return { status: 200, body };
    }
    if (!url.includes('/oauth2/v2.0/token')) return { status: 404, body: {} };
    if (form.get('client_secret') !== clientSecret) {
      const description =
        'AADSTS7000215: Invalid client secret provided. Ensure the secret is the client secret value.';
      return { status: 401, body: { error: 'invalid_client', error_description: description } };
    }
    this.signedIn.push(String(form.get('client_id')));
    return {
      status: 200,
      body: { token_type: 'Bearer', expires_in: 3599, access_token: 'eyJhbGciOiJub25lIn0.eyJ0aWQiOiJ4In0.c2ln' },
    };
  }
}
