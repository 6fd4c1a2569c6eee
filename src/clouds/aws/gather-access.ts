import {
  GetApplicationAssignmentConfigurationCommand,
  paginateListApplicationAssignments,
} from '@aws-sdk/client-sso-admin';
import pMap from 'p-map';
import { z } from 'zod';
import { stackNameOf } from '../../estate/plan/stacks/stacks';
import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import { type AccountId, PrincipalId, readId } from '../../estate/source/ids';
import {
  applicationDrift,
  type DeployedAccess,
  isAsDeclared,
  missingAssignments,
  unknownAssignments,
  unknownSets,
  whyLeftAlone,
} from '../facts/access-drift';
import type { AccessFacts, DeployedApplication, DeployedSet, PortalSignIn, TokenEvent } from '../facts/access-facts';
import type { Area } from '../facts/facts';
import { needsUserNames, principalNames, type PrincipalNames } from '../facts/ownership';
import { failed, itemsOf, type Reading, together, within } from '../reading';
import { readOwnedResources, readStackRecords } from './access/owned-resources';
import { countUnderWay, readAssignments, readFailedProvisioning } from './read-assignments';
import { type AwsCallError, callAws, readAws, readPages, required, unlessGone } from './aws-call';
import type { AwsSource, IdentityCenterClients } from './aws-clients';
import { knownPrincipals, readAssignmentsOf } from './read-by-principal';
import { lookUpEvents } from './look-up-events';
import { readSnapshot } from './organization/read-snapshot';
import { defaultPause, pausesWithin } from './waiting';
import { readMakers, readSince } from './read-makers';
import { readGroups, readUsers } from './read-identity-store';
import { namingKey, readInstance } from './read-instance';
import { readAttributes, readPermissionSets } from './read-permission-sets';
import { isInManagement, readManagementPolicies, readPolicyStackSets } from './read-stack-sets';
import { wasDeployedLately } from './read-stack';

export interface AccessOptions {
  readonly estateName: string;
  /** True if the estate has a stack of policies. @default false */
  readonly rollsOut?: boolean;
  readonly areas: readonly Area[];
  /** Longest time for a part of the reading. */
  readonly timeoutSeconds: number;
  /** True if assignments are read by those who have them, and the snapshot is not. @default false */
  readonly isQuick?: boolean;
  /**
   * Seconds that permission sets and assignments are waited for, which may be read as they were just before a deployment.
   * @default 0, they are read once
   */
  readonly waitSeconds?: number;
  /** True if stacks bring what is waited for: where none was deployed lately, nothing is. @default false */
  readonly waitsForStacks?: boolean;
  /** @default a timer */
  readonly pause?: (seconds: number) => Promise<void>;
}

/** Reads what AWS has of an estate's access: the organization, IAM Identity Center and its identity store. */
export async function gatherAccess(
  clients: IdentityCenterClients,
  access: AccessPlan,
  options: AccessOptions,
): Promise<AccessFacts> {
  const reader = new AccessReader(clients, access, options);
  const [grants, store, events] = await Promise.all([reader.grants(), reader.stored, reader.events()]);
  return { ...grants, ...store, ...events };
}

type Assigned = Pick<AccessFacts, 'assignments' | 'unread' | 'asked'>;
type Deployed = Assigned & Pick<AccessFacts, 'permissionSets' | 'underWay'>;
type Store = Pick<AccessFacts, 'users' | 'groups'>;
type Events = Pick<AccessFacts, 'signIns' | 'certificateImports' | 'tokenEvents'>;
type Grants = Omit<AccessFacts, 'users' | 'groups' | keyof Events>;

const NOT_ASKED = failed('was not asked for');

class AccessReader {
  /** Users and groups, read once. */
  readonly stored: Promise<Store>;

  constructor(
    private readonly clients: IdentityCenterClients,
    private readonly access: AccessPlan,
    private readonly options: AccessOptions,
  ) {
    this.stored = this.store();
  }

