import { status } from '@grpc/grpc-js';
import { homepage, license, repository, version } from '../package.json';
import declared from './declared.json';
import { RpcFault } from './rpc/messages';

/** Version of the form of schemas that the engine may ask for, besides 0, which leaves the choice to us. */
const SCHEMA_VERSION = 1;

/**
 * The package's schema, from which `pulumi package add` makes an SDK and a YAML program learns types: what is declared in
 * `constructs/graph`, with this version.
 *
 * @throws RpcFault for a form of schemas that is not known
 */
export function packageSchema(form: number): string {
  if (form > SCHEMA_VERSION) {
    throw new RpcFault(status.UNIMPLEMENTED, `the version of the schema must be 0 or ${SCHEMA_VERSION}, got ${form}`);
  }
  return JSON.stringify({ ...DESCRIPTION, ...declared });
}

/** `owner/name` on GitHub. */
const REPOSITORY = repository.url.replace(/^git\+https:\/\/github\.com\/|\.git$/g, '');

const DESCRIPTION = {
  name: 'entragraph',
  displayName: 'Entra Graph',
  version,
  description:
    'What azuread lacks, over Microsoft Graph: user flows, attribute mappings and state of provisioning, SAML signing certificates.',
  keywords: ['pulumi', 'entra-id', 'azure-ad-b2c', 'external-id', 'category/cloud', 'kind/native'],
  homepage,
  license,
  repository: `https://github.com/${REPOSITORY}`,
  publisher: REPOSITORY.split('/', 1)[0],
  // The engine takes the plug-in of this version from the release.
  pluginDownloadURL: `github://api.github.com/${REPOSITORY}`,
  meta: { supportPack: true },
  language: {
    nodejs: { respectSchemaVersion: true },
    python: { respectSchemaVersion: true, pyproject: { enabled: true } },
    go: { respectSchemaVersion: true },
    csharp: { respectSchemaVersion: true },
  },
};
