import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  IdentitystoreClient,
  paginateListUsers,
} from '@aws-sdk/client-identitystore';
import {
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  ListInstancesCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { GRAPH_ROLES } from '../../../apps/emulator/graph/auth/roles';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import { clientOf } from '../../support/apps/emulator/support/client';
import { TokenIssuer } from '../apps/emulator/support/issuer';
import { create, GRAPH_PRINCIPAL, register, user as entraUser } from '../apps/emulator/support/use-emulator';
import { finish, type Finished } from '../clouds/organization/run-snapshot';
import type { Moto } from '../../support/moto';
import { REPOSITORY } from '../../support/repository';

const ACCOUNT = '123456789012';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/sandbox-leavers`;

/** As the stack bundles it. */
export function bundleLeavers(folder: string): string {
  const outfile = join(folder, 'leavers.js');
  const args = ['lambda/leavers/main.ts', '--bundle', '--platform=node', '--target=node24', `--outfile=${outfile}`];
  const { status, stderr } = spawnSync(join(REPOSITORY, 'node_modules/.bin/esbuild'), args, {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return outfile;
}

/** STS as far as moto lacks it: it attests the role of the function. */
async function startSts(issuer: TokenIssuer): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      void issuer.token(new Date(), { sub: ROLE, aud: 'api://AzureADTokenExchange' }).then((token) => {
        const result = `<WebIdentityToken>${token}</WebIdentityToken><Expiration>2030-01-01T00:00:00Z</Expiration>`;
        response.setHeader('content-type', 'text/xml');
        response.end(
          `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetWebIdentityTokenResult>${result}</GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`,
        );
      });
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

export interface SeededUser {
  readonly id: string;
  readonly userName: string;
}

/** Two clouds with the same people in both, and the function as its stack configures it. */
export class LeaversWorld {
  readonly users: SeededUser[] = [];
  private constructor(
    readonly moto: Moto,
    readonly emulator: GraphEmulator,
    private readonly parts: {
      readonly issuer: TokenIssuer;
      readonly sts: Server;
      readonly clientId: string;
      readonly instanceArn: string;
      readonly storeId: string;
      readonly topicArn: string;
      readonly bundle: string;
    },
  ) {}

  static async start(moto: Moto, emulator: GraphEmulator, bundle: string): Promise<LeaversWorld> {
    const issuer = await TokenIssuer.start();
    const clientId = await trustedApplication(emulator, issuer);
    const { Instances: [instance] = [] } = await new SSOAdminClient(moto.client).send(new ListInstancesCommand({}));
    const topic = await new SNSClient(moto.client).send(new CreateTopicCommand({ Name: 'alarms' }));
    return new LeaversWorld(moto, emulator, {
      issuer,
      sts: await startSts(issuer),
      clientId,
      instanceArn: instance?.InstanceArn ?? '',
      storeId: instance?.IdentityStoreId ?? '',
      topicArn: topic.TopicArn ?? '',
      bundle,
    });
  }

  /** The same people in both clouds, all of them enabled. */
  async seed(count: number): Promise<void> {
    const client = new IdentitystoreClient(this.moto.client);
    const names = Array.from({ length: count }, (_, index) => `user-${String(index).padStart(4, '0')}`);
    const made = await pMap(
      names,
      async (name): Promise<SeededUser> => {
        const userName = `${name}@contosob2c.onmicrosoft.com`;
        const { UserId: id = '' } = await client.send(
          new CreateUserCommand({
            IdentityStoreId: this.parts.storeId,
            UserName: userName,
            DisplayName: name,
            Name: { GivenName: name, FamilyName: name },
          }),
        );
        this.put(id, userName);
        return { id, userName };
      },
      { concurrency: 16 },
    );
    this.users.push(...made);
    await this.provision(Object.fromEntries(made.map(({ id }) => [id, 'ENABLED'])));
  }

  /** In Entra ID, past its HTTP. */
  private put(id: string, userPrincipalName: string): void {
    this.emulator.directory.put('users', {
      id: objectId(id),
      userPrincipalName,
      displayName: id,
      accountEnabled: true,
    });
  }

  /** Somebody new in Entra ID, while a run may be asking it. */
  async create(name: string, names: Readonly<Record<string, readonly string[]>>): Promise<void> {
    await create(clientOf(this.emulator), '/v1.0/users', entraUser(name, names));
  }

  /** Deletes users in Entra ID, which disables them at AWS. */
  async leave(users: readonly SeededUser[]): Promise<void> {
    for (const { id } of users) this.emulator.directory.remove('users', objectId(id));
    await this.provision(Object.fromEntries(users.map(({ id }) => [id, 'DISABLED'])));
  }

  /** Restores users in Entra ID, which enables them at AWS. */
  async comeBack(users: readonly SeededUser[]): Promise<void> {
    for (const { id, userName } of users) this.put(id, userName);
    await this.provision(Object.fromEntries(users.map(({ id }) => [id, 'ENABLED'])));
  }

  /** Writes what provisioning would. */
  async provision(status: Readonly<Record<string, 'ENABLED' | 'DISABLED'>>): Promise<void> {
    const provisioned = Object.entries(status).map(([id, one]) => [id, { externalId: objectId(id), status: one }]);
    await this.moto.changeIdentities({ provisioned: Object.fromEntries(provisioned) as Record<string, never> });
  }

  /** Gives a user a direct assignment and a membership. */
  async grant(users: readonly SeededUser[]): Promise<void> {
    const { instanceArn: InstanceArn, storeId: IdentityStoreId } = this.parts;
    const admin = new SSOAdminClient(this.moto.client);
    const store = new IdentitystoreClient(this.moto.client);
    const { PermissionSet } = await admin.send(new CreatePermissionSetCommand({ InstanceArn, Name: 'ReadOnly' }));
    const { GroupId } = await store.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: 'Auditors' }));
    for (const { id } of users) {
      await admin.send(
        new CreateAccountAssignmentCommand({
          InstanceArn,
          PermissionSetArn: PermissionSet?.PermissionSetArn,
          PrincipalId: id,
          PrincipalType: 'USER',
          TargetId: ACCOUNT,
          TargetType: 'AWS_ACCOUNT',
        }),
      );
      await store.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId: id } }));
    }
  }

  /** Empty tables. */
  async resetTables(): Promise<void> {
    const client = new DynamoDBClient(this.moto.client);
    const user: KeySchemaElement = { AttributeName: 'userId', KeyType: 'HASH' };
    const step: KeySchemaElement = { AttributeName: 'step', KeyType: 'RANGE' };
    for (const [TableName, KeySchema] of [['observations', [user]] as const, ['audit', [user, step]] as const]) {
      await client.send(new DeleteTableCommand({ TableName })).catch(() => undefined);
      await client.send(
        new CreateTableCommand({
          TableName,
          KeySchema: [...KeySchema],
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: KeySchema.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' as const })),
        }),
      );
    }
  }

  /** Lets a user be seen gone on 40 days, this one the last. */
  async sawGone({ id, userName }: SeededUser): Promise<void> {
    const [since, lastSeen] = [daysAgo(40), daysAgo(0)];
    const Item = { userId: id, userName, absence: 'unknown to Entra ID', since, lastSeen, sightings: 40 };
    await this.documents.send(new PutCommand({ TableName: 'observations', Item }));
  }

  /** Lets so long pass that the lock of a run that was killed is over. */
  async outliveLock(): Promise<void> {
    await this.holdLock(daysAgo(1));
  }

  /** A run that is at work elsewhere until then. */
  async holdLock(heldUntil: string): Promise<void> {
    const Item = { userId: 'lock', step: 'run', holder: 'another', heldUntil };
    await this.documents.send(new PutCommand({ TableName: 'audit', Item }));
  }

  /** Rows about users; in the audit table are the runs and their lock too. */
  async rows(TableName: 'observations' | 'audit'): Promise<readonly Record<string, unknown>[]> {
    return (await this.all(TableName)).filter(({ userId }) => userId !== 'run' && userId !== 'lock');
  }

  /** Runs that trusted what they read. */
  async runs(): Promise<readonly Record<string, unknown>[]> {
    return (await this.all('audit')).filter(({ userId }) => userId === 'run');
  }

  private async all(TableName: string): Promise<readonly Record<string, unknown>[]> {
    return (await this.documents.send(new ScanCommand({ TableName }))).Items ?? [];
  }

  /** Ids of the users that the Identity Store has. */
  async storeIds(): Promise<ReadonlySet<string>> {
    const client = new IdentitystoreClient(this.moto.client);
    const ids = new Set<string>();
    for await (const { Users } of paginateListUsers({ client }, { IdentityStoreId: this.parts.storeId })) {
      for (const { UserId } of Users ?? []) if (UserId !== undefined) ids.add(UserId);
    }
    return ids;
  }

  /** Invokes the bundle in a process of its own, as Lambda does. */
  start(env: Readonly<Record<string, string>> = {}): ChildProcess {
    const { clientId, instanceArn, storeId, topicArn, bundle, sts } = this.parts;
    const invoke = `require(${JSON.stringify(bundle)}).handler({}, { getRemainingTimeInMillis: () => Number(process.env.TIME_LEFT ?? 900000) })`;
    return spawn(process.execPath, ['-e', invoke], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...this.moto.env,
        AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
        NODE_EXTRA_CA_CERTS: this.emulator.caFile,
        IDENTITY_STORE_ID: storeId,
        INSTANCE_ARN: instanceArn,
        OBSERVATIONS_TABLE: 'observations',
        AUDIT_TABLE: 'audit',
        TOPIC_ARN: topicArn,
        ESTATE: 'sandbox',
        TENANT_ID: this.emulator.tenant.id,
        CLIENT_ID: clientId,
        GRACE_PERIOD_DAYS: '30',
        MAX_PER_RUN: '10',
        MAX_SHARE: '5',
        SCHEDULE: 'daily',
        BREAK_GLASS_USERS: '',
        DELETE: 'false',
        LOGIN_ENDPOINT: this.emulator.tlsUrl,
        GRAPH_ENDPOINT: this.emulator.tlsUrl,
        ...env,
      },
    });
  }

  run(env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return finish(this.start(env));
  }

  async stop(): Promise<void> {
    await this.parts.issuer.stop();
    this.parts.sts.close();
  }

  private get documents(): DynamoDBDocumentClient {
    return DynamoDBDocumentClient.from(new DynamoDBClient(this.moto.client));
  }
}

/** By the clock that the function has too. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

/** The Entra object id of somebody, from the id in the Identity Store. */
export function objectId(id: string): string {
  return `00000000-${id.slice(-27)}`;
}

/** Creates what the workforce program would. */
async function trustedApplication(emulator: GraphEmulator, issuer: TokenIssuer): Promise<string> {
  const call = clientOf(emulator);
  const { applicationId, appId, principalId } = await register(call);
  await create(call, `/v1.0/servicePrincipals/${principalId}/appRoleAssignments`, {
    appRoleId: GRAPH_ROLES['User.Read.All'],
    principalId,
    resourceId: GRAPH_PRINCIPAL,
  });
  await create(call, `/v1.0/applications/${applicationId}/federatedIdentityCredentials`, {
    name: 'aws-leavers',
    issuer: issuer.url,
    subject: ROLE,
    audiences: ['api://AzureADTokenExchange'],
  });
  return appId;
}