  async grants(): Promise<Grants> {
    const { clients, access, options } = this;
    if (!this.isAsked('access')) {
      return {
        instance: NOT_ASKED,
        snapshot: NOT_ASKED,
        permissionSets: NOT_ASKED,
        assignments: NOT_ASKED,
        attributes: NOT_ASKED,
      };
    }
    const { instanceArn } = access.organization;
    const instance = await this.read(() => readInstance(clients, instanceArn));
    const snapshot =
      options.isQuick === true
        ? NOT_ASKED
        : this.read(() => readSnapshot(clients, { instanceArn, users: access.users }));
    // The identity store answers few requests a second, and its names are needed where users are managed elsewhere.
    const names = needsUserNames(access) ? principalNames(await this.stored) : undefined;
    const deployed = await this.settled(names);
    const attributes = await this.read(() => readAttributes(clients, instanceArn));
    const applications = await this.applications();
    const [origins, policies] = await Promise.all([this.origins(deployed, names), this.policies()]);
    const facts = { ...deployed, ...applications };
    const owned = await this.owned(facts, names);
    return { instance, snapshot: await snapshot, ...facts, attributes, ...origins, ...owned, ...policies };
  }

  /** One after the other, since the identity store answers few requests a second. */
  private async store(): Promise<Store> {
    if (!this.isAsked('access', 'scim', 'console')) return { users: NOT_ASKED, groups: NOT_ASKED };
    const { identityStoreId } = this.access.organization;
    const users = await this.read(() => readUsers(this.clients, identityStoreId));
    const groups = await this.read(() => readGroups(this.clients, identityStoreId, this.isAsked('scim')));
    return { users, groups };
  }

  async events(): Promise<Events> {
    if (!this.isAsked('scim', 'console'))
      return { signIns: NOT_ASKED, certificateImports: NOT_ASKED, tokenEvents: NOT_ASKED };
    const signIns = await this.read(() => readSignIns(this.clients));
    const certificateImports = await this.read(() => readCertificateImports(this.clients));
    const tokenEvents = await this.read(() => readTokenEvents(this.clients));
    return { signIns, certificateImports, tokenEvents };
  }

  /** Reads what is there once it is as declared; where it does not become so, what is there after the wait. */
  private async settled(names: PrincipalNames | undefined): Promise<Deployed> {
    const { waitSeconds = 0, pause = defaultPause } = this.options;
    let deployed = await this.deployed();
    for (const seconds of pausesWithin(waitSeconds)) {
      if (this.isSettled(deployed, names) || !(await this.mayStillCome(deployed, waitSeconds))) break;
      this.clients.onProgress(`what is there differs, or is under way; it is read again in ${seconds} s`);
      await pause(seconds);
      deployed = await this.deployed();
    }
    return deployed;
  }

  /** Tells whether a difference may end by itself; where that can't be told, it may. */
  private async mayStillCome({ underWay }: Deployed, waitSeconds: number): Promise<boolean> {
    const { access, clients, options } = this;
    if (options.waitsForStacks !== true || (underWay?.state === 'known' && underWay.value > 0)) return true;
    const { stacks } = access;
    const lately = await this.read(() => wasDeployedLately(clients, options.estateName, { stacks, waitSeconds }));
    return lately.state !== 'known' || lately.value;
  }

  /** Tells whether nothing is left to wait for; what can't be read is not waited for. */
  private isSettled({ underWay, permissionSets, assignments }: Deployed, names: PrincipalNames | undefined): boolean {
    const both = together({ permissionSets, assignments });
    if (both.state !== 'known') return true;
    if (underWay?.state === 'known' && underWay.value > 0) return false;
    const isOutdated = both.value.permissionSets.some(({ outdatedIn }) =>
      outdatedIn.some((account) => whyLeftAlone(this.access, account) === undefined),
    );
    return !isOutdated && isAsDeclared(this.access, { ...both.value, ...(names && { names }) });
  }

  private async deployed(): Promise<Deployed> {
    const { instanceArn } = this.access.organization;
    // First: what ends meanwhile is then read as it has become.
    const underWay = await this.read(() => countUnderWay(this.clients, instanceArn));
    const permissionSets = await this.read(() => readPermissionSets(this.clients, instanceArn));
    if (permissionSets.state !== 'known') return { permissionSets, assignments: permissionSets, underWay };
    const assigned =
      this.options.isQuick === true ? await this.byPrincipal() : await this.everywhere(permissionSets.value);
    return { permissionSets, underWay, ...assigned };
  }

  /** All assignments, by account and permission set. */
  private async everywhere(sets: readonly DeployedSet[]): Promise<Assigned> {
    const { instanceArn } = this.access.organization;
    const unread = new Map<AccountId, string>();
    const mayBeUnread = (account: AccountId, { fault }: AwsCallError): boolean => {
      if (whyLeftAlone(this.access, account) === undefined) return false;
      unread.set(account, `${fault.name}: ${fault.message}`);
      return true;
    };
    const assignments = await this.read(() => readAssignments(this.clients, { instanceArn, sets, mayBeUnread }));
    const accounts = [...unread].map(([account, reason]) => ({ account, reason }));
    return { assignments, ...(accounts.length > 0 && { unread: accounts }) };
  }

