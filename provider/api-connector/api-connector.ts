import { z } from 'zod';
import { deleteUntilGone, readOrGone, takeOverOrCreate } from '../graph/steps';
import { secretRules, Text } from '../inputs';
import type { Change, Context, Created, Failure, Known, Live, ResourceType } from '../resource';
import { asSent, carried, SECRET_VERSION, sentOf } from '../untold';
import { isProperties, present, type Properties, satisfies, textOf } from '../values';

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
  writeOnly: ['secret', 'passphrase'],
  secretOutputs: ['secret', 'passphrase'],
  recorded: [SECRET_VERSION.output],
  withDefaults,
  rules: apiConnectorRules,
  asDeclared: (read, { secret, passphrase, secretVersion }) => ({
    ...read,
    ...present({ secret, passphrase, secretVersion }),
  }),
  create,
  read,
  update,
  delete: (id, _, context) => deleteUntilGone(context, pathOf(id)),
};

export const CONNECTORS = '/v1.0/identity/apiConnectors';

function pathOf(id: string): string {
  return `${CONNECTORS}/${encodeURIComponent(id)}`;
}

function create(inputs: ApiConnectorInputs, context: Context): Promise<Created> {
  const { displayName } = inputs;
  return takeOverOrCreate(context, {
    what: `the API connector '${displayName}'`,
    mayBeTwo: true,
    find: () => findConnector(context, displayName),
    post: () => post(context, inputs),
    settle: (id, isNew) => settle(context, { id, inputs, isSecretNew: !isNew }),
    unsettled: { [SECRET_VERSION.output]: '' },
  });
}

async function settle(context: Context, goal: Goal): Promise<Properties> {
  await converge(context, goal);
  return asSent(SECRET_VERSION, goal.inputs);
}

/** The one of this name. @throws Error where several have it, since Graph lets them */
async function findConnector({ graph }: Context, displayName: string): Promise<Properties | undefined> {
  const all = await graph.list(CONNECTORS, { missing: 'lags' });
  const [first, ...others] = all.filter((one) => one['displayName'] === displayName);
  if (others.length === 0) return first;
  throw new Error(
    `the directory has ${others.length + 1} API connectors '${displayName}'; import the one that is meant by its id, or choose another name`,
  );
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
    return present({ '@odata.type': '#microsoft.graph.basicAuthentication', username, password: secret });
  return { '@odata.type': '#microsoft.graph.pkcs12Certificate', pkcs12Value: secret, password: passphrase ?? '' };
}

/** Types with which Graph tells what it has: of a certificate another one than it takes. */
const TOLD: Readonly<Record<Authentication, string>> = {
  basic: 'basicAuthentication',
  certificate: 'clientCertificateAuthentication',
};

/** Authentication and user name as Graph tells them; of another authentication the type. */
export function toldOf(found: Properties): Properties {
  const told = isProperties(found['authenticationConfiguration']) ? found['authenticationConfiguration'] : {};
  const type = textOf(told['@odata.type']).replace(/^#?microsoft\.graph\./, '');
  const kind = (Object.keys(TOLD) as Authentication[]).find((one) => TOLD[one] === type);
  return present({ authentication: kind ?? type, username: kind === 'basic' ? textOf(told['username']) : undefined });
}

interface Goal {
  readonly id: string;
  readonly inputs: ApiConnectorInputs;
  /** True to send the secret. Graph never tells it, so that nothing shows whether it is the declared one. */
  readonly isSecretNew: boolean;
}

/** Makes an existing connector as declared, and waits until it reads so. */
async function converge({ graph, waiter }: Context, { id, inputs, isSecretNew }: Goal): Promise<void> {
  const { displayName, targetUrl, authentication, username } = inputs;
  const credentials = credentialsOf(inputs);
  const path = pathOf(id);
  let isSecretLeft = isSecretNew && credentials !== undefined;
  await waiter.until(`the API connector '${displayName}' as declared`, async () => {
    const found = await graph.send({ method: 'GET', path, missing: 'lags' });
    const differing = Object.entries({ displayName, targetUrl }).filter(([key, value]) => found[key] !== value);
    const isOther = !satisfies(toldOf(found), { authentication, username });
    if (isOther && credentials === undefined) throw new Error(withoutSecret(displayName));
    const sent = isOther || isSecretLeft ? { authenticationConfiguration: credentials } : {};
    const changes: Properties = { ...Object.fromEntries(differing), ...sent };
    if (Object.keys(changes).length === 0) return true;
    await graph.send({ method: 'PATCH', path, body: changes, missing: 'lags' });
    isSecretLeft = false;
    return differing.length === 0 && !isOther ? true : undefined;
  });
}

/** Graph replaces the credentials as a whole. */
function withoutSecret(displayName: string): string {
  return `Graph takes the user name or certificate of the API connector '${displayName}' only together with its secret; give secret and secretVersion`;
}

async function read(
  id: string,
  known: Known<ApiConnectorInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const found = await readOrGone(context, () => context.graph.find(pathOf(id)));
  if (found === undefined) return undefined;
  const { displayName, targetUrl } = found;
  const told = { displayName: textOf(displayName), targetUrl: textOf(targetUrl), ...toldOf(found) };
  return { inputs: { ...told, ...untoldOf(known) }, outputs: carried(SECRET_VERSION, known) };
}

/** Secrets as declared; none as long as they were not sent. */
function untoldOf(known: Known<ApiConnectorInputs> | undefined): Properties {
  if (known === undefined || sentOf(SECRET_VERSION, known) === undefined) return {};
  const { secret, passphrase, secretVersion } = known.inputs;
  return present({ secret, passphrase, secretVersion });
}

function update(id: string, { olds, news }: Change<ApiConnectorInputs>, context: Context): Promise<Properties> {
  return settle(context, { id, inputs: news, isSecretNew: sentOf(SECRET_VERSION, olds) !== news.secretVersion });
}
