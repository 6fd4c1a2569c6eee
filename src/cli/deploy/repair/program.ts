import { hostname } from 'node:os';
import { GraphError } from '../../../../provider/graph/error';
import { trustCertificateFile } from '../../../../provider/trust';
import { openDirectory } from '../../../clouds/graph/directory';
import { readCommand, runEngineHere } from '../../../deploy/steps/child-processes';
import { entraAws, shellLine } from '../../../deploy/steps/command';
import { allFindings } from '../../../estate/plan/estate-plan';
import { programsOf, STACKS, stackName, type PulumiKind } from '../../../estate/plan/stacks/stacks';
import { visibleLines } from '../../../estate/source/visible';
import { runPrograms } from '../../../preview/engine/run-program';
import { EXIT, UsageError } from '../../program/cli';
import { confirmed } from '../../program/confirmed';
import { readEstate } from '../../program/estate';
import { readStackConfig, type SoundEstate } from '../../program/chosen-estate';
import { requireTarget } from '../../program/local-target';
import type { RepairOptions } from '../options';
import { hasEnded, isAlive } from './program/stack-commands';
import { recoverProgram } from './program/recover-program';

/** Recovers a Pulumi program. */
export async function recoverByGraph(options: RepairOptions, program: PulumiKind): Promise<number> {
  requireTarget(options.against, { aws: false, graph: [program], signIn: false });
  const estate = readEstate(options, allFindings);
  const { name, plan } = estate;
  if (!programsOf(plan.estate).includes(program))
    throw new UsageError(`the estate ${name} has no section '${program}', which the program '${program}' builds`);
  const declared = await runDeclared(estate, program);
  trustCertificateFile(process.env['SSL_CERT_FILE']);
  const directory = openDirectory(program, tenantOf(estate, program), process.env);
  try {
    const isSound = await recoverProgram({
      run: declared,
      graph: directory.context.graph,
      caller: await directory.caller(),
      hasEnded: (lock) => hasEnded(lock, { hostname: hostname(), isAlive }),
      read: readCommand,
      show: runEngineHere,
      confirm: confirmed,
      // Names of objects may hold what a terminal obeys.
      say: (text) => void process.stdout.write(`${visibleLines(text)}\n`),
      again: (more) =>
        shellLine(entraAws(`deploy repair ${program}`, { estate: name, estates: options.estates }, more)),
      options,
    });
    return isSound ? EXIT.ok : EXIT.failed;
  } catch (error) {
    throw withPermissions(error, program);
  } finally {
    directory.close();
  }
}

/** Runs the program without an engine. @throws Error if it can't be deployed */
async function runDeclared({ plan }: SoundEstate, program: PulumiKind) {
  const { estate, emergency } = plan;
  const { programs } = await runPrograms(estate, { now: new Date(), configOf: readStackConfig, emergency });
  const found = programs.find((one) => one.program === program);
  if (found?.failure === undefined && found !== undefined) return found;
  throw new Error(
    `the program of the stack ${stackName(estate.name, program)} can't be run: ${found?.failure ?? 'it was not'}`,
  );
}

/** @throws UsageError if neither the estate nor the stack says which directory it is */
function tenantOf({ plan: { estate } }: SoundEstate, program: PulumiKind): string {
  const stack = stackName(estate.name, program);
  const tenantId = STACKS[program].home(estate).tenantId ?? readStackConfig(stack).tenantId;
  if (tenantId !== undefined) return tenantId;
  throw new UsageError(
    `${program}.tenantId is not in the estate, nor azuread:tenantId in Pulumi.${stack}.yaml: set either`,
  );
}

/** Permissions that a look at what a program makes takes; whoever deploys it has them for what is its own. */
const PERMISSIONS: Readonly<Record<PulumiKind, string>> = {
  customers: 'Application.Read.All, DelegatedPermissionGrant.Read.All and, in an external tenant, Policy.Read.All',
  workforce: 'Application.Read.All, Group.Read.All, GroupMember.Read.All, Policy.Read.All and Synchronization.Read.All',
};

function withPermissions(error: unknown, program: PulumiKind): unknown {
  if (!(error instanceof GraphError) || error.status !== 403) return error;
  return new Error(`${error.message}. What the program made was not looked up; that takes ${PERMISSIONS[program]}`);
}
