import { z } from 'zod';
import { located } from '../../source/located';
import { Name } from '../shared/name';
import { apiUrl } from './called-url';
import { providerName, SecretKey, SecretReference } from './provider-schema';

export const ApiConnectorEntry = located(
  z.strictObject({
    name: Name.meta({
      description: 'Name by which user flows of the estate call it.',
      ...providerName('api-connector', 'an API connector'),
    }),
    displayName: Name.describe(
      'Name in the portal, by which it is found again. Without it, `name`. Another one makes another connector.',
    ).exactOptional(),
    url: Name.meta({
      description: 'Address of the API, by https. It is printed: a key in it is refused.',
      examples: ['https://api.example.com/invitations'],
      ...apiUrl('api-connector'),
    }),
    authentication: z
      .enum(['basic', 'certificate'])
      .describe('Proof by which the API knows the directory: user name and password, or a client certificate.')
      .default('basic'),
    username: Name.describe('basic: user name.').exactOptional(),
    secret: SecretReference.describe(
      'basic: the password. certificate: the certificate with its private key, as PKCS 12 in base64.',
    ),
    passphrase: located(z.strictObject({ config: SecretKey }))
      .describe('certificate: passphrase of the file, where it has one.')
      .exactOptional(),
  }),
).describe('An API that user flows call.');
