import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { ClientAssertionCredential, ClientSecretCredential } from '@azure/identity';
import type { Configuration } from './configuration';

/** Audience that Entra ID wants of a federated token. */
const AUDIENCE = 'api://AzureADTokenExchange';
const LIFE_SECONDS = 300;

/**
 * Signs in to Entra ID. Without a secret by the function's own role: AWS signs who it is, and the application in Entra ID
 * trusts that issuer and role (IAM User Guide, 'Federating AWS identities to external services').
 */
export async function createCredential({ entra, region }: Configuration) {
  const { tenantId, clientId, secretArn, login } = entra;
  // Microsoft's directory of clouds does not know a stand-in's host.
  const options = { authorityHost: login, disableInstanceDiscovery: !login.includes('login.microsoftonline.') };
  if (secretArn === undefined) {
    return new ClientAssertionCredential(tenantId, clientId, () => identityToken(new STSClient({ region })), options);
  }
  const secret = await readSecret(new SecretsManagerClient({ region }), secretArn);
  return new ClientSecretCredential(tenantId, clientId, secret, options);
}

async function identityToken(sts: STSClient): Promise<string> {
  const command = new GetWebIdentityTokenCommand({
    Audience: [AUDIENCE],
    // Entra ID takes no other signature of a federated token.
    SigningAlgorithm: 'RS256',
    DurationSeconds: LIFE_SECONDS,
  });
  const { WebIdentityToken: token } = await sts.send(command);
  if (token === undefined) throw new Error('sts:GetWebIdentityToken answers without a token');
  return token;
}

async function readSecret(client: SecretsManagerClient, SecretId: string): Promise<string> {
  const { SecretString: secret } = await client.send(new GetSecretValueCommand({ SecretId }));
  if (secret === undefined || secret === '') throw new Error(`the secret ${SecretId} has no text`);
  return secret;
}
