import { GetPolicyCommand, GetPolicyVersionCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  DescribePolicyCommand,
  type OrganizationsClient,
  paginateListPolicies,
  paginateListRoots,
  paginateListTargetsForPolicy,
} from '@aws-sdk/client-organizations';
import pMap from 'p-map';
import { z } from 'zod';
import {
  AWS_POLICIES_VERSION,
  AwsPolicies,
  MOST_DOCUMENT_CHARACTERS,
  type ReadManagedPolicy,
} from '../../../estate/source/aws-snapshots';
import { partitionOf } from '../../../estate/source/aws-regions';
import { compareText } from '../../../estate/source/finding';
import { parseQuietly } from '../../../estate/source/json-source';
import { type Reading, type Unread } from '../../reading';
import { callAws, readAws, readEach, readPages, required, unlessGone } from '../aws-call';
import type { AwsSource } from '../aws-clients';
import { awsConfig } from '../aws-config';
import { checkedFile } from './read-snapshot';

type ReadControls = z.input<typeof AwsPolicies>['serviceControlPolicies'];
type Document = ReadManagedPolicy['document'];

/** Clients that the policies are read with. */
type PolicySource = Pick<AwsSource, 'organizations' | 'concurrency' | 'onProgress'>;

interface Wanted {
  /** Region of IAM Identity Center. */
  readonly region: string;
  /** Paths and names of AWS managed policies. */
  readonly managed: readonly string[];
}

/**
 * Reads from AWS what `aws-policies.json` holds. What the caller may not read, or the file can't keep, is left out by name.
 *
 * @throws AwsCallError; Error where AWS answers what the file can't hold
 */
export async function readPolicies(
  source: PolicySource,
  wanted: Wanted,
  iam = new IAMClient(awsConfig(wanted.region)),
): Promise<AwsPolicies> {
  const managed = await readManaged({ ...source, iam }, wanted);
  const enabled = await refusable(() => readEnabledTypes(source.organizations));
  const controls = (type: ControlPolicyType): Promise<ReadControls> => readControls(source, type, enabled);
  const serviceControlPolicies = await controls('SERVICE_CONTROL_POLICY');
  const resourceControlPolicies = await controls('RESOURCE_CONTROL_POLICY');
  const notRead = managed.flatMap(({ name, reading }) =>
    reading.state === 'known' ? [] : [{ name, reason: reasonOf(reading) }],
  );
  return checkedFile(AwsPolicies, 'aws-policies.json', {
    version: AWS_POLICIES_VERSION,
    managedPolicies: managed.flatMap(({ reading }) => (reading.state === 'known' ? [reading.value] : [])),
    ...(notRead.length > 0 && { notRead }),
    serviceControlPolicies,
    resourceControlPolicies,
  });
}

/** Why something is 'not read', for its file. */
export function reasonOf(reading: Unread): string {
  return reading.state === 'denied' ? `AWS refuses ${reading.permission}` : reading.reason;
}

/** A document that the file can't keep. */
class UnkeptDocument extends Error {}

/** Reads something that the caller may not read, or the file not keep. @throws what is neither */
export async function refusable<T>(read: () => Promise<T>): Promise<Reading<T>> {
  let fault: unknown;
  const reading = await readAws(async () => {
    try {
      return await read();
    } catch (error) {
      fault = error;
      throw error;
    }
  });
  if (reading.state === 'failed' && !(fault instanceof UnkeptDocument)) throw fault;
  return reading;
}

async function readManaged(source: PolicySource & { readonly iam: IAMClient }, { region, managed }: Wanted) {
  const partition = partitionOf(region);
  const names = [...new Set(managed)].toSorted(compareText);
  const readOne = async (name: string) => {
    const found = await refusable(() => readManagedPolicy(source.iam, `arn:${partition}:iam::aws:policy/${name}`));
    const reading: Reading<ReadManagedPolicy> =
      found.state !== 'known'
        ? found
        : found.value === undefined
          ? { state: 'failed', reason: `no such policy in ${partition}` }
          : { state: 'known', value: { name, ...found.value } };
    return { name, reading };
  };
  return readEach(names, readOne, { ...source, told: (done) => `${done} of ${names.length} AWS managed policies` });
}

async function readManagedPolicy(
  client: IAMClient,
  PolicyArn: string,
): Promise<Omit<ReadManagedPolicy, 'name'> | undefined> {
  const found = await readDefaultVersion(client, PolicyArn);
  if (found === undefined) return undefined;
  const { version, encoded, CreateDate } = found;
  const changed = required(CreateDate, VERSION_OF(PolicyArn), 'CreateDate').toISOString().slice(0, 10);
  return { version, changed, document: readDocument(encoded, PolicyArn) };
}

const VERSION_OF = (arn: string) => ({ action: 'iam:GetPolicyVersion', subject: `the document of ${arn}` });

