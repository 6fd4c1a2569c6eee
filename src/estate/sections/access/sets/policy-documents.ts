import { literalsOf } from '../../../../permissions/formula';
import { globOf, kept } from '../../../../permissions/glob';
import { parsePolicy, type Statement, unread } from '../../../../permissions/policy';
import { anyOf, intersect, type Region, subtract } from '../../../../permissions/region';
import type { AwsRoles, ReadControlPolicies, ReadPolicies } from '../../../source/aws-snapshots';
import { compareText, type Path, type Place } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import type { Access } from '../../estate';
import { policyName } from '../policy-power';
import { RoleInventory } from './role-inventory';

/** Statements of each level of the organization, from the root to an account. */
export type Levels = readonly (readonly Statement[])[];

/** Documents that an estate refers to and does not hold. */
export interface PolicyDocuments {
  /** Document of an AWS managed policy, by its path and name or its ARN; undefined where it was not read. */
  readonly managed: (policy: string) => unknown;
  /**
   * Service control policies that bind sessions in an account. Accounts that are bound alike have the same array. Levels that were
   * not read are statements that nobody has read.
   *
   * @default left out of every question
   */
  readonly scps?: (account: string) => Levels;
  /** Resource control policies that bind the resources of an account. @default left out of every question */
  readonly rcps?: (account: string) => Levels;
  /** Place of a statement of a control policy. @default none is known */
  readonly placeOf?: (statement: Statement) => Place | undefined;
  /** Roles of the accounts. @default the estate does not ask for them, or none were read */
  readonly roles?: RoleInventory;
  /** Documents that were not read, and why, in words. */
  readonly notRead: readonly string[];
}

/** Known without a snapshot: what allows everything. */
export const WITHOUT_SNAPSHOT: PolicyDocuments = {
  managed: (policy) =>
    policyName(policy) === 'AdministratorAccess'
      ? { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }
      : undefined,
  notRead: ['service control policies', 'resource control policies'],
};

