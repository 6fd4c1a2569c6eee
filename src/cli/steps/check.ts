import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Session } from '../../../provider/session';
import { trustCertificateFile } from '../../../provider/trust';
import { ask, portalProof, type Proof, scimProof } from '../../clouds/aws/console-proofs';
import { unverifiedClaims, verifyToken } from '../../clouds/graph/web/discovery';
import { type FlowSignIn, signInToFlow } from './flow-sign-in';
import { flowProof } from '../../doctor/flow-proof';
import { flowOfToken, tokenReport } from '../../doctor/token-faults';
import {
  authorityOf,
  type Customers,
  redirectUrisOf,
  standingFlows,
  type UserFlow,
} from '../../estate/sections/customers/customers';
import { recordsText, type StepRecord } from '../../estate/sections/shared/step-records';
import { CONSOLE_STEPS } from '../../estate/sections/workforce/console-steps';
import { STEPS_FILE } from '../../estate/source/estate-folder';
import { hideSecret } from '../../text/secrets';
import { quotedList, suggestionOrList } from '../../text/suggest';
import type * as commands from './options';
import type { SoundEstate } from '../program/chosen-estate';
import { EXIT, UsageError, writeAtomically } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { requireTarget } from '../program/local-target';
import { openInBrowser } from '../program/open-in-browser';
import { readScimToken } from '../program/read-scim-token';

type Options = OptionsOf<typeof commands.steps>;

/** Looks for what shows from outside of a step, or of a token. @returns the exit code */
export async function check(estate: SoundEstate, options: Options, id: string | undefined): Promise<number> {
  if (id === undefined) return checkToken(estate, options);
  const { customers } = estate.plan.estate;
  const flows = customers === undefined ? [] : standingFlows(customers);
  const flow = flows.find((one) => id === one.id || id.startsWith(`${one.id}/`));
  if (flow !== undefined) return checkFlow(estate, options, flow);
  if (id === CONSOLE_STEPS.identitySource) return checkPortal(estate, options);
  if (id === CONSOLE_STEPS.provisioning) return checkScim(estate, options);
  const { steps } = estate.plan;
  const step = steps.find((one) => one.id === id);
  const known = steps.map((one) => one.id);
  throw new UsageError(
    step === undefined
      ? `unknown step '${id}'\n(${suggestionOrList(id, known, 'steps')})`
      : `${id} has no check here; what shows that it is done: ${step.shows}`,
  );
}