/** The default version of a policy, its document percent-encoded; undefined where there is no such policy. @throws AwsCallError */
export async function readDefaultVersion(client: IAMClient, PolicyArn: string) {
  const call = { action: 'iam:GetPolicy', subject: `the policy ${PolicyArn}` };
  const found = await unlessGone(callAws(call, () => client.send(new GetPolicyCommand({ PolicyArn }))));
  if (found === undefined) return undefined;
  const version = required(found.Policy?.DefaultVersionId, call, 'DefaultVersionId');
  const command = new GetPolicyVersionCommand({ PolicyArn, VersionId: version });
  const answer = await unlessGone(callAws(VERSION_OF(PolicyArn), () => client.send(command)));
  if (answer === undefined) return undefined;
  const { Document, CreateDate } = answer.PolicyVersion ?? {};
  return { version, CreateDate, encoded: required(Document, VERSION_OF(PolicyArn), 'Document') };
}

type ControlPolicyType = 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';

/** States of the types of policies that the organization uses. */
async function readEnabledTypes(client: OrganizationsClient): Promise<ReadonlyMap<string, string>> {
  const call = { action: 'organizations:ListRoots', subject: 'the root of the organization' };
  const [root] = await readPages(call, paginateListRoots({ client }, {}), (page) => page.Roots);
  return new Map(
    (root?.PolicyTypes ?? []).map(({ Type, Status }) => [
      required(Type, call, 'Type'),
      required(Status, call, 'Status'),
    ]),
  );
}

async function readControls(
  source: PolicySource,
  type: ControlPolicyType,
  enabled: Reading<ReadonlyMap<string, string>>,
): Promise<ReadControls> {
  if (enabled.state !== 'known') return { state: 'not read', reason: reasonOf(enabled) };
  const status = enabled.value.get(type);
  if (status === undefined) return { state: 'not enabled' };
  if (status !== 'ENABLED') return { state: 'not read', reason: `the type is ${status}` };
  const found = await refusable(() => readAttached(source, type));
  if (found.state !== 'known') return { state: 'not read', reason: reasonOf(found) };
  return { state: 'read', policies: [...found.value] };
}

type ControlPolicy = Extract<ReadControls, { readonly state: 'read' }>['policies'][number];

/** Policies of a type that are attached to something, sorted by id; without those deleted meanwhile. */
async function readAttached(source: PolicySource, Filter: ControlPolicyType): Promise<readonly ControlPolicy[]> {
  const { organizations: client, concurrency, onProgress } = source;
  const call = { action: 'organizations:ListPolicies', subject: `the policies of type ${Filter}` };
  const listed = await readPages(call, paginateListPolicies({ client }, { Filter }), (page) => page.Policies);
  onProgress(`${listed.length} policies of type ${Filter}`);
  const readOne = async ({ Id, Name }: (typeof listed)[number]): Promise<readonly ControlPolicy[]> => {
    const id = required(Id, call, 'Id');
    const targets = (await unlessGone(readTargets(client, id))) ?? [];
    const document = targets.length === 0 ? undefined : await unlessGone(readControl(client, id));
    return document === undefined ? [] : [{ id, name: required(Name, call, 'Name'), targets: [...targets], document }];
  };
  const read = await pMap(listed, readOne, { concurrency });
  return read.flat().toSorted((a, b) => compareText(a.id, b.id));
}

async function readTargets(client: OrganizationsClient, PolicyId: string): Promise<readonly string[]> {
  const call = { action: 'organizations:ListTargetsForPolicy', subject: `what the policy ${PolicyId} is attached to` };
  const pages = paginateListTargetsForPolicy({ client }, { PolicyId });
  const targets = await readPages(call, pages, (page) => page.Targets);
  return targets.map(({ TargetId }) => required(TargetId, call, 'TargetId')).toSorted(compareText);
}

async function readControl(client: OrganizationsClient, PolicyId: string): Promise<Document> {
  const call = { action: 'organizations:DescribePolicy', subject: `the policy ${PolicyId}` };
  const { Policy } = await callAws(call, () => client.send(new DescribePolicyCommand({ PolicyId })));
  return documentOf(required(Policy?.Content, call, 'Content'), PolicyId);
}

const DocumentText = z.record(z.string(), z.unknown());

/** A document as IAM answers it, percent-encoded. @throws what `refusable` takes for not read */
export function readDocument(encoded: string, policy: string): Document {
  return documentOf(decodeURIComponent(encoded), policy);
}

/** @throws UnkeptDocument */
function documentOf(text: string, policy: string): Document {
  if (text.length > MOST_DOCUMENT_CHARACTERS)
    throw new UnkeptDocument(
      `the document of ${policy} has ${text.length} characters; at most ${MOST_DOCUMENT_CHARACTERS} are kept`,
    );
  const parsed = DocumentText.safeParse(parseQuietly(text));
  if (parsed.success) return parsed.data;
  throw new UnkeptDocument(`the document of ${policy} is not a JSON object`);
}
