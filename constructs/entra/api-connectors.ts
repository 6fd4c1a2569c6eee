import * as pulumi from '@pulumi/pulumi';
import type { DeclaredConnector } from '../../src/estate/sections/customers/customers';
import { ApiConnector, type ApiConnectorArgs } from '../graph/api-connector';
import type { ConfigSecrets, DirectoryIds } from './identity-providers';

export interface ApiConnectorsArgs {
  /**
   * In any order. The name in the portal, by which Graph's are told apart, names the resource, so that another name of the estate
   * changes none.
   */
  readonly connectors: readonly DeclaredConnector[];
  /** Secrets by their keys in the stack's configuration. @default those that the directory has */
  readonly secrets?: ConfigSecrets;
}

/** The APIs that user flows of a B2C directory call. Needs the provider `entragraph` in `opts.providers`. */
export class ApiConnectors extends pulumi.ComponentResource {
  /** Ids by the names of the estate. */
  readonly ids: DirectoryIds;

  constructor(name: string, { connectors, secrets }: ApiConnectorsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:ApiConnectors', name, {}, opts);
    this.ids = new Map(
      connectors.map((one) => {
        const args = connectorArgs(one, secrets);
        return [one.name, new ApiConnector(`${name}-${titleOf(one)}`, args, { parent: this }).id];
      }),
    );
    this.registerOutputs({});
  }
}

function titleOf({ name, displayName = name }: DeclaredConnector): string {
  return displayName;
}

function connectorArgs(connector: DeclaredConnector, secrets: ConfigSecrets | undefined): ApiConnectorArgs {
  const { url, authentication, username, secret, passphrase } = connector;
  const value = secrets?.get(secret.config);
  const opens = passphrase && secrets?.get(passphrase.config);
  return {
    displayName: titleOf(connector),
    targetUrl: url,
    authentication,
    ...(username !== undefined && { username }),
    ...(value && { secret: value, secretVersion: secret.version }),
    ...(opens && { passphrase: opens }),
  };
}
