import { UsageError, EXIT, hasColours } from '../../program/cli';
import { REPAIRED, repair, type RepairOptions } from '../options';
import { recoverStacks } from './stacks';
import type { EstatePlan } from '../../../estate/plan/planner';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import { createIdentityCenterClients, type IdentityCenterClients } from '../../../clouds/aws/aws-clients';
import { readCaller } from '../../../clouds/aws/account-credentials';
import { namingKey } from '../../../clouds/aws/read-instance';
import { gatherAccess } from '../../../clouds/aws/gather-access';
import type { AccessFacts, DeployedAssignment } from '../../../clouds/facts/access-facts';
import { quotedList } from '../../../text/suggest';
import { examineEstate } from '../../../doctor/examination';
import { renderTerminal } from '../../../doctor/report/render';
import { count } from '../../../text/amounts';
import { readEstate } from '../../program/estate';
import { ONLY_AWS, requireTarget } from '../../program/local-target';
import { withProgress } from '../../program/progress';
import { applicationText, type Repairs, repairsOf } from './repairs';
import { confirmed } from '../../program/confirmed';
import { leavingText, type Named, say } from '../revoke/leaving';
import { mayBeRefusedIn } from '../revoke/remove-leaving';
import {
  assignApplication,
  type Change,
  changeAssignments,
  deleteSet,
  provisionSet,
  type Result,
  unassignApplication,
} from '../../../clouds/aws/access/change-access';
import { hostname } from 'node:os';
import { GraphError } from '../../../../provider/graph/error';
import { trustCertificateFile } from '../../../../provider/trust';
import { openDirectory } from '../../../clouds/graph/directory';
import { readCommand, runEngineHere } from '../../../deploy/steps/child-processes';
import { entraAws, shellLine } from '../../../deploy/steps/command';
import { allFindings } from '../../../estate/plan/estate-plan';
import { nameAtEngine, programsOf, STACKS, stackName, type PulumiKind } from '../../../estate/plan/stacks/stacks';
import { visibleLines } from '../../../estate/source/visible';
import { runPrograms } from '../../../preview/engine/run-program';
import { readStackConfig, type SoundEstate } from '../../program/chosen-estate';
import { hasEnded, isAlive } from './program/stack-commands';
import { recoverProgram } from './program/recover-program';

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
  const repair = new AccessRepair(plan, access, options);
  const facts = await repair.read(0);
  if (repair.tell(facts)) return EXIT.ok;
  if (options.check) return EXIT.failed;
  return await repair.repair(facts);
}

/** Makes repairs, one kind after the other, and says each. What fails is told, and the rest goes on. */
class AccessRepair {
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
    const sets = facts.permissionSets.state === 'known' ? facts.permissionSets.value : [];
    const named = { access, setNames: new Map(sets.map(({ arn, name }) => [arn, name])) };
    if (repairs !== undefined) tellLeft(repairs, named, facts);
    const words = repairs === undefined ? '' : wordsOf(repairs);
    if (repairs === undefined || words === '') {
      say('Nothing of this can be repaired here: do what stands above.');
      return EXIT.failed;
    }
    say(`To repair: ${words}`);
    if (!options.yes && !(await confirmed('Repair this now?'))) {
      say('Nothing was changed; --yes repairs it.');
      return EXIT.failed;
    }
    await namingKey(clients, access.organization.instanceArn, () => makeRepairs(clients, named, repairs));
    return this.tell(await this.read(WAIT_SECONDS)) ? EXIT.ok : EXIT.failed;
  }

  private clients(onProgress: (text: string) => void): IdentityCenterClients {
    const { region } = this.access.organization;
    return createIdentityCenterClients({ region, concurrency: this.options.concurrency, onProgress });
  }
}

/** Tells what waits for a person, or for a deployment. */
function tellLeft({ unclear, postponed }: Repairs, named: Named, { owned }: AccessFacts): void {
  for (const one of unclear) {
    const kind = one.principalType === 'USER' ? 'users' : 'groups';
    say(
      `Left as it is: ${leavingText(named, one)}. access.managedElsewhere names ${kind}, and the name of ` +
        'this one could not be read: allow identitystore:ListUsers and identitystore:ListGroups, and run this again.',
    );
  }
  const reasons = {
    goes: 'a stack of the estate still has it, and the next deployment takes it away',
    comes: 'no stack of the estate has it yet, and the next deployment gives it',
    unknown: `whether a stack of the estate has it is unknown: ${whyUnknown(owned)}`,
  };
  for (const { what, why } of postponed) say(`Left as it is: ${what}; ${reasons[why]}`);
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

/** `take away 1 assignment, delete 2 permission sets`; empty where there is nothing to repair. */
function wordsOf({ deletions, creations, sets, outdated, applications: { missing, unknown } }: Repairs): string {
  const parts = [
    [deletions.length, `take away ${count(deletions.length, 'assignment')}`],
    [creations.length, `give ${count(creations.length, 'assignment')}`],
    [sets.length, `delete ${count(sets.length, 'permission set')}`],
    [unknown.length, `take away ${count(unknown.length, 'assignment')} of applications`],
    [missing.length, `give ${count(missing.length, 'assignment')} of applications`],
    [outdated.length, `give accounts the latest version of ${count(outdated.length, 'permission set')}`],
  ] as const;
  return parts.flatMap(([length, words]) => (length > 0 ? [words] : [])).join(', ');
}

async function makeRepairs(clients: IdentityCenterClients, named: Named, repairs: Repairs): Promise<void> {
  const { access } = named;
  const { instanceArn } = access.organization;
  const { deletions, creations, sets, outdated, applications } = repairs;
  await change(clients, named, { kind: 'delete', assignments: deletions });
  await change(clients, named, { kind: 'create', assignments: creations });
  for (const one of applications.unknown) {
    await attempt(applicationText(access, one), 'taken away', () => unassignApplication(clients, one));
  }
  for (const one of applications.missing) {
    await attempt(applicationText(access, one), 'given', () => assignApplication(clients, one));
  }
  for (const { name, arn: set } of sets) {
    await attempt(`permission set ${name}`, 'deleted', () => deleteSet(clients, { instanceArn, set }));
  }
  for (const { name, arn: set } of outdated) {
    await attempt(`permission set ${name}`, 'given to its accounts', () => provisionSet(clients, { instanceArn, set }));
  }
}

const WORDS = {
  delete: { done: 'taken away', already: 'already gone', left: 'not allowed', failed: 'failed' },
  create: { done: 'given', already: 'already there', left: 'not allowed', failed: 'failed' },
} as const satisfies Record<Change, Record<Result['outcome'], string>>;

async function change(
  clients: IdentityCenterClients,
  named: Named,
  { kind, assignments }: { readonly kind: Change; readonly assignments: readonly DeployedAssignment[] },
): Promise<void> {
  await changeAssignments(clients, assignments, {
    instanceArn: named.access.organization.instanceArn,
    change: kind,
    mayBeRefusedIn: mayBeRefusedIn(named.access),
    onResult: (one, result) => {
      const reason = result.outcome === 'failed' ? `; ${result.reason}` : '';
      say(`  ${WORDS[kind][result.outcome]}: ${leavingText(named, one)}${reason}`);
    },
  });
}

async function attempt(what: string, done: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
    say(`  ${done}: ${what}`);
  } catch (error) {
    say(`  failed: ${what}; ${error instanceof Error ? error.message : String(error)}`);
  }
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
  if (found?.failure === undefined && found !== undefined) return { ...found, stack: nameAtEngine(estate, program) };
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
