import { z } from 'zod';
import { located } from '../../source/located';
import { ATTRIBUTE_TYPES } from '../../../../provider/limits';
import { ATTRIBUTE_NAME, CONFIG_KEY, PROVIDER_NAME } from '../limits';
import { PROVIDER_TYPES } from './provider-types';
import { Name } from '../shared/name';

export const SecretKey = Name.meta({
  description: 'Key of the stack configuration that holds it, encrypted: `pulumi config set --secret KEY`.',
  pattern: CONFIG_KEY.source,
  examples: ['googleSecret'],
});

/** Place of a secret, which no file of the estate holds. */
export const SecretReference = located(
  z.strictObject({
    config: SecretKey,
    version: Name.describe(
      'Any text, such as the day on which it was made. The directory never tells a secret, so that a deployment sends it again only when this text is another one.',
    ),
  }),
);

const ClaimsEntry = z
  .strictObject({
    userId: Name.describe('Claim that tells people apart.').default('sub'),
    displayName: Name.describe('Claim of the full name.').default('name'),
    email: Name.describe('Claim of the e-mail address.').exactOptional(),
    givenName: Name.describe('Claim of the first name.').exactOptional(),
    surname: Name.describe('Claim of the last name.').exactOptional(),
  })
  .describe("openIdConnect: claims of the provider's ID token.")
  .prefault({});

export const IdentityProviderEntry = located(
  z.strictObject({
    name: Name.meta({ description: 'Name by which user flows of the estate offer it.', pattern: PROVIDER_NAME.source }),
    type: z
      .enum(PROVIDER_TYPES)
      .describe(
        'Provider. External ID has `google`, `facebook`, `apple` and `openIdConnect`. Another type replaces the provider.',
      ),
    displayName: Name.describe('Name in the portal and on the page. Without it, that of the type.').exactOptional(),
    clientId: Name.describe('Client id that the provider gave; all but `apple`.').exactOptional(),
    developerId: Name.describe("apple: id of the developer's team.").exactOptional(),
    serviceId: Name.describe('apple: id of the service.').exactOptional(),
    keyId: Name.describe('apple: id of the private key.').exactOptional(),
    metadataUrl: Name.meta({
      description: 'openIdConnect: address of its metadata, ending in `/.well-known/openid-configuration`.',
    }).exactOptional(),
    issuer: Name.describe('openIdConnect in External ID: issuer of its tokens.').exactOptional(),
    scope: Name.describe('openIdConnect: scopes that are asked for.').default('openid profile email'),
    claims: ClaimsEntry,
    secret: SecretReference.describe('Client secret; of `apple` the private key.'),
  }),
).describe('An identity provider. Its accounts sign in to user flows that offer it.');

export const CustomAttributeEntry = located(
  z.strictObject({
    name: Name.meta({
      description: 'Name in the directory. Another one makes another attribute, and what people entered is lost.',
      pattern: ATTRIBUTE_NAME.source,
      examples: ['LoyaltyNumber'],
    }),
    dataType: z
      .enum(ATTRIBUTE_TYPES)
      .describe('Type of its values. Another one makes another attribute, and what people entered is lost.')
      .default('string'),
    description: Name.describe('Text that explains it.').exactOptional(),
  }),
).describe("A user attribute of one's own.");
