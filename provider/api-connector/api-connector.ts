import { z } from 'zod';
import { bareName, onlyOne, typeName } from '../graph/steps';
import { Text } from '../inputs';
import type { Context, Failure, ResourceType } from '../resource';
import { type SecretGoal, secretRules, secretType } from '../secrets';
import { inside, present, type Properties, satisfies, textOf } from '../values';

const AUTHENTICATIONS = ['basic', 'certificate'] as const;
type Authentication = (typeof AUTHENTICATIONS)[number];

export const ApiConnectorInputs = z.strictObject({
  displayName: Text,
  targetUrl: Text,
  authentication: z.enum(AUTHENTICATIONS),
  username: Text.optional(),
  secret: Text.optional(),
  passphrase: Text.optional(),
  secretVersion: Text.optional(),
});
export type ApiConnectorInputs = z.infer<typeof ApiConnectorInputs>;

/** Fills in how the directory proves who calls. */
export function withDefaults(inputs: Properties): Properties {
  return present({ authentication: 'basic', ...inputs });
}

/** Rules that the shape does not say: the keys of the authentication, and a secret with its version. */
function apiConnectorRules(inputs: Properties): readonly Failure[] {
  const isBasic = inputs['authentication'] === 'basic';
  const idle = isBasic ? 'passphrase' : 'username';
  const has = (key: string): boolean => inputs[key] !== undefined;
  return [
    ...(isBasic && !has('username')
      ? [{ property: 'username', reason: "is missing; authentication 'basic' needs a user name" }]
      : []),
    ...(has(idle)
      ? [{ property: idle, reason: `does not apply to authentication '${isBasic ? 'basic' : 'certificate'}'` }]
      : []),
    ...(has('passphrase') && !has('secret')
      ? [{ property: 'secret', reason: 'is missing; a passphrase without its certificate says nothing' }]
      : []),
    ...secretRules(inputs),
  ];
}

/** API connectors of a B2C directory: https://learn.microsoft.com/graph/api/resources/identityapiconnector */
export const apiConnector: ResourceType<ApiConnectorInputs> = {
  schema: ApiConnectorInputs,
  replaceOn: [],
  withDefaults,
  rules: apiConnectorRules,
  ...secretType<ApiConnectorInputs>({
    secrets: ['secret', 'passphrase'],
    what: nameOf,
    mayBeTwo: () => true,
    pathOf: (id) => `${CONNECTORS}/${encodeURIComponent(id)}`,
    find: async ({ graph }, { displayName }) => {
      const all = await graph.list(CONNECTORS, { missing: 'lags' });
      const named = all.filter((one) => one['displayName'] === displayName);
      return onlyOne(named, `API connectors '${displayName}'`);
    },
    post,
    converge,
    told: (found) => {
      const { displayName, targetUrl } = found;
      return { displayName: textOf(displayName), targetUrl: textOf(targetUrl), ...toldOf(found) };
    },
  }),
};

export const CONNECTORS = '/v1.0/identity/apiConnectors';

function nameOf({ displayName }: ApiConnectorInputs): string {
  return `the API connector '${displayName}'`;
}

async function post({ graph }: Context, inputs: ApiConnectorInputs): Promise<Properties> {
  const { displayName, targetUrl } = inputs;
  const authenticationConfiguration = credentialsOf(inputs);
  if (authenticationConfiguration === undefined) {
    throw new Error(
      `the directory has no API connector '${displayName}', and Graph makes none without its secret; give secret and secretVersion`,
    );
  }
  const body = { displayName, targetUrl, authenticationConfiguration };
  return graph.send({ method: 'POST', path: CONNECTORS, body, once: true, missing: 'lags' });
}

/** The declared credentials in the form in which Graph takes them; undefined without the secret. */
function credentialsOf({ authentication, username, secret, passphrase }: ApiConnectorInputs): Properties | undefined {
  if (secret === undefined) return undefined;
  if (authentication === 'basic')
    return present({ '@odata.type': typeName('basicAuthentication'), username, password: secret });
  return { '@odata.type': typeName('pkcs12Certificate'), pkcs12Value: secret, password: passphrase ?? '' };
}

/** Types with which Graph tells what it has: of a certificate another one than it takes. */
const TOLD: Readonly<Record<Authentication, string>> = {
  basic: 'basicAuthentication',
  certificate: 'clientCertificateAuthentication',
};

/** Authentication and user name as Graph tells them; of another authentication the type. */
export function toldOf(found: Properties): Properties {
  const told = inside(found, 'authenticationConfiguration');
  const type = bareName(told['@odata.type']);
  const kind = (Object.keys(TOLD) as Authentication[]).find((one) => TOLD[one] === type);
  return present({ authentication: kind ?? type, username: kind === 'basic' ? textOf(told['username']) : undefined });
}

/** Makes an existing connector as declared, and waits until it reads so. */
async function converge(
  { graph, waiter }: Context,
  { id, inputs, isSecretNew }: SecretGoal<ApiConnectorInputs>,
): Promise<void> {
  const { displayName, targetUrl, authentication, username } = inputs;
  const credentials = credentialsOf(inputs);
  const path = `${CONNECTORS}/${encodeURIComponent(id)}`;
  let isSecretLeft = isSecretNew && credentials !== undefined;
  await waiter.until(`${nameOf(inputs)} as declared`, async () => {
    const found = await graph.send({ method: 'GET', path, missing: 'lags' });
    const differing = Object.entries({ displayName, targetUrl }).filter(([key, value]) => found[key] !== value);
    const isOther = !satisfies(toldOf(found), { authentication, username });
    if (isOther && credentials === undefined) throw new Error(withoutSecret(inputs));
    const sent = isOther || isSecretLeft ? { authenticationConfiguration: credentials } : {};
    const changes: Properties = { ...Object.fromEntries(differing), ...sent };
    if (Object.keys(changes).length === 0) return true;
    await graph.send({ method: 'PATCH', path, body: changes, missing: 'lags' });
    isSecretLeft = false;
    return differing.length === 0 && !isOther ? true : undefined;
  });
}

/** Graph replaces the credentials as a whole. */
function withoutSecret(inputs: ApiConnectorInputs): string {
  return `Graph takes the user name or certificate of ${nameOf(inputs)} only together with its secret; give secret and secretVersion`;
}
