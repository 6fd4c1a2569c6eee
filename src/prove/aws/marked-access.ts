import { App, Stack } from 'aws-cdk-lib';
import { AssignmentResources } from '../../../constructs/aws/access/assignments';
import { type Instance, PermissionSets } from '../../../constructs/aws/access/permission-sets';
import type { Template } from '../../../constructs/aws/access/kept';
import type { AccessStack } from '../../estate/sections/access/plan/access-plan';
import { planEstate } from '../../estate/plan/estate-plan';
import {
  ESTATE_FILE,
  type EstateFolder,
  ORGANIZATION_FILE,
  PLACEMENT_FILE,
  withTexts,
} from '../../estate/source/estate-folder';
import { formatFinding, hasErrors } from '../../estate/source/finding';
import { AccountId, PrincipalId, readId } from '../../estate/source/ids';
import type { OrganizationFile } from '../../estate/source/organization';
import { daysLater } from '../marked-estate';

/** States of the access, in the order in which they are deployed. */
export type AccessStage = 'first' | 'changed' | 'reduced';

/** An instance of IAM Identity Center, and the account in which its permission sets are assigned. */
export interface AccessPlace {
  /** Account of the credentials. */
  readonly account: string;
  readonly region: string;
  readonly instanceArn: string;
  readonly identityStoreId: string;
}

/** Ids in the identity store of the group and the user to whom the sets are assigned. */
export interface Principals {
  readonly group: string;
  readonly user: string;
}

/** Access that is made to be deployed, changed and destroyed. All that it makes has `mark` in its name. */
export interface MarkedAccess extends AccessPlace {
  /** `prove-` and 8 hexadecimal digits; the name of the stack. */
  readonly mark: string;
  readonly day: string;
  /** Undefined where the identity store takes none: then no set is assigned. */
  readonly principals: Principals | undefined;
}

export const groupName = (mark: string): string => `${mark} people`;
export const userName = (mark: string): string => `${mark}-person`;

/** Name of the account in the plan: the real one is not asked for. */
const ACCOUNT = 'sandbox';

/** The stack of a stage as the product plans it. @throws Error if the estate that is written here has errors */
export function planAccess(access: MarkedAccess, stage: AccessStage): AccessStack {
  const folder = folderOf(access, stage);
  const placement = planEstate(folder).access?.placement.text;
  const placed = placement === undefined ? folder : withTexts(folder, { [PLACEMENT_FILE]: placement });
  const { findings, access: plan } = planEstate(placed);
  const [stack] = plan?.stacks ?? [];
  if (hasErrors(findings) || stack === undefined) throw new Error(findings.map(formatFinding).join('\n'));
  return stack;
}

/** The template of a stack, by the product's own constructs, with its assignments beside its permission sets. */
export function templateOf(name: string, plan: AccessStack, { instance, folder }: TemplateOptions): MarkedTemplate {
  const app = new App({ analyticsReporting: false, outdir: folder });
  const stack = new Stack(app, name);
  const { byName } = new PermissionSets(stack, 'PermissionSets', { instance, definitions: plan.permissionSets });
  const resources = new AssignmentResources(stack, 'Assignments');
  for (const placed of plan.shards.flatMap(({ assignments }) => assignments)) {
    const permissionSetArn: unknown = stack.resolve(byName.get(placed.assignment.permissionSet)?.permissionSetArn);
    resources.add(placed, { instanceArn: instance.arn, permissionSetArn, isAdopted: false });
  }
  // Without the parameter and the rule that ask for a bootstrap of the CDK, of which nothing is needed.
  const { Resources = {} } = app.synth().getStackByName(name).template as Template;
  return { Description: 'Made by npx tsx scripts/prove.ts.', Resources };
}

interface MarkedTemplate extends Template {
  readonly Description: string;
}

/** Words for logical ids, which have ids of account and principal in them: `set-policies`, `GROUP-with-policies`. */
export function labelsOf({ Resources = {} }: Template, mark: string): ReadonlyMap<string, string> {
  const all = Object.entries(Resources).map(([id, { Properties = {} }]) => ({ id, Properties }));
  const sets = all.flatMap(({ id, Properties: { Name } }) =>
    typeof Name === 'string' ? [[id, Name.slice(mark.length + 1)] as const] : [],
  );
  const assignments = all.flatMap(({ id, Properties: { PrincipalType, PermissionSetArn } }) => {
    if (typeof PrincipalType !== 'string') return [];
    const [, set = ''] = sets.find(([setId]) => JSON.stringify(PermissionSetArn).includes(setId)) ?? [];
    return [[id, `${PrincipalType}-with-${set}`] as const];
  });
  return new Map([...sets.map(([id, name]) => [id, `set-${name}`] as const), ...assignments]);
}

