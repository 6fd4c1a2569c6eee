import { mkdirSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Meant } from '../compare';
import { type AccountJournal, runFolder } from '../journal';
import type { CleanUp } from '../prove';
import { type Proof, proveBoth, type Proving, Recording, type SideRun, runSteps, type Step } from '../proof';
import { deleteAccessLeftovers } from './access-leftovers';
import { createAccountClients, findPlace, type Reach, recordedClients, type AccountClients } from './account-clients';
import { AwsRedactor } from './redact-aws';
import { type Question, differingIn, simulationText } from './simulation';
import { isDeepStrictEqual } from 'node:util';
import { type IAMClient, paginateListRoles } from '@aws-sdk/client-iam';
import { DescribeInstanceCommand } from '@aws-sdk/client-sso-admin';
import type { Instance } from '../../../constructs/aws/access/permission-sets';
import { setOf } from '../../clouds/aws/access/owned-resources';
import { lookSeconds, WAITING } from '../../clouds/aws/waiting';
import { AwsCallError, readPages } from '../../clouds/aws/aws-call';
import { readRoles } from '../../clouds/aws/emergency/gather-emergency';
import { readAssignments } from '../../clouds/aws/read-assignments';
import { readPermissionSet } from '../../clouds/aws/read-permission-sets';
import type { DeployedRole } from '../../clouds/facts/emergency-facts';
import type { StackResource } from '../../clouds/facts/hosting-facts';
import type { AccessStack } from '../../estate/sections/access/plan/access-plan';
import { deployedForm, driftedProperties } from '../../estate/sections/access/sets/set-properties';
import type { PermissionSet } from '../../estate/sections/estate';
import type { PermissionSetArn } from '../../estate/source/ids';
import { ChangeSetStack } from './change-set-stack';
import { type AccessPlace, type AccessStage, labelsOf, planAccess, type Principals, templateOf } from './marked-access';
import { arePrincipalsThere, createPrincipals, deletePrincipals } from './principals';

export interface ProveAccessOptions extends Proving<AccountJournal> {
  /** True if the account is reached at an address that is not AWS's. */
  readonly isElsewhere: boolean;
  /** Questions for IAM's simulator. */
  readonly questions: readonly Question[];
  /** Address of the stand-in. */
  readonly standIn: string;
}

const OF_INSTANCE = [
  ['Name', 'an instance has a name of its own'],
  ['OwnerAccountId', "the owner is the management account, also where a delegated administrator's is proven"],
  ['Regions', 'an instance may be in several Regions'],
  ['EncryptionConfigurationDetails', 'an instance may have a key of its own'],
] as const;

/** Differences that are meant: what one instance has, and another one not. Another type is not. */
export const MEANT: Meant = OF_INSTANCE.flatMap(([property, reason]) =>
  (['other value', 'only in the tenant', 'only in the emulator'] as const).map((kind) => ({
    alike: { request: 'sso-admin DescribeInstance', kind },
    path: new RegExp(`^response\\.${property}\\b`),
    reason,
  })),
);

/** Takes marked access from nothing to nothing at the stand-in, and then in the account. */
export async function proveAccess(options: ProveAccessOptions): Promise<Proof> {
  const { journal, standIn } = options;
  const { region, mark, day } = journal;
  const place = await findPlace(createAccountClients({ region, standIn }), { isStandIn: true });
  const access = { ...place, mark, day };
  return proveBoth(options, {
    rehearse: (isReduced) => runSide(options, { name: 'stand-in', region, standIn, access, hasPrincipals: !isReduced }),
    run: (known) => runSide(options, { name: 'account', region, access: journal, hasPrincipals: true, known }),
    meant: MEANT,
  });
}

/** One of the two. */
interface Side extends Reach, Pick<RunAccessOptions, 'access' | 'hasPrincipals'> {
  readonly name: 'account' | 'stand-in';
  /** Texts that may be shown. */
  readonly known?: ReadonlySet<string>;
}

