import { z } from 'zod';
import type { OwnCode } from '../../source/finding-codes';
import { located } from '../../source/located';
import { ATTRIBUTE_TYPES } from '../../../../provider/limits';
import { CLAIM_ATTRIBUTES, COLLECTED_ATTRIBUTES, PROVIDER_NAME } from '../limits';
import { PROVIDER_TYPES } from './provider-types';
import { inAnyCase, masked } from '../shared/issue';
import { holding, matching, Name, type Ruled, sound, type Words } from '../shared/rules';

/** Names of attributes of one's own; their ids end in them. Graph documents no form, so that this one is our rule. */
const ATTRIBUTE_NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/** Keys of a stack's configuration. */
const CONFIG_KEY = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

export const SecretKey = Name.meta({
  description: 'Key of the stack configuration that holds it, encrypted: `pulumi config set --secret KEY`.',
  pattern: CONFIG_KEY.source,
  examples: ['googleSecret'],
  // The key of another secret of the stack would hand that one over.
  ...holding('secret-reference', (key) => CONFIG_KEY.test(key) && key !== 'scimToken', {
    problem: 'is not a valid key of the stack configuration for a secret',
    allowed: 'letters and digits, a letter first, such as googleSecret; the secret itself is never written here',
    show: () => undefined,
  }),
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

const METADATA = '/.well-known/openid-configuration';

/** Name of a thing in the estate, by which others refer to it. */
export function providerName(code: OwnCode, thing: string) {
  const allowed = '1 to 63 small letters, digits and -, a letter first';
  return matching(code, PROVIDER_NAME, { problem: `is not a valid name of ${thing}`, allowed });
}

export const IdentityProviderEntry = located(
  z.strictObject({
    name: Name.meta({
      description: 'Name by which user flows of the estate offer it.',
      ...providerName('identity-provider', 'an identity provider'),
    }),
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
      ...calledUrl(
        'identity-provider',
        {
          problem: 'is not the address of OpenID Connect metadata',
          allowed: `an https address that ends in ${METADATA}`,
        },
        ({ pathname }) => pathname.endsWith(METADATA),
      ),
    }).exactOptional(),
    issuer: Name.meta({
      description: 'openIdConnect in External ID: issuer of its tokens.',
      ...calledUrl('identity-provider', {
        problem: 'is not a valid issuer',
        allowed: 'an https address, as the metadata has it',
      }),
    }).exactOptional(),
    scope: Name.describe('openIdConnect: scopes that are asked for.').default('openid profile email'),
    claims: ClaimsEntry,
    secret: SecretReference.describe('Client secret; of `apple` the private key.'),
  }),
).describe('An identity provider. Its accounts sign in to user flows that offer it.');

const BUILT_IN = new Set([...COLLECTED_ATTRIBUTES, ...CLAIM_ATTRIBUTES].map(inAnyCase));

export const CustomAttributeEntry = located(
  z.strictObject({
    name: Name.meta({
      description: 'Name in the directory. Another one makes another attribute, and what people entered is lost.',
      examples: ['LoyaltyNumber'],
      ...matching('custom-attribute', ATTRIBUTE_NAME, {
        problem: 'is not a valid name of an attribute',
        allowed: '1 to 64 letters and digits, a letter first',
      }),
    }).meta(
      holding('custom-attribute', (name) => !BUILT_IN.has(inAnyCase(name)), {
        problem: 'is an attribute that every directory has',
        allowed: 'another name; flows may ask for that one as it is',
      }),
    ),
    dataType: z
      .enum(ATTRIBUTE_TYPES)
      .describe('Type of its values. Another one makes another attribute, and what people entered is lost.')
      .default('string'),
    description: Name.describe('Text that explains it.').exactOptional(),
  }),
).describe("A user attribute of one's own.");

export function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}

/** The address of an API as it may be shown: also without a query, which may be a key. */
export function maskedUrl(url: string): string {
  return masked(url).replace(/([?#]).*$/s, '$1…');
}

/** An https address that the directory calls. It is printed, and so must not have a secret in it. */
export function calledUrl(code: OwnCode, words: Words, isSound: (url: URL) => boolean = () => true): Ruled {
  const faultOf = (text: string): Words | undefined => {
    if (!isHttps(text)) return words;
    const url = new URL(text);
    const { username, password, search, hash } = url;
    if (username + password + search + hash !== '') {
      const problem = 'has a user name, a query or a fragment, which may be a secret: the address is printed';
      return { problem, allowed: `${words.allowed}, without them` };
    }
    return isSound(url) ? undefined : words;
  };
  return sound(code, faultOf, { show: maskedUrl });
}

/** Address of an API. */
export function apiUrl(code: OwnCode): Ruled {
  return calledUrl(code, { problem: 'is not an address that a directory calls', allowed: 'an https address' });
}
