import { z } from 'zod';
import type { OwnCode } from '../../source/finding-codes';
import { located } from '../../source/located';
import { ATTRIBUTE_TYPES, EXTENSION_EVENTS } from '../../../../provider/limits';
import { CLAIM_ATTRIBUTES, COLLECTED_ATTRIBUTES, PROVIDER_NAME, RESOURCE_ID } from '../limits';
import { PROVIDER_TYPES } from './provider-types';
import { inAnyCase, masked } from '../shared/issue';
import { holding, matching, Name, once, type Ruled, sound, type Words } from '../shared/rules';

/** Names of attributes of one's own; their ids end in them. Graph documents no form, so that this one is our rule. */
const ATTRIBUTE_NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/** Keys of a stack's configuration. */
const CONFIG_KEY = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

const SecretKey = Name.meta({
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
const SecretReference = located(
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
function providerName(code: OwnCode, thing: string) {
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
function calledUrl(code: OwnCode, words: Words, isSound: (url: URL) => boolean = () => true): Ruled {
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
function apiUrl(code: OwnCode): Ruled {
  return calledUrl(code, { problem: 'is not an address that a directory calls', allowed: 'an https address' });
}

export const CustomExtensionEntry = located(
  z.strictObject({
    name: Name.meta({
      description: 'Name in the estate; without `displayName`, also in the admin center.',
      ...providerName('custom-extension', 'a custom extension'),
    }),
    event: z
      .enum(EXTENSION_EVENTS)
      .describe(
        'Moment at which the API is called: before a token is issued, before the sign-up page is shown, after it is sent, or to send a code by e-mail. Each once; another one replaces it.',
      ),
    displayName: Name.describe(
      'Name in the admin center, by which it is found again. Without it, `name`.',
    ).exactOptional(),
    description: Name.describe('Text about it, for administrators.').exactOptional(),
    url: Name.meta({
      description: 'Address of the API, by https. It is printed: a key in it is refused.',
      examples: ['https://api.example.com/sign-up'],
      ...apiUrl('custom-extension'),
    }),
    resourceId: Name.meta({
      description:
        'Application ID URI of the registration that stands for the API, which a person makes: its token proves who calls.',
      ...matching('custom-extension', RESOURCE_ID, {
        problem: 'is not the application ID URI of an API that is called',
        allowed: 'api://<host of the API>/<client id of its registration>',
      }),
      examples: ['api://api.example.com/0a1b2c3d-0000-0000-0000-000000000000'],
    }),
    timeoutMilliseconds: z
      .number()
      .int()
      .min(200)
      .max(2000)
      .describe('Time within which it must answer, 200 to 2000. Without it, that of the service.')
      .exactOptional(),
    retries: z
      .number()
      .int()
      .min(0)
      .max(1)
      .describe('Calls after one that failed, 0 or 1. Without it, that of the service.')
      .exactOptional(),
    claims: z
      .array(Name)
      .min(1, { error: 'is empty' })
      .meta({
        description: "tokenIssuanceStart: claims in the API's answer, for `Attributes & Claims` to offer.",
        ...once('custom-extension', { allowed: 'each claim once' }),
      })
      .exactOptional(),
    behaviorOnError: z
      .literal('fallbackToMicrosoftProviderOnError')
      .describe(
        'otpSend: behavior where the API fails: Microsoft sends its own e-mail. Without it, that of the service.',
      )
      .exactOptional(),
  }),
).describe('An API that Entra ID calls while people sign up or sign in to the web application.');

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
