import { ACCESS_TOKEN, openDirectory } from '../../clouds/graph/directory';
import { personSignIn, type SignInWay } from '../../clouds/graph/person-sign-in';
import { runCommandHere } from '../../deploy/steps/child-processes';
import { programsOf, type PulumiKind, STACKS } from '../../estate/plan/stacks/stacks';
import type { Estate } from '../../estate/sections/estate';
import { type KeptKey, KeyRing, signAssertion } from './bootstrap/key-ring';
import type * as commands from './options';
import { UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { openInBrowser } from '../program/open-in-browser';

type Options = OptionsOf<typeof commands.signIn>;

type Variables = Readonly<Record<string, string>>;

/** Other ways to sign in, which azuread or entragraph would try first, or in their place. */
const OTHER_WAYS = [
  'ARM_CLIENT_SECRET',
  'ARM_CLIENT_SECRET_FILE_PATH',
  'ARM_CLIENT_CERTIFICATE',
  'ARM_CLIENT_CERTIFICATE_PATH',
  'ARM_CLIENT_ID_FILE_PATH',
  'ARM_OIDC_TOKEN_FILE_PATH',
  'ENTRAGRAPH_OIDC_TOKEN_FILE_PATH',
  'ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID',
  'ARM_USE_AKS_WORKLOAD_IDENTITY',
  'ARM_USE_MSI',
  ACCESS_TOKEN,
] as const;

export async function run(options: Options, words: readonly string[]): Promise<number> {
  const [command, ...args] = words;
  if (command === undefined) {
    throw new UsageError(
      'Say which command to run: npx --no entra-aws sign-in --program customers -- pulumi up --stack NAME.',
    );
  }
  const { estate } = readEstate(options, () => []).plan;
  const programs = options.program === undefined ? programsOf(estate) : [options.program];
  const variables: Variables[] = [];
  // One after the other: a person signs in to one directory at a time.
  for (const program of programs) variables.push(await variablesOf(keyOf(estate, program), options.person));
  const [first = {}] = variables;
  const own = Object.assign({}, ...variables.map((one, index) => prefixed(programs[index], one))) as Variables;
  // An empty one counts as not given.
  const others = Object.fromEntries(
    OTHER_WAYS.flatMap((name) => [name, `CUSTOMERS_${name}`, `WORKFORCE_${name}`]).map((name) => [name, '']),
  );
  Object.assign(process.env, others, own, programs.length === 1 && first);
  return runCommandHere({ words: [command, ...args] });
}

function prefixed(program: PulumiKind | undefined, variables: Variables): Variables {
  if (program === undefined) return variables;
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [`${program.toUpperCase()}_${name}`, value]),
  );
}

/**
 * Variables by which azuread and entragraph sign in. They hold no key: a statement that is good for an hour, or the token of a
 * person, which the commands that look read alone.
 */
async function variablesOf(key: KeptKey, person: Options['person']): Promise<Variables> {
  const { tenantId, program } = key.place;
  const { cloud, close } = openDirectory(program, tenantId, process.env);
  const shared = { ARM_TENANT_ID: tenantId, ARM_CLIENT_ID: key.clientId, ARM_USE_CLI: 'false' };
  try {
    const addresses = await cloud();
    if (person !== undefined) return { ...shared, [ACCESS_TOKEN]: await personToken(addresses, key, person) };
    return {
      ...shared,
      ARM_USE_OIDC: 'true',
      ARM_OIDC_TOKEN: await signAssertion(key, addresses.login, new Date()),
    };
  } finally {
    close();
  }
}

async function personToken(
  cloud: Parameters<typeof personSignIn>[0],
  { clientId, place: { tenantId } }: KeptKey,
  way: SignInWay,
): Promise<string> {
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  const openBrowser = (url: string): Promise<void> => openInBrowser(url, tell);
  const signIn = personSignIn(cloud, { tenantId, clientId, scopes: ['.default'], way, tell, openBrowser });
  const { token } = await signIn.getToken();
  return token;
}

/** @throws UsageError where this laptop has no key, or one that has ended */
function keyOf(estate: Estate, program: PulumiKind): KeptKey {
  const { tenantId } = STACKS[program].home(estate);
  const key =
    tenantId === undefined ? undefined : new KeyRing(process.env).find({ tenantId, estate: estate.name, program });
  const make = `npx --no entra-aws sign-in bootstrap --estate ${estate.name} --program ${program} --laptop`;
  if (key === undefined)
    throw new UsageError(`This laptop has no key for ${program} of ${estate.name}: ${make} makes one.`);
  if (key.expires.getTime() > Date.now()) return key;
  throw new UsageError(
    `The certificate of this laptop ended on ${key.expires.toISOString().slice(0, 10)}: ${make} makes the next one.`,
  );
}