function print(heading: string, { shown, faults, untold }: Proof): number {
  const lines = [
    heading,
    ...shown.map((line) => `  as declared: ${line}`),
    ...faults.map((line) => `  not as declared: ${line}`),
    ...untold.map((line) => `  not told: ${line}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return faults.length === 0 ? EXIT.ok : EXIT.failed;
}

/** AWS's side has no address of its own on this machine. */
function requireCloud({ against }: Options): void {
  if (against === 'local') throw new UsageError('the access portal and the SCIM endpoint of AWS have no stand-in here');
}

async function checkPortal({ name, plan }: SoundEstate, options: Options): Promise<number> {
  const { tenantId, awsApplication } = plan.estate.workforce ?? {};
  if (tenantId === undefined || awsApplication === undefined) throw new UsageError(`${name} has no AWS application`);
  requireCloud(options);
  const { signOnUrl } = awsApplication.saml;
  return print(CONSOLE_STEPS.identitySource, await portalProof(ask, { signOnUrl, tenantId }));
}

async function checkScim({ name, plan }: SoundEstate, options: Options): Promise<number> {
  const scim = plan.estate.workforce?.awsApplication?.scim;
  if (scim === undefined) throw new UsageError(`${name} has no workforce.awsApplication.scim`);
  requireCloud(options);
  return print(CONSOLE_STEPS.provisioning, await scimProof(ask, scim.endpoint, await readScimToken()));
}

/** Verifies a token of a sign-in, and compares it with what its user flow declares. The token itself is never printed. */
async function checkToken(estate: SoundEstate, options: Options): Promise<number> {
  const customers = customersOf(estate, options);
  const token = process.stdin.isTTY ? '' : (await text(process.stdin)).trim();
  const claimed = unverifiedClaims(token);
  if (claimed === undefined) throw new UsageError('no token: put the ID token of a sign-in on standard input');
  const flow = flowOfToken(claimed, customers);
  const claims = await verifyToken(new Session().web, addressOf(authorityOf(customers, flow.id), options), token);
  return print(`${flow.id}: signed by the keys of the directory`, tokenReport(claims, flow, customers));
}

function customersOf({ name, plan }: SoundEstate, { against }: Options): Customers {
  const { customers } = plan.estate;
  if (customers === undefined) throw new UsageError(`${name} has no customers, whose tokens could be looked at`);
  requireTarget(against, { aws: false, graph: [], signIn: true });
  trustCertificateFile(process.env['SSL_CERT_FILE']);
  return customers;
}

/** The authority, at the stand-in where that is asked. */
function addressOf(authority: string, { against }: Options): string {
  const { origin, pathname } = new URL(authority);
  const own = against === 'local' ? process.env['B2C_ORIGIN'] : undefined;
  return `${own ?? origin}${pathname}`;
}

/** Has a person sign in twice, and records the day and the result beside the records of the flow's steps. */
async function checkFlow(estate: SoundEstate, options: Options, flow: UserFlow): Promise<number> {
  const customers = customersOf(estate, options);
  if (customers.directoryType !== 'b2c')
    throw new UsageError('tokens of External ID name no user flow: steps check < token.txt');
  const sign = signInOf(customers, options, flow);
  process.stderr.write(`Sign in to ${flow.id} twice, as the same test user.\n`);
  const first = await signInToFlow({ ...sign, asksAgain: false });
  const second = await signInToFlow({ ...sign, asksAgain: true });
  const report = flowProof([first, second], flow, customers);
  const code = print(`${flow.id}: two sign-ins, signed by the keys of the directory`, report);
  await recordProof(estate, flow, report);
  return code;
}

const SECRET = 'B2C_CLIENT_SECRET';

function signInOf(customers: Customers, options: Options, flow: UserFlow): Omit<FlowSignIn, 'asksAgain'> {
  const { client: clientId, redirect } = options;
  if (clientId === undefined)
    throw new UsageError(`--client must be an application of the directory; its secret, if it has one, in ${SECRET}`);
  const clientSecret = process.env[SECRET];
  if (clientSecret !== undefined) hideSecret(clientSecret);
  return {
    ...{
      web: new Session().web,
      authority: addressOf(authorityOf(customers, flow.id), options),
      clientId,
      clientSecret,
    },
    redirect: loopback(redirect === undefined ? redirectUrisOf(customers.webApplication) : [redirect]),
    openBrowser: (url) => openInBrowser(url, (line) => process.stderr.write(`${line}\n`)),
  };
}

/** @throws UsageError unless one leads to this machine */
function loopback(uris: readonly string[]): URL {
  const own = uris
    .flatMap((uri) => URL.parse(uri) ?? [])
    .find(({ protocol, hostname }) => protocol === 'http:' && hostname === 'localhost');
  if (own !== undefined) return own;
  throw new UsageError(
    `--redirect must be a redirect URI of the client such as http://localhost:5000/auth/callback, got ${quotedList(uris)}`,
  );
}

async function recordProof(
  { folder, plan }: SoundEstate,
  { id }: UserFlow,
  { shown, faults, untold }: Proof,
): Promise<void> {
  const mine = plan.steps.filter(({ provedBy }) => provedBy === id);
  const on = new Date().toISOString().slice(0, 10);
  const proved = { on, shown: [...shown, ...untold.map((line) => `not told: ${line}`)], faults: [...faults] };
  const records = mine.flatMap(({ record }): readonly StepRecord[] =>
    record === undefined ? [] : [{ ...record, proved }],
  );
  const open = mine.filter(({ record }) => record === undefined);
  for (const step of open)
    process.stdout.write(`${step.id} has no record yet: npx --no entra-aws steps done ${step.id} --by NAME\n`);
  if (records.length === 0) return;
  const path = join(folder, STEPS_FILE);
  await writeAtomically(
    path,
    recordsText(
      plan.steps.flatMap(({ record }) => record ?? []),
      ...records,
    ),
  );
  process.stdout.write(`${path}: the sign-ins of ${on} are recorded; commit the file\n`);
}
