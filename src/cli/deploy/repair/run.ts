import { hostname } from 'node:os';
import { GraphError } from '../../../../provider/graph/error';
import { trustCertificateFile } from '../../../../provider/trust';
import { createIdentityCenterClients, type IdentityCenterClients } from '../../../clouds/aws/aws-clients';
import { readCaller } from '../../../clouds/aws/caller-account';
import { gatherAccess } from '../../../clouds/aws/gather-access';
import { namingKey } from '../../../clouds/aws/read-instance';
import type { AccessFacts, DeployedAssignment } from '../../../clouds/facts/access-facts';
import { openDirectory } from '../../../clouds/graph/directory';
import { readCommand, runEngineHere } from '../../../deploy/steps/child-processes';
import { entraAws, shellLine } from '../../../deploy/steps/command';
import { examineEstate } from '../../../doctor/examination';
import { renderTerminal } from '../../../doctor/report/render';
import { allFindings } from '../../../estate/plan/estate-plan';
import type { EstatePlan } from '../../../estate/plan/planner';
import { cdkStacks, programsOf, type PulumiKind, stackName, STACKS } from '../../../estate/plan/stacks/stacks';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import { visibleLines } from '../../../estate/source/visible';
import { count } from '../../../preview/blocks/text';
import { runPrograms } from '../../../preview/engine/run-program';
import { quotedList } from '../../../text/suggest';
import type { SoundEstate } from '../../program/chosen-estate';
import { EXIT, hasColours, UsageError } from '../../program/cli';
import { confirmed } from '../../program/confirmed';
import { readEstate } from '../../program/estate';
import { ONLY_AWS, requireTarget } from '../../program/local-target';
import { withProgress } from '../../program/progress';
import { readStackConfig } from '../../program/stack-config';
import { repair, REPAIRED, type RepairOptions } from '../options';
import { leavingText } from '../revoke/leaving';
import { say } from '../revoke/read-here';
import type { Postponed } from './access/postponed';
import { Repairer } from './access/repairer';
import { type Repairs, repairsOf } from './access/repairs';
import { hasEnded, isAlive } from './program/lock-holder';
import { recoverProgram } from './program/recover-program';
import { recoverVisibly, showStatus } from './stack-recovery';

type What = (typeof REPAIRED)[number];
type Narrow = 'concurrency' | 'others' | 'removeSpare' | 'skip' | 'stack' | 'takeOver' | 'timeout' | 'yes';

/** Options that not every kind of repair has, as they are typed, and the kinds that have them. */
const NARROW: Readonly<Record<Narrow, readonly [name: string, ...kinds: What[]]>> = {
  concurrency: ['--concurrency', 'access'],
  others: ['--others', 'access'],
  removeSpare: ['--remove-spare', 'customers', 'workforce'],
  skip: ['--skip', 'stacks'],
  stack: ['--stack', 'stacks'],
  takeOver: ['--take-over', 'customers', 'workforce'],
  timeout: ['--timeout', 'access'],
  yes: ['--yes', 'access', 'customers', 'workforce'],
};

export async function run(options: RepairOptions, [given]: readonly string[]): Promise<number> {
  const what = REPAIRED.find((one) => one === given);
  if (what === undefined)
    throw new UsageError(`deploy repair takes one of ${REPAIRED.join(', ')}, got '${given ?? ''}'`);
  for (const [key, [name, ...kinds]] of Object.entries(NARROW)) {
    if (repair.getOptionValueSource(key) !== 'cli' || kinds.includes(what)) continue;
    throw new UsageError(`${name} is an option of ${kinds.join(' and ')}, not of ${what}`);
  }
  if (what === 'access') return repairAccess(options);
  return what === 'stacks' ? recoverStacks(options) : recoverByGraph(options, what);
}

/** Brings the CloudFormation stacks of an estate into a state from which they can be deployed. */
async function recoverStacks(options: RepairOptions): Promise<number> {
  requireTarget(options.against, ONLY_AWS);
  // Stacks of an estate with errors are recovered too.
  const { name, plan } = readEstate(options, () => []);
  const { stack: wanted, skip, estates } = options;
  const all = cdkStacks(plan);
  const stacks = all.filter((stack) => wanted === undefined || stack.name === wanted);
  if (stacks.length === 0) {
    const names = quotedList(all.map((stack) => stack.name));
    throw new UsageError(`--stack must be a stack of the estate ${name}, one of ${names}, got '${wanted ?? ''}'`);
  }
  if (options.check) return (await showStatus(stacks)) ? EXIT.ok : EXIT.failed;
  return (await recoverVisibly(stacks, { plan, estates, skip })) ? EXIT.ok : EXIT.failed;
}

