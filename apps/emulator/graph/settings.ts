/** The directory that the emulator stands for. */
export interface Tenant {
  readonly id: string;
  /** The initial domain. */
  readonly domain: string;
  /** Domains whose URIs an application may claim, the initial one included. */
  readonly verifiedDomains: readonly string[];
  readonly displayName: string;
  /** `CIAM` is an external tenant. */
  readonly kind: 'AAD' | 'AAD B2C' | 'CIAM';
}

/** An application that may call Graph, with its secret. */
export interface GraphClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Object id of its service principal. */
  readonly objectId: string;
  readonly displayName: string;
  /** Application permissions of Microsoft Graph. @default all that the emulator knows */
  readonly roles?: readonly string[];
}

export const DEFAULT_TENANT: Tenant = {
  id: '11111111-1111-4111-8111-111111111111',
  domain: 'contosob2c.onmicrosoft.com',
  verifiedDomains: ['contosob2c.onmicrosoft.com'],
  displayName: 'Contoso',
  kind: 'AAD B2C',
};

/** The application that deploys; its secret is drawn at each start unless the options name one. */
export const DEPLOYER = {
  clientId: '22222222-2222-4222-8222-222222222222',
  objectId: '33333333-3333-4333-8333-333333333333',
  displayName: 'deployer',
} as const;
