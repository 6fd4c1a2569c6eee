import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { TEMPLATES } from '../../constructs/entra/aws-templates';
import { cdk, type EstateLocation, npmRun, shellLine } from '../deploy/steps/command';
import type { EstatePlan } from '../estate/plan/estate-plan';
import { ESTATE_FILE } from '../estate/source/estate-folder';
import { ASSIGNED_ONLY, problemsOfToken, scimCredentials, TOKEN_SOURCE } from '../estate/sections/workforce/scim-token';
import type { AwsApplication, ScimSettings } from '../estate/sections/workforce/workforce';
import { Session } from '../../provider/session';
import { findJobOf } from '../../provider/synchronization/find-job';
import { rotateToken, verifyToken } from '../../provider/synchronization/rotate-token';
import { trustCertificateFile } from '../../provider/trust';
import type * as commands from './commands/clouds';
import { EXIT, UsageError } from './program/cli';
import type { OptionsOf } from './program/define';
import { readEstate } from './program/estate';
import { requireTarget } from './program/local-target';

const VARIABLE = 'SCIM_TOKEN';

export async function run(options: OptionsOf<typeof commands.rotateScimToken>): Promise<number> {
  const { name, folder, plan } = readEstate(options);
  requireTarget(options.against, { aws: false, graph: true, signIn: false });
  const file = join(folder, ESTATE_FILE);
  const target = targetOf(file, plan);
  const token = options.verify ? undefined : await readToken();
  await withoutToken(token, () => rotate(target, token));
  if (token !== undefined) process.stdout.write(nextSteps(file, { estate: name, estates: options.estates }));
  return EXIT.ok;
}

interface Target {
  readonly application: AwsApplication;
  readonly scim: ScimSettings;
  readonly tenantId: string | undefined;
}

/** @throws Error where nothing is provisioned */
function targetOf(file: string, { estate }: EstatePlan): Target {
  const application = estate.workforce?.awsApplication;
  const scim = application?.scim;
  if (application !== undefined && scim !== undefined)
    return { application, scim, tenantId: estate.workforce?.tenantId };
  throw new Error(`${file} has no workforce.awsApplication.scim, so there is no SCIM token`);
}

async function readToken(): Promise<string> {
  const given = process.env[VARIABLE] ?? (process.stdin.isTTY ? undefined : await text(process.stdin));
  if (given === undefined)
    throw new UsageError(`no token: put it into ${VARIABLE}, or on standard input. ${TOKEN_SOURCE}`);
  const token = given.trim();
  const problems = problemsOfToken(token);
  if (problems.length > 0) throw new UsageError(`the token ${problems.join(', and ')}. ${TOKEN_SOURCE}`);
  return token;
}

async function rotate({ application, scim, tenantId }: Target, token: string | undefined): Promise<void> {
  trustCertificateFile(process.env['SSL_CERT_FILE']);
  const session = new Session();
  session.configure({ ...(tenantId !== undefined && { tenantId }) }, []);
  const context = session.context(say);
  const { displayName, template } = application;
  const key = await findJobOf(context, { displayName, templateId: TEMPLATES[template].synchronization });
  const rotation = { key, running: scim.running, onStep: say };
  if (token === undefined) await verifyToken(context, rotation);
  else {
    const credentials = scimCredentials(scim, token);
    await rotateToken(context, { ...rotation, credentials, settings: [ASSIGNED_ONLY] });
  }
}

function say(message: string): void {
  process.stdout.write(`${message}\n`);
}

/** Masks the token in faults: what the service answers is passed on, and it may repeat what it was sent. */
async function withoutToken(token: string | undefined, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(token === undefined ? message : message.replaceAll(token, '[SCIM token]'));
  }
}

function nextSteps(file: string, location: EstateLocation): string {
  const name = location.estate;
  const deploy = shellLine(cdk('deploy', location, [`${name}-workforce-watch`]));
  return `Still to do, by a person:
  1. pulumi config set --secret scimToken --stack ${name}-workforce   (asks for the same token)
  2. ${file}: workforce.awsApplication.scim.tokenExpires, the day that Manage provisioning shows
  3. pulumi up --stack ${name}-workforce, and ${deploy}
  4. delete the old token in IAM Identity Center, once a cycle has succeeded (${shellLine(npmRun('rotate-scim-token', location, '--verify'))})
`;
}