  /** Assignments of the groups that are known, and of users whom the estate or CloudTrail names: AWS lists no others' cheaply. */
  private async byPrincipal(): Promise<Assigned> {
    const { clients, access } = this;
    const { instanceArn } = access.organization;
    const now = new Date();
    const from = new Date(now.getTime() - RECENT_MS);
    const recent = await this.read(() => readMakers(clients, from));
    const makers = recent.state === 'known' ? recent.value.makers : [];
    const { groups } = await this.stored;
    const principals = knownPrincipals(access.organization, itemsOf(groups), makers);
    const asked = {
      groups: principals.filter(({ principalType }) => principalType === 'GROUP').length,
      users: principals.filter(({ principalType }) => principalType === 'USER').length,
      since: recent.state === 'known' ? readSince(recent.value, from, now) : recent,
    };
    // Without the groups of the identity store, nothing is known of those that the snapshot lacks.
    if (groups.state !== 'known') return { assignments: groups, asked };
    return { assignments: await this.read(() => readAssignmentsOf(clients, instanceArn, principals)), asked };
  }

  /** CloudTrail and the events of stacks are slow, and asked only about what the estate does not have. */
  private async origins(
    { permissionSets, assignments }: Deployed,
    names: PrincipalNames | undefined,
  ): Promise<Pick<AccessFacts, 'makers' | 'stackRecords' | 'failedProvisioning'>> {
    const both = together({ permissionSets, assignments });
    if (both.state !== 'known') return {};
    const found = { ...both.value, ...(names && { names }) };
    const isOutdated = found.permissionSets.some(({ outdatedIn }) => outdatedIn.length > 0);
    const { instanceArn } = this.access.organization;
    return {
      ...(isOutdated && {
        failedProvisioning: await this.read(() => readFailedProvisioning(this.clients, instanceArn)),
      }),
      ...(await this.makers(found)),
    };
  }

  private async makers(found: DeployedAccess): Promise<Pick<AccessFacts, 'makers' | 'stackRecords'>> {
    const { access, clients, options } = this;
    const isMore = unknownAssignments(access, found).length > 0;
    if (!isMore && unknownSets(access, found).length === 0) return {};
    const stacks = access.stacks.map(({ role }) => stackNameOf(options.estateName, role));
    const stackRecords = await this.read(() => readStackRecords(clients, stacks));
    return { stackRecords, ...(isMore && { makers: await this.read(() => readMakers(clients)) }) };
  }

  /** Resources of the stacks, read where something would be made or taken away. */
  private async owned(
    { permissionSets, assignments, applications }: Deployed & Pick<AccessFacts, 'applications'>,
    names: PrincipalNames = new Map(),
  ): Promise<Pick<AccessFacts, 'owned'>> {
    const { access, clients, options } = this;
    const both = together({ permissionSets, assignments });
    const found = both.state === 'known' ? { ...both.value, names } : undefined;
    const drift = applications?.state === 'known' ? applicationDrift(access, applications.value, names) : undefined;
    const differences = [
      ...(found === undefined
        ? []
        : [unknownAssignments, missingAssignments, unknownSets].map((of) => of(access, found))),
      ...(drift === undefined ? [] : [drift.missing, drift.unknown]),
    ];
    if (differences.every(({ length }) => length === 0)) return {};
    const stacks = access.stacks.map(({ role, account }) => ({ name: stackNameOf(options.estateName, role), account }));
    return { owned: await this.read(() => readOwnedResources(clients, stacks)) };
  }

  private async applications(): Promise<Pick<AccessFacts, 'applications'>> {
    const arns = this.access.declaredApplications.map(({ arn }) => arn);
    if (arns.length === 0) return {};
    return { applications: await this.read(() => readApplications(this.clients, arns)) };
  }

  private async policies(): Promise<Pick<AccessFacts, 'stackSets' | 'managementPolicies'>> {
    const { access, clients, options } = this;
    if (options.rollsOut !== true) return {};
    const { estateName, waitSeconds = 0, pause = defaultPause } = options;
    const pauses = pausesWithin(waitSeconds).map((seconds) => () => pause(seconds));
    const wanted = { access, estateName, pauses: waitSeconds === 0 ? undefined : pauses };
    const stackSets = await this.read(() => readPolicyStackSets(clients, wanted), waitSeconds);
    const here = access.rollouts.filter(({ isInManagement }) => isInManagement).map(({ policy }) => policy);
    // With a delegated administrator the role that reads access reads nothing in the management account.
    if (here.length === 0 || !isInManagement(access)) return { stackSets };
    return { stackSets, managementPolicies: await this.read(() => readManagementPolicies(access, here)) };
  }

