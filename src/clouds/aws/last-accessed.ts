import {
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  type GetServiceLastAccessedDetailsResponse,
  IAMClient,
  paginateListRoles,
  type ServiceLastAccessed,
} from '@aws-sdk/client-iam';
import type { Held, ReadUse, RoleUse, ServiceUse } from '../../estate/plan/explanation/unused';
import type { ReadingOptions } from '../reading';
import { AccountCredentials } from './account-credentials';
import { callAws, readAws, readEach, readPages, required } from './aws-call';
import { awsConfig } from './aws-config';
import { reasonOf } from './organization/read-policies';
import { lookSeconds, WAITING } from './waiting';

interface UseOptions extends ReadingOptions {
  readonly region: string;
  readonly partition: string;
  /** Role to assume in accounts other than the caller's. @default those are not read */
  readonly role: string | undefined;
}

/** Path of the roles that IAM Identity Center makes ('Referencing permission sets in resource policies'). */
const PATH = '/aws-reserved/sso.amazonaws.com/';

/** Reads the use of permission sets in accounts, account by account. Never throws: what can't be read says why. */
export async function readUses(
  held: readonly Held[],
  options: UseOptions,
  clientOf: (account: string) => Promise<IAMClient> = clientsOf(options),
): Promise<(held: Held) => ReadUse> {
  const byAccount = [...Map.groupBy(held, ({ account }) => account.id)];
  const found = new Map<string, ReadUse>();
  const read = async ([account, its]: (typeof byAccount)[number]): Promise<void> => {
    const sets = its.map(({ set }) => set);
    for (const [set, use] of await usesIn(account, sets, clientOf)) found.set(`${account} ${set}`, use);
  };
  await readEach(byAccount, read, { ...options, told: (done) => `${done} of ${byAccount.length} accounts` });
  return ({ set, account }) => found.get(`${account.id} ${set}`) ?? { unknown: 'it was not read' };
}

function clientsOf({ region, partition, role }: UseOptions): (account: string) => Promise<IAMClient> {
  const accounts = new AccountCredentials({
    ...{ partition, region, sessionName: 'entra-aws-explain' },
    roleIn: (_, caller) => {
      if (role !== undefined) return role;
      throw new Error(`not read: the credentials belong to account ${caller}; --role names a role for the others`);
    },
  });
  return async (account) => new IAMClient({ ...awsConfig(region), credentials: await accounts.of(account) });
}

interface Role {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
}

type Uses = readonly (readonly [set: string, use: ReadUse])[];

async function usesIn(
  account: string,
  sets: readonly string[],
  clientOf: (account: string) => Promise<IAMClient>,
): Promise<Uses> {
  const opened = await readAws(async () => {
    const client = await clientOf(account);
    return { client, roles: await readRoles(client) };
  });
  if (opened.state !== 'known') return sets.map((set) => [set, { unknown: reasonOf(opened) }]);
  const { client, roles } = opened.value;
  const uses: [string, ReadUse][] = [];
  // IAM makes one report of a role at a time, and limits how many are asked for.
  for (const set of sets) uses.push([set, await useOf(client, set, roles)]);
  return uses;
}

async function readRoles(client: IAMClient): Promise<readonly Role[]> {
  const call = { action: 'iam:ListRoles', subject: 'the roles of permission sets' };
  const roles = await readPages(call, paginateListRoles({ client }, { PathPrefix: PATH }), (page) => page.Roles);
  return roles.map(({ RoleName, Arn, CreateDate }) => ({
    name: required(RoleName, call, 'RoleName'),
    arn: required(Arn, call, 'Arn'),
    created: required(CreateDate, call, 'CreateDate'),
  }));
}

async function useOf(client: IAMClient, set: string, roles: readonly Role[]): Promise<ReadUse> {
  const [role, ...others] = roles.filter(({ name }) => /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(name)?.[1] === set);
  if (role === undefined) return { unknown: 'there is no role of the set' };
  if (others.length > 0) return { unknown: 'there are several roles of that name' };
  const reading = await readAws(() => readReport(client, role));
  return reading.state === 'known' ? reading.value : { unknown: reasonOf(reading) };
}

/** Looks at a report before it is given up: two minutes. */
const LOOKS = 25;

async function readReport(client: IAMClient, { arn: Arn, created }: Role): Promise<RoleUse> {
  const call = { action: 'iam:GenerateServiceLastAccessedDetails', subject: `the last use of ${Arn}` };
  const start = new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity: 'ACTION_LEVEL' });
  const JobId = required((await callAws(call, () => client.send(start))).JobId, call, 'JobId');
  const first = await finished(client, JobId);
  const services = [...(first.ServicesLastAccessed ?? [])];
  for (let page = first; page.IsTruncated === true;) {
    page = await readPage(client, { JobId, Marker: required(page.Marker, GET, 'Marker') });
    services.push(...(page.ServicesLastAccessed ?? []));
  }
  return {
    created,
    services: new Map(services.map((one) => [required(one.ServiceNamespace, GET, 'ServiceNamespace'), useIn(one)])),
  };
}

const GET = { action: 'iam:GetServiceLastAccessedDetails', subject: 'when a role was last used' };

function readPage(
  client: IAMClient,
  input: { readonly JobId: string; readonly Marker?: string },
): Promise<GetServiceLastAccessedDetailsResponse> {
  return callAws(GET, () => client.send(new GetServiceLastAccessedDetailsCommand(input)));
}

async function finished(client: IAMClient, JobId: string): Promise<GetServiceLastAccessedDetailsResponse> {
  for (let looks = 1; ; looks += 1) {
    const page = await readPage(client, { JobId });
    if (page.JobStatus === 'COMPLETED') return page;
    if (page.JobStatus === 'FAILED') throw new Error(`IAM made no report: ${page.Error?.Message ?? 'it says no more'}`);
    if (looks >= LOOKS) throw new Error('IAM has not finished the report after two minutes');
    await WAITING.pause(lookSeconds(looks));
  }
}

function useIn({ LastAuthenticated: last, TrackedActionsLastAccessed: tracked }: ServiceLastAccessed): ServiceUse {
  const actions = tracked?.flatMap(({ ActionName: name, LastAccessedTime: time }) =>
    name === undefined ? [] : [[name.toLowerCase(), time] as const],
  );
  return { ...(last !== undefined && { last }), ...(actions !== undefined && { actions: new Map(actions) }) };
}