/** `job-function/ViewOnlyAccess` from an ARN, or from that itself. */
export function managedName(policy: string): string {
  return policy.replace(/^arn:.*?:policy\//, '');
}

/** AWS managed policies of permission sets and their boundaries, by path and name, sorted. */
export function managedPoliciesOf({ permissionSets }: Pick<Access, 'permissionSets'>): readonly string[] {
  const all = permissionSets.flatMap(({ managedPolicies, permissionsBoundary: boundary }) => [
    ...managedPolicies,
    ...(boundary?.kind === 'managed' ? [boundary.policy] : []),
  ]);
  return [...new Set(all.map(managedName))].toSorted(compareText);
}

interface Referring {
  readonly access: Pick<Access, 'permissionSets'>;
  readonly organization: Organization | undefined;
  /** Absent where there is no file that can be read. */
  readonly read?: ReadPolicies | undefined;
  /** Absent where the estate does not ask for them, or there is no file that can be read. */
  readonly roles?: AwsRoles | undefined;
}

const known = new WeakMap<DocumentsPlan, PolicyDocuments>();

/** Plan of an estate, as far as its documents are concerned. */
interface DocumentsPlan {
  readonly estate: { readonly access?: Pick<Access, 'permissionSets'> };
  readonly access?: { readonly organization: Organization };
  readonly awsPolicies: ReadPolicies | undefined;
  readonly awsRoles: AwsRoles | undefined;
}

/** Documents that the estate of a plan refers to. */
export function documentsOf(plan: DocumentsPlan): PolicyDocuments {
  return kept(known, plan, () => {
    const { estate, access, awsPolicies: read, awsRoles: roles } = plan;
    const { access: written = { permissionSets: [] } } = estate;
    return policyDocuments({ access: written, organization: access?.organization, read, roles });
  });
}

/** Documents of `aws-policies.json`, by which account they bind. Without the file, every account may be bound by anything. */
export function policyDocuments({ access, organization, read, roles: readRoles }: Referring): PolicyDocuments {
  const { reasons, controlsNotRead, inventoryOf, ...documents } = sharedDocuments(organization, read);
  const roles = readRoles && inventoryOf(readRoles);
  const unreadPolicies = managedPoliciesOf(access).filter((name) => documents.managed(name) === undefined);
  return {
    ...documents,
    ...(roles && { roles }),
    notRead: [
      ...unreadPolicies.map((name) => `the AWS managed policy ${name} (${reasons.get(name) ?? UNREAD.reason})`),
      ...controlsNotRead,
      ...(roles?.notRead ?? []),
    ],
  };
}

type SharedDocuments = ReturnType<typeof readDocuments>;

const shared = new WeakMap<object, { readonly about: string; readonly documents: SharedDocuments }>();

/** The same again for equal files: nearly always both sides of a comparison have them, and what one found out is known to both. */
function sharedDocuments(organization: Organization | undefined, read: ReadPolicies | undefined): SharedDocuments {
  if (read === undefined || organization === undefined) return readDocuments(organization, read);
  const about = JSON.stringify(boundPlaces(organization));
  const known = shared.get(read.policies);
  const documents = known?.about === about ? known.documents : readDocuments(organization, read);
  shared.set(read.policies, { about, documents });
  return documents;
}

/** What documents take of an organization. */
function boundPlaces({ id, managementAccountId, partition, region, accounts }: Organization): unknown {
  return [id, managementAccountId, partition, region, accounts.map((one) => [one.id, one.name, one.ou.lineage])];
}

function readDocuments(organization: Organization | undefined, read: ReadPolicies | undefined) {
  const managed = new Map(read?.policies.managedPolicies.map(({ name, document }) => [name, document]));
  const places = new Map<Statement, Path>();
  const scps = new ControlLevels(SCPS, read?.policies.serviceControlPolicies, places);
  const rcps = new ControlLevels(RCPS, read?.policies.resourceControlPolicies, places);
  const documents = {
    managed: (policy: string) => managed.get(managedName(policy)) ?? WITHOUT_SNAPSHOT.managed(policy),
    scps: (account: string) => scps.of(account, organization),
    rcps: (account: string) => rcps.of(account, organization),
    placeOf: (statement: Statement) => {
      const at = places.get(statement);
      return at && read?.placeOf(at);
    },
  };
  const inventories = new WeakMap<AwsRoles, RoleInventory>();
  return {
    ...documents,
    reasons: new Map(read?.policies.notRead?.map(({ name, reason }) => [name, reason])),
    controlsNotRead: [...scps.notRead(), ...rcps.notRead()],
    inventoryOf: (roles: AwsRoles): RoleInventory | undefined => {
      if (organization === undefined) return undefined;
      return kept(inventories, roles, () => new RoleInventory(roles, { ...documents, organization }));
    },
  };
}

interface ControlType {
  readonly key: 'serviceControlPolicies' | 'resourceControlPolicies';
  readonly words: string;
  /** The same of one. */
  readonly one: string;
  /** Statements as they bind. */
  readonly binding: (statements: readonly Statement[]) => readonly Statement[];
}

const SCPS: ControlType = {
  key: 'serviceControlPolicies',
  words: 'service control policies',
  one: 'a service control policy',
  binding: ofScps,
};
const RCPS: ControlType = {
  key: 'resourceControlPolicies',
  words: 'resource control policies',
  one: 'a resource control policy',
  binding: ofRcps,
};

const UNREAD = { state: 'not read', reason: 'npx --no entra-aws snapshot reads it' } as const;
const UNBOUND: Levels = [];

/** Policies of one type at each level. Neither binds the management account (AWS Organizations User Guide, 'SCPs', 'RCPs'). */
class ControlLevels {
  private readonly byTarget = new Map<string, Statement[]>();
  private readonly byKey = new Map<string, Levels>();

  constructor(
    private readonly type: ControlType,
    private readonly read: ReadControlPolicies = UNREAD,
    places: Map<Statement, Path>,
  ) {
    if (this.read.state !== 'read') return;
    for (const [index, { name, targets, document }] of this.read.policies.entries()) {
      const statements = type.binding(parsePolicy(document, `the policy ${name} of the organization`));
      for (const one of statements) {
        places.set(one, [type.key, 'policies', index, 'document', 'Statement', one.index]);
      }
      for (const target of targets) this.byTarget.set(target, [...(this.byTarget.get(target) ?? []), ...statements]);
    }
  }

  of(id: string, organization: Organization | undefined): Levels {
    if (this.read.state === 'not enabled' || id === organization?.managementAccountId) return UNBOUND;
    const account = organization?.accountById.get(id);
    if (this.read.state === 'not read' || account === undefined) return kept(this.byKey, '', () => [this.unread('')]);
    const own = this.byTarget.has(id) ? id : '';
    return kept(this.byKey, [...account.ou.lineage, own].join(), () => [
      ...account.ou.lineage.map((unit) => this.level(unit)),
      this.level(id),
    ]);
  }

  notRead(): readonly string[] {
    return this.read.state === 'not read' ? [`${this.type.words} (${this.read.reason})`] : [];
  }

  /** AWS lets no level be without a policy: one that seems to be was not read as it is. */
  private level(target: string): readonly Statement[] {
    return this.byTarget.get(target) ?? this.unread(` of ${target}`);
  }

  private unread(where: string): readonly Statement[] {
    return this.type.binding(unread(`${this.type.one}${where}`));
  }
}

/**
 * Services whose actions resource control policies apply to, by the prefix of the actions (AWS Organizations User Guide, 'List of
 * AWS services that support RCPs', as of 26 September 2026).
 */
const RCP_SERVICES: readonly string[] = [
  'aoss',
  'appconfig',
  'appstream',
  'autoscaling',
  'autoscaling-plans',
  'budgets',
  'clouddirectory',
  'cloudfront',
  'cloudsearch',
  'cloudtrail-data',
  'codeartifact',
  'codebuild',
  'codecommit',
  'codepipeline',
  'cognito-identity',
  'cognito-idp',
  'comprehend',
  'comprehendmedical',
  'compute-optimizer',
  'cost-optimization-hub',
  'dax',
  'dsql',
  'dynamodb',
  'ecr',
  'ecr-public',
  'events',
  'firehose',
  'fis',
  'fms',
  'gamelift',
  'health',
  'inspector-scan',
  'kendra',
  'kinesisvideo',
  'kms',
  'logs',
  'memorydb',
  'networkmonitor',
  'notifications',
  'opensearch',
  'pca-connector-ad',
  'personalize',
  'polly',
  'pricing',
  'resource-groups',
  'rolesanywhere',
  's3',
  'secretsmanager',
  'servicediscovery',
  'signin',
  'sqs',
  'sts',
  'support',
  'swf',
  'textract',
  'timestream-influxdb',
  'transcribe',
  'transfer',
  'translate',
  'wafv2',
  'workspaces',
  'xray',
];

/** Actions of these services that RCPs don't apply to ('Resources and entities not restricted by RCPs'). */
const RCP_EXEMPT: readonly string[] = ['kms:RetireGrant'];

const BOUND_ACTIONS: Region = subtract(
  anyOf(RCP_SERVICES.map((service) => globOf(`${service}:*`))),
  anyOf(RCP_EXEMPT.map((action) => globOf(action.toLowerCase()))),
);

/** A service control policy that was not read may take anything away: that says as much as that it may not allow it. */
function ofScps(statements: readonly Statement[]): readonly Statement[] {
  const isUnread = ({ boxes }: Statement): boolean =>
    boxes.some(({ when }) => literalsOf(when).some(({ kind }) => kind === 'unread'));
  return statements.flatMap((one) => (one.effect === 'Allow' && isUnread(one) ? FULL_ACCESS : [one]));
}

/**
 * Resource control policies allow everything, since `RCPFullAWSAccess` can't be detached and others can only deny; what they deny
 * are actions that they apply to.
 */
function ofRcps(statements: readonly Statement[]): readonly Statement[] {
  const denials = statements
    .filter(({ effect }) => effect === 'Deny')
    .map((statement) => ({
      ...statement,
      boxes: statement.boxes.flatMap((box) => {
        const actions = intersect(box.actions, BOUND_ACTIONS);
        return actions.length === 0 ? [] : [{ ...box, actions }];
      }),
    }));
  return [...FULL_ACCESS, ...denials];
}

const FULL_ACCESS = parsePolicy({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, 'RCPFullAWSAccess');
