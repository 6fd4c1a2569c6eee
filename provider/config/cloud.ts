import { inside } from '../values';
import { errorBody } from '../graph/error';
import type { Transport } from '../graph/transport';
import type { ProviderConfig } from './provider-config';

/** Addresses of the authority that issues tokens, and of Graph. */
export interface Cloud {
  /** Such as `https://login.microsoftonline.com`. */
  readonly login: string;
  /** Such as `https://graph.microsoft.com`. */
  readonly graph: string;
  /** True if the endpoints came from a metadata host, and Microsoft's directory of clouds does not know them. */
  readonly isPrivate: boolean;
}

const PUBLIC: Cloud = {
  login: 'https://login.microsoftonline.com',
  graph: 'https://graph.microsoft.com',
  isPrivate: false,
};
const US: Cloud = { login: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us', isPrivate: false };
const US_L5: Cloud = { ...US, graph: 'https://dod-graph.microsoft.us' };
const CHINA: Cloud = {
  login: 'https://login.partner.microsoftonline.cn',
  graph: 'https://microsoftgraph.chinacloudapi.cn',
  isPrivate: false,
};

/** https://learn.microsoft.com/graph/deployments */
const CLOUDS: Readonly<Record<string, Cloud>> = {
  public: PUBLIC,
  global: PUBLIC,
  usgovernment: US,
  usgovernmentl4: US,
  usgovernmentl5: US_L5,
  dod: US_L5,
  china: CHINA,
};

/**
 * The cloud of the configuration: by name, or as the metadata host describes it, which is how a stand-in is reached.
 *
 * @throws Error if the metadata host does not answer with the two endpoints.
 */
export async function findCloud(config: ProviderConfig, transport: Transport): Promise<Cloud> {
  if (config.metadataHost === undefined) return CLOUDS[(config.environment ?? 'public').toLowerCase()] ?? PUBLIC;
  const url = `https://${config.metadataHost}/metadata/endpoints?api-version=2022-09-01`;
  const answer = await transport.send({ method: 'GET', url });
  if (answer.status !== 200) throw new Error(`GET ${url}: ${answer.status} ${errorBody(answer.body).detail}`);
  const body: unknown = JSON.parse(answer.body);
  const { microsoftGraphResourceId: graph } = inside(body);
  const { loginEndpoint: login } = inside(body, 'authentication');
  if (typeof graph !== 'string' || typeof login !== 'string') {
    throw new Error(`GET ${url}: the answer lacks microsoftGraphResourceId or authentication.loginEndpoint`);
  }
  return { login: login.replace(/\/+$/, ''), graph: graph.replace(/\/+$/, ''), isPrivate: true };
}