  private isAsked(...areas: readonly Area[]): boolean {
    return areas.some((area) => this.options.areas.includes(area));
  }

  private read<T>(task: () => Promise<T>, waitSeconds = 0): Promise<Reading<T>> {
    const { instanceArn } = this.access.organization;
    return within(
      this.options.timeoutSeconds + waitSeconds,
      readAws(() => namingKey(this.clients, instanceArn, task)),
    );
  }
}

/** Twice the day after which everything is to be read again. */
const RECENT_MS = 48 * 3_600_000;

const Time = z.string().transform((text) => new Date(text));

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sign-in-events.html */
const SignIn = z.object({ eventTime: Time, additionalEventData: z.object({ CredentialType: z.string() }) });

/** Event of something that was done: a refusal has an error code. */
const Done = z.object({ eventTime: Time, errorCode: z.undefined().optional() });

const Token = Done.extend({ userIdentity: z.object({ arn: z.string() }) });

/** The latest sign-ins to the access portal, at most 50. @throws AwsCallError */
async function readSignIns(clients: IdentityCenterClients): Promise<readonly PortalSignIn[]> {
  const { records } = await lookUpEvents(clients, { name: 'UserAuthentication', record: SignIn, maxPages: 1 });
  return records.map(({ eventTime, additionalEventData }) => ({
    at: eventTime,
    credentialType: additionalEventData.CredentialType,
  }));
}

/** Imports of SAML certificates in the last 90 days, the latest first; the record does not tell which one. @throws AwsCallError */
export async function readCertificateImports(
  clients: Pick<IdentityCenterClients, 'cloudTrail'>,
): Promise<readonly Date[]> {
  const { records } = await lookUpEvents(clients, { name: 'ImportExternalIdPCertificate', record: Done, maxPages: 1 });
  return records.map(({ eventTime }) => eventTime);
}

/** SCIM tokens that were made or deleted in the last 90 days, the latest first. @throws AwsCallError */
async function readTokenEvents(clients: IdentityCenterClients): Promise<readonly TokenEvent[]> {
  const read = async (name: string, kind: TokenEvent['kind']): Promise<readonly TokenEvent[]> => {
    const { records } = await lookUpEvents(clients, { name, record: Token, maxPages: 2 });
    return records.map(({ eventTime, userIdentity }) => ({ kind, at: eventTime, by: userIdentity.arn }));
  };
  const made = await read('CreateBearerToken', 'made');
  const deleted = await read('DeleteBearerToken', 'deleted');
  return [...made, ...deleted].toSorted((a, b) => b.at.getTime() - a.at.getTime());
}

/** Principals that may use applications, by the applications' ARNs; one that is not there is left out. @throws AwsCallError */
async function readApplications(
  source: Pick<AwsSource, 'ssoAdmin' | 'concurrency'>,
  arns: readonly string[],
): Promise<readonly DeployedApplication[]> {
  const read = (arn: string) => unlessGone(readApplication(source, arn));
  return (await pMap(arns, read, { concurrency: source.concurrency })).filter((one) => one !== undefined);
}

async function readApplication(
  { ssoAdmin: client }: Pick<AwsSource, 'ssoAdmin'>,
  ApplicationArn: string,
): Promise<DeployedApplication> {
  const subject = `the application ${ApplicationArn}`;
  const configuration = { action: 'sso:GetApplicationAssignmentConfiguration', subject };
  const command = new GetApplicationAssignmentConfigurationCommand({ ApplicationArn });
  const { AssignmentRequired } = await callAws(configuration, () => client.send(command));
  const call = { action: 'sso:ListApplicationAssignments', subject: `who is assigned to ${subject}` };
  const pages = paginateListApplicationAssignments({ client }, { ApplicationArn });
  const assigned = await readPages(call, pages, (page) => page.ApplicationAssignments);
  return {
    arn: ApplicationArn,
    needsAssignment: required(AssignmentRequired, configuration, 'AssignmentRequired'),
    assignments: assigned.map(({ PrincipalType, PrincipalId: id }) => ({
      principalType: required(PrincipalType, call, 'PrincipalType'),
      principalId: readId(PrincipalId, id),
    })),
  };
}