async function runSide(
  options: ProveAccessOptions,
  { name, access, known, hasPrincipals, ...reach }: Side,
): Promise<SideRun> {
  const folder = join(runFolder(access.mark), name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const redactor = new AwsRedactor({ ...access, ...(known && { known }) });
  const { exchanges, onStep, onExchange } = new Recording(name, options, redactor);
  const run = await runAccess({
    ...{ access, folder, hasPrincipals, redactor, onStep, isInterrupted: options.isInterrupted },
    hasRoles: name === 'account' && !options.isElsewhere,
    questions: options.questions,
    clients: { recorded: recordedClients(reach, onExchange), quiet: createAccountClients(reach) },
  });
  // What a store said that refused is a word of the report.
  const isCompared = ({ method }: { readonly method: string }): boolean =>
    run.refusal === undefined || method !== 'identitystore';
  return { ...run, exchanges: exchanges.filter(isCompared), shown: redactor.shown };
}

/** Deletes what a run that was killed has left in the account: its stack, and then what has its mark in the name. */
export async function cleanUpAccess(journal: AccountJournal): Promise<CleanUp> {
  const clients = createAccountClients(journal);
  const { found, left } = await deleteAccessLeftovers({ ...journal, clients });
  return { isClean: left === 0, detail: `${found} objects were found and deleted, ${left} are left` };
}

interface RunAccessOptions {
  readonly access: AccessPlace & { readonly mark: string; readonly day: string };
  readonly clients: { readonly recorded: AccountClients; readonly quiet: AccountClients };
  /** True to make a group and a user, and to assign to them. */
  readonly hasPrincipals: boolean;
  /** True if IAM Identity Center makes roles there; a stand-in makes none. */
  readonly hasRoles: boolean;
  /** Folder of what is not to be shown: a log, and the synthesis. */
  readonly folder: string;
  /** Told of the object that an id stands for, and of the words of a logical id. */
  readonly redactor: Pick<AwsRedactor, 'learn' | 'label'>;
  /** Questions for IAM's simulator, where there are roles. */
  readonly questions: readonly Question[];
  readonly onStep: (step: string) => void;
  readonly isInterrupted: () => boolean;
}

/** Takes marked access from nothing to nothing. */
async function runAccess(options: RunAccessOptions): Promise<Pick<SideRun, 'outcomes' | 'isClean' | 'refusal'>> {
  const run = new Run(options);
  const ended = await run.all();
  return { ...ended, refusal: run.refusal };
}

/** Looks at access that is read before all of it shows. */
const LOOKS = 10;

class Run {
  refusal: string | undefined;
  private principals: Principals | undefined;
  private readonly stack: ChangeSetStack;

  constructor(private readonly options: RunAccessOptions) {
    const { clients, isInterrupted } = options;
    this.stack = new ChangeSetStack({ ...clients, isInterrupted }, options.access.mark);
  }

  all(): Promise<Pick<SideRun, 'outcomes' | 'isClean'>> {
    const { access, clients, hasRoles } = this.options;
    const roles: Step = [
      'roles',
      'each assigned set has a role in the account, with its policies',
      () => this.hasRoles(),
    ];
    return runSteps(
      [
        ['create', 'a stack is made by a change set', () => this.create()],
        ['read', 'what the doctor reads is as declared', () => this.isAsDeclared('first')],
        [
          'preview',
          'a change set of the same template holds no change',
          async () => !(await this.deploy('first', 'same')),
        ],
        ['drift', 'drift detection finds none', () => this.stack.isInSync()],
        [
          'change',
          'what changed is deployed, and read back as declared',
          async () => (await this.deploy('changed')) && (await this.isAsDeclared('changed')),
        ],
        ...(hasRoles ? [roles, this.simulation()] : []),
        ['reduce', 'a permission set and its assignment leave together', () => this.reduce()],
      ],
      {
        ...this.options,
        destroy: () => this.destroy(),
        look: () => deleteAccessLeftovers({ ...access, clients: clients.quiet }),
        // Messages of AWS have ids and names: they stay in the folder of the run.
        onError: (error) => {
          this.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
        },
      },
    );
  }

  /** IAM's simulator alone is asked, and nothing is made for it. */
  private simulation(): Step {
    const { clients, questions, isInterrupted } = this.options;
    let text = 'iam:SimulateCustomPolicy could not be asked';
    const ask = async (): Promise<boolean | undefined> => {
      const differing = await differingIn(clients.quiet.iam, questions, isInterrupted);
      if (differing === undefined) return undefined;
      text = simulationText(questions.length, differing);
      return differing.length === 0;
    };
    return ['simulate', () => text, ask];
  }

  private async create(): Promise<boolean> {
    if (this.options.hasPrincipals) await this.createPrincipals();
    return this.deploy('first');
  }

  private async createPrincipals(): Promise<void> {
    const made = await createPrincipals(this.store);
    if (typeof made === 'string') this.refusal = made;
    else {
      this.principals = made;
      this.options.redactor.learn(made.group, 'people');
      this.options.redactor.learn(made.user, 'person');
    }
  }

  /** Undefined where IAM refuses to tell, or nothing is assigned. */
  private async hasRoles(): Promise<boolean | undefined> {
    if (this.principals === undefined) return undefined;
    const declared = {
      sets: this.plan('changed').permissionSets,
      mark: this.options.access.mark,
      partition: this.instance.partition,
    };
    return areRolesThere(this.options.clients.quiet.iam, declared, (isThere) => this.until(isThere));
  }

  /** Looks until something is there, and gives up after a while. */
  private async until(isThere: () => Promise<boolean>): Promise<boolean> {
    for (let looks = 1; ; looks += 1) {
      if (await isThere()) return true;
      if (looks >= LOOKS || this.options.isInterrupted()) return false;
      await WAITING.pause(lookSeconds(looks));
    }
  }

  private async reduce(): Promise<boolean> {
    const isDeployed = await this.deploy('reduced');
    const failed = await this.stack.failedDeletions();
    this.log(failed.map((id) => `not deleted: ${id}`).join('\n'));
    return isDeployed && failed.length === 0 && (await this.isAsDeclared('reduced'));
  }

  private async destroy(): Promise<boolean> {
    const isDeleted = await this.stack.delete();
    if (this.principals !== undefined) await deletePrincipals(this.store, this.principals);
    return isDeleted;
  }

  private deploy(stage: AccessStage, changeSet: string = stage): Promise<boolean> {
    const { access, folder } = this.options;
    const template = templateOf(access.mark, this.plan(stage), {
      instance: this.instance,
      folder: join(folder, stage),
    });
    for (const [logicalId, words] of labelsOf(template, access.mark)) this.options.redactor.label(logicalId, words);
    return this.stack.deploy(changeSet, template);
  }

  /** Reads until all is as declared, and once more for the record. */
  private async isAsDeclared(stage: AccessStage): Promise<boolean> {
    const { recorded, quiet } = this.options.clients;
    const plan = this.plan(stage);
    const arns = setArnsIn(await this.stack.resources(), plan);
    for (const [name, arn] of arns) this.options.redactor.learn(arn, name.slice(this.options.access.mark.length + 1));
    const reading = { instance: this.instance, plan, arns };
    await this.until(async () => (await readBack({ ...reading, clients: quiet })).length === 0);
    const differing = await readBack({ ...reading, clients: recorded });
    this.log(differing.map((one) => `not as declared: ${one}`).join('\n'));
    const areThere = this.principals === undefined || (await arePrincipalsThere(this.store, this.principals));
    return differing.length === 0 && areThere;
  }

  private plan(stage: AccessStage) {
    return planAccess({ ...this.options.access, principals: this.principals }, stage);
  }

  private get instance() {
    const { instanceArn } = this.options.access;
    const [, partition = 'aws'] = instanceArn.split(':');
    return { arn: instanceArn, partition };
  }

  private get store() {
    const { access, clients } = this.options;
    return { ...access, identityStore: clients.recorded.identityStore };
  }

  private log(text: string): void {
    if (text !== '') appendFileSync(join(this.options.folder, 'aws.log'), `${text}\n`, { mode: 0o600 });
  }
}

/** Permission sets of a stack by their names. */
type SetArns = ReadonlyMap<string, PermissionSetArn>;

/** The permission sets among the resources of a stack: a logical id has the name of its set, without marks between words. */
function setArnsIn(resources: readonly StackResource[], plan: AccessStack): SetArns {
  const found = plan.permissionSets.flatMap(({ name }) => {
    const word = name.replaceAll('-', '');
    const resource = resources.find(
      ({ type, logicalId }) => type === 'AWS::SSO::PermissionSet' && logicalId.includes(word),
    );
    const arn = setOf(resource?.physicalId ?? '');
    return arn === undefined ? [] : [[name, arn] as const];
  });
  return new Map(found);
}

interface Reading {
  readonly clients: Pick<AccountClients, 'ssoAdmin' | 'concurrency' | 'onProgress' | 'organizations' | 'identityStore'>;
  readonly instance: Instance;
  readonly plan: AccessStack;
  readonly arns: SetArns;
}

/**
 * Reads what the doctor reads, and compares it with what is declared.
 *
 * @returns what is not as declared, in words that have no value of the account's
 * @throws AwsCallError
 */
async function readBack({ clients, instance, plan, arns }: Reading): Promise<readonly string[]> {
  await clients.ssoAdmin.send(new DescribeInstanceCommand({ InstanceArn: instance.arn }));
  const differing: string[] = [];
  for (const set of plan.permissionSets) {
    const PermissionSetArn = arns.get(set.name);
    if (PermissionSetArn === undefined) {
      differing.push('a permission set is missing');
      continue;
    }
    const found = await readPermissionSet(clients, { InstanceArn: instance.arn, PermissionSetArn });
    differing.push(...driftedProperties(set, found, instance.partition));
    if (found.outdatedIn.length > 0) differing.push('the account has an older version of a set');
  }
  const sets = [...arns.values()].map((arn) => ({ arn }));
  const assignments = await readAssignments(clients, { instanceArn: instance.arn, sets });
  const declared = plan.shards.flatMap((shard) =>
    shard.assignments.map(
      ({ assignment, principalId }) => `${arns.get(assignment.permissionSet) ?? ''} ${principalId}`,
    ),
  );
  const found = assignments.map(({ set, principalId }) => `${set} ${principalId}`);
  if (declared.toSorted().join() !== found.toSorted().join()) differing.push('assignments');
  return differing;
}

/** Path of the roles that IAM Identity Center makes in an account, with the Region behind it. */
const PATH = '/aws-reserved/sso.amazonaws.com/';

/** Roles in the account of permission sets whose names begin with a mark. @throws AwsCallError */
export async function readReservedRoles(client: IAMClient, mark: string): Promise<readonly DeployedRole[]> {
  const call = { action: 'iam:ListRoles', subject: 'the roles of permission sets' };
  const listed = await readPages(call, paginateListRoles({ client }, { PathPrefix: PATH }), ({ Roles }) => Roles);
  const names = listed.map(({ RoleName = '' }) => RoleName);
  return readRoles(
    client,
    names.filter((name) => name.startsWith(`AWSReservedSSO_${mark}-`)),
  );
}

/** Permission sets that are assigned in the account, and so have roles there. */
interface DeclaredSets {
  readonly sets: readonly PermissionSet[];
  readonly mark: string;
  readonly partition: string;
}

/**
 * Tells whether each set has its role, as declared. IAM shows a role a while after the assignment.
 *
 * @param until looks again and again, and gives up in the end
 * @returns undefined where IAM refuses to tell
 */
export async function areRolesThere(
  client: IAMClient,
  { sets, mark, partition }: DeclaredSets,
  until: (isThere: () => Promise<boolean>) => Promise<boolean>,
): Promise<boolean | undefined> {
  try {
    return await until(async () => {
      const roles = await readReservedRoles(client, mark);
      return sets.every((set) => isRoleAsDeclared(set, roles, partition));
    });
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.name.startsWith('AccessDenied')) return undefined;
    throw error;
  }
}

/** Tells whether a permission set has one role, of the name by which sessions are told, with the policies that are declared. */
export function isRoleAsDeclared(set: PermissionSet, roles: readonly DeployedRole[], partition: string): boolean {
  const [role, ...others] = roles.filter(({ name }) => name.startsWith(`AWSReservedSSO_${set.name}_`));
  if (role === undefined || others.length > 0) return false;
  const { managedPolicies, inlinePolicy, permissionsBoundary } = deployedForm(set, partition);
  return (
    /_[\da-f]{16}$/.test(role.name) &&
    isDeepStrictEqual(new Set(role.policies), new Set(managedPolicies as readonly string[])) &&
    isDeepStrictEqual(Object.values(role.inlinePolicies), inlinePolicy === undefined ? [] : [inlinePolicy]) &&
    role.boundary === permissionsBoundary
  );
}
