import { join } from 'node:path';
import { cdk, type EstateLocation, entraAws, shellLine } from '../../deploy/steps/command';
import type { EstatePlan } from '../../estate/plan/planner';
import { nameAtEngine, stackName } from '../../estate/plan/stacks/stacks';
import { ESTATE_FILE } from '../../estate/source/estate-folder';
import { ASSIGNED_ONLY, scimCredentials } from '../../estate/sections/workforce/scim-token';
import { rotateToken, verifyToken } from '../../../provider/synchronization/rotate-token';
import type * as commands from './options';
import { EXIT, printed } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { readScimToken } from '../program/read-scim-token';
import { requireTarget } from '../program/local-target';
import { type DeclaredProvisioning, declaredProvisioning, findDeployedJob } from './provisioning-job';

export async function run(options: OptionsOf<typeof commands.rotate>): Promise<number> {
  const { name, folder, plan } = readEstate(options);
  requireTarget(options.against, { aws: false, graph: ['workforce'], signIn: false });
  const file = join(folder, ESTATE_FILE);
  const declared = declaredProvisioning(file, plan);
  const token = options.verify ? undefined : await readScimToken();
  await rotate(declared, token);
  const location = { estate: name, estates: options.estates };
  return token === undefined ? EXIT.ok : printed(nextSteps(file, location, plan));
}

async function rotate(declared: DeclaredProvisioning, token: string | undefined): Promise<void> {
  const { scim } = declared;
  const { context, key } = await findDeployedJob(declared, say);
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

function nextSteps(file: string, location: EstateLocation, { estate }: EstatePlan): string {
  const stack = nameAtEngine(estate, 'workforce');
  const deploy = shellLine(cdk('deploy', location, [stackName(estate.name, 'workforce-watch')]));
  return `Still to do, by a person:
  1. pulumi config set --secret scimToken --stack ${stack}   (asks for the same token)
  2. ${file}: workforce.awsApplication.scim.tokenExpires, the day that Manage provisioning shows
  3. pulumi up --stack ${stack}, and ${deploy}
  4. delete the old token in IAM Identity Center, once a cycle has succeeded (${shellLine(entraAws('scim rotate', location, '--verify'))})
`;
}