interface TemplateOptions {
  readonly instance: Instance;
  /** Folder that the synthesis writes to. */
  readonly folder: string;
}

function folderOf(access: MarkedAccess, stage: AccessStage): EstateFolder {
  const texts: Readonly<Record<string, string>> = {
    [ESTATE_FILE]: estateText(access, stage),
    [ORGANIZATION_FILE]: JSON.stringify(organizationOf(access)),
  };
  const read: EstateFolder['read'] = (path) => {
    const text = texts[path];
    return text === undefined ? { kind: 'missing' } : { kind: 'text', text };
  };
  return { name: access.mark, label: `estates/${access.mark}`, latestDay: access.day, read };
}

/** As if the account were all of the organization, of which nothing else is asked. */
function organizationOf(access: MarkedAccess): OrganizationFile {
  const { mark, region, instanceArn, identityStoreId, principals } = access;
  const [id, parentId] = [readId(AccountId, access.account), 'r-prov'];
  const group = (name: string) => ({ id: readId(PrincipalId, name), displayName: groupName(mark) });
  const user = (name: string) => ({ id: readId(PrincipalId, name), userName: userName(mark) });
  return {
    version: 1,
    organization: { id: 'o-provenaccess', rootId: parentId, managementAccountId: id },
    identityCenter: { instanceArn, identityStoreId, region },
    organizationalUnits: [],
    accounts: [{ id, parentId, name: ACCOUNT, email: 'prove@example.com', state: 'ACTIVE', tags: {} }],
    groups: principals === undefined ? [] : [group(principals.group)],
    users: principals === undefined ? [] : [user(principals.user)],
  };
}

/** Text of `estate.yaml`. Its policies allow no more than to read, to those who can't sign in. */
function estateText(access: MarkedAccess, stage: AccessStage): string {
  const { mark, principals } = access;
  const plain = `
    - name: ${mark}-plain
      description: Made to be proven.
      managedPolicies: [job-function/ViewOnlyAccess]`;
  return `apiVersion: entra-aws-identity/v1
access:
  deployFrom: management
  permissionSets:
    - name: ${mark}-policies
${stage === 'first' ? firstProperties(mark) : changedProperties(mark)}${stage === 'reduced' ? '' : plain}
  grants:${principals === undefined ? ' []' : grantsText(access, stage)}
`;
}

const firstProperties = (mark: string): string => `
      description: Made to be proven.
      sessionDuration: PT4H
      relayState: https://console.aws.amazon.com/iam/
      managedPolicies: [job-function/ViewOnlyAccess]
      inlinePolicy:
        Version: '2012-10-17'
        Statement: [{ Sid: ListBuckets, Effect: Allow, Action: ['s3:ListAllMyBuckets'], Resource: '*' }]
      permissionsBoundary: { managedPolicy: ReadOnlyAccess }
      tags: { proof: ${mark}, stage: first }`;

const changedProperties = (mark: string): string => `
      description: Made to be proven, and changed.
      sessionDuration: PT2H
      relayState: https://console.aws.amazon.com/cloudformation/
      managedPolicies: [job-function/ViewOnlyAccess, IAMReadOnlyAccess]
      inlinePolicy:
        Version: '2012-10-17'
        Statement:
          - Sid: ReadBuckets
            Effect: Allow
            Action: ['s3:ListAllMyBuckets', 's3:GetBucketLocation']
            Resource: '*'
      permissionsBoundary: { managedPolicy: job-function/ViewOnlyAccess }
      tags: { proof: ${mark}, stage: changed }`;

/** A set each: assignments of one set wait for each other in the order of ids, which are chance. */
function grantsText({ mark, day }: MarkedAccess, stage: AccessStage): string {
  const accounts = `accounts: { include: [{ name: ${ACCOUNT} }] }`;
  const toUser = `
    - user: ${userName(mark)}
      reason: Made to be proven.
      until: ${daysLater(day, 30)}
      permissionSets: [${mark}-plain]
      ${accounts}`;
  return `
    - group: ${groupName(mark)}
      permissionSets: [${mark}-policies]
      ${accounts}${stage === 'reduced' ? '' : toUser}`;
}