/** Recovers a Pulumi program. */
async function recoverByGraph(options: RepairOptions, program: PulumiKind): Promise<number> {
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

/** Checks of the doctor that tell how access differs. */
const CHECKS = [
  'access-permission-sets',
  'access-assignments',
  'access-other-sets',
  'access-provisioned',
  'access-applications',
];

/** Seconds to wait before access is read again: it may be answered as it was just before the repair. */
const WAIT_SECONDS = 60;

/** Makes the access in AWS what the estate declares. */
async function repairAccess(options: RepairOptions): Promise<number> {
  const { name, plan } = readEstate(options);
  const { access } = plan;
  if (access === undefined) {
    say(`the estate ${name} has no access: there is nothing to compare`);
    return EXIT.ok;
  }
  requireTarget(options.against, ONLY_AWS);
  const reading = new Reading(plan, access, options);
  const facts = await reading.read(0);
  if (reading.tell(facts)) return EXIT.ok;
  if (options.check) return EXIT.failed;
  return await reading.repair(facts);
}

class Reading {
  constructor(
    private readonly plan: EstatePlan,
    private readonly access: AccessPlan,
    private readonly options: RepairOptions,
  ) {}

  async read(waitSeconds: number): Promise<AccessFacts> {
    const { plan, access, options } = this;
    return withProgress((onProgress) =>
      gatherAccess(this.clients(onProgress), access, {
        estateName: plan.estate.name,
        areas: ['access'],
        timeoutSeconds: options.timeout,
        waitSeconds,
      }),
    );
  }

  /** Lists what differs. @returns whether nothing does */
  tell(facts: AccessFacts): boolean {
    const examination = examineEstate({ plan: this.plan, facts: { access: facts }, now: new Date() }, CHECKS);
    process.stdout.write(renderTerminal(examination, { colour: hasColours() }));
    const { failure, unknown } = examination.totals;
    return failure === 0 && unknown === 0;
  }

  async repair(facts: AccessFacts): Promise<number> {
    const { plan, access, options } = this;
    const clients = this.clients(() => undefined);
    const caller = await readCaller(clients.sts);
    const repairs = repairsOf({ plan, access, facts, caller, others: options.others });
    if (repairs !== undefined) this.tellLeft(repairs, facts);
    if (repairs === undefined || facts.permissionSets.state !== 'known' || sizeOf(repairs) === 0) {
      say('Nothing of this can be repaired here: do what stands above.');
      return EXIT.failed;
    }
    say(`To repair: ${wordsOf(repairs)}`);
    if (!options.yes && !(await confirmed('Repair this now?'))) {
      say('Nothing was changed; --yes repairs it.');
      return EXIT.failed;
    }
    const repairer = new Repairer(clients, access, { sets: facts.permissionSets.value, say });
    await namingKey(clients, access.organization.instanceArn, () => repairer.repair(repairs));
    return this.tell(await this.read(WAIT_SECONDS)) ? EXIT.ok : EXIT.failed;
  }

  private tellLeft({ unclear, postponed }: Repairs, facts: AccessFacts): void {
    for (const one of unclear) this.tellUnclear(one, facts);
    for (const { what, why } of postponed) say(`Left as it is: ${what}; ${whyPostponed(why, facts)}`);
  }

  private tellUnclear(one: DeployedAssignment, { permissionSets }: AccessFacts): void {
    const sets = permissionSets.state === 'known' ? permissionSets.value : [];
    const setNames = new Map(sets.map(({ arn, name }) => [arn, name]));
    const kind = one.principalType === 'USER' ? 'users' : 'groups';
    say(
      `Left as it is: ${leavingText({ access: this.access, setNames }, one)}. access.managedElsewhere names ${kind}, and the name of ` +
        'this one could not be read: allow identitystore:ListUsers and identitystore:ListGroups, and run this again.',
    );
  }

  private clients(onProgress: (text: string) => void): IdentityCenterClients {
    const { region } = this.access.organization;
    return createIdentityCenterClients({ region, concurrency: this.options.concurrency, onProgress });
  }
}

/** Reason why a difference waits for a deployment. */
function whyPostponed(why: Postponed['why'], { owned }: AccessFacts): string {
  switch (why) {
    case 'goes':
      return 'a stack of the estate still has it, and the next deployment takes it away';
    case 'comes':
      return 'no stack of the estate has it yet, and the next deployment gives it';
    case 'unknown':
      return `whether a stack of the estate has it is unknown: ${whyUnknown(owned)}`;
  }
}

function whyUnknown(owned: AccessFacts['owned']): string {
  switch (owned?.state) {
    case undefined:
      return 'its stacks were not read';
    case 'denied':
      return `allow ${owned.permission}`;
    case 'failed':
      return owned.reason;
    case 'known':
      return `${quotedList(owned.value.unread)} is in another account than these credentials`;
  }
}

function sizeOf({ deletions, creations, sets, outdated, applications }: Repairs): number {
  const { missing, unknown } = applications;
  return [deletions, creations, sets, outdated, missing, unknown].reduce((sum, { length }) => sum + length, 0);
}

function wordsOf({ deletions, creations, sets, outdated, applications: { missing, unknown } }: Repairs): string {
  const parts = [
    [deletions.length, `take away ${count(deletions.length, 'assignment')}`],
    [creations.length, `give ${count(creations.length, 'assignment')}`],
    [sets.length, `delete ${count(sets.length, 'permission set')}`],
    [unknown.length, `take away ${count(unknown.length, 'assignment')} of applications`],
    [missing.length, `give ${count(missing.length, 'assignment')} of applications`],
    [outdated.length, `give accounts the latest version of ${count(outdated.length, 'permission set')}`],
  ] as const;
  return parts
    .filter(([length]) => length > 0)
    .map(([, words]) => words)
    .join(', ');
}
