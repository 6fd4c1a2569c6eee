import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  paginateQuery,
  paginateScan,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Leaver } from './decide';
import type { Observation } from './people';

/** Releases before the runs were counted wrote neither `sightings` nor `lastSeen`: one run is certain, the first. */
const Seen = z
  .object({
    userId: z.string(),
    userName: z.string(),
    absence: z.enum(['disabled', 'unknown to Entra ID']),
    since: z.iso.datetime(),
    isRemoving: z.boolean(),
    lastSeen: z.iso.datetime().optional(),
    sightings: z.number().int().min(1).optional(),
    removal: z.string().optional(),
  })
  .transform(({ isRemoving, removal, lastSeen, sightings, ...seen }): Observation => ({
    ...seen,
    lastSeen: lastSeen ?? seen.since,
    sightings: sightings ?? 1,
    ...(isRemoving && { removal: removal ?? seen.since }),
  }));

const Step = z.object({ step: z.string(), doneAt: z.string().optional(), groupId: z.string().optional() });

/** A step of a removal, as it is on record. */
export type RecordedStep = z.infer<typeof Step>;

/** A step of a removal that is to be done. */
export interface PlannedStep {
  readonly leaver: Leaver;
  readonly name: string;
  /** Details that the name does not say. */
  readonly detail?: Readonly<Record<string, string>>;
}

/** Knowledge of a run about both sides. */
export interface RunRecord {
  readonly at: Date;
  /** People in Entra ID. */
  readonly entra: number;
  /** Users of the Identity Store. */
  readonly users: number;
}

/** Partition of the runs in the audit table; ids of users are never so. */
const RUNS = 'run';

const LastRun = z.object({ entra: z.number() });

/** Memory of the runs: since when somebody is gone, each step of a removal, and each run that trusted what it read. */
export class Records {
  private readonly client: DynamoDBDocumentClient;

  constructor(
    private readonly tables: { readonly observations: string; readonly audit: string },
    region: string,
  ) {
    this.client = DynamoDBDocumentClient.from(new DynamoDBClient({ region, maxAttempts: 8 }));
  }

  async observations(): Promise<readonly Observation[]> {
    const found: Observation[] = [];
    const input = { TableName: this.tables.observations, ConsistentRead: true };
    for await (const { Items } of paginateScan({ client: this.client }, input)) {
      found.push(...(Items ?? []).map((item) => Seen.parse(item)));
    }
    return found;
  }

  async remember(observation: Observation): Promise<void> {
    const Item = { ...observation, isRemoving: observation.removal !== undefined };
    await this.client.send(new PutCommand({ TableName: this.tables.observations, Item }));
  }

  async forget(userId: string): Promise<void> {
    await this.client.send(new DeleteCommand({ TableName: this.tables.observations, Key: { userId } }));
  }

  /** People in Entra ID by the last run that trusted its answer; undefined before the first. */
  async lastSize(): Promise<number | undefined> {
    const { Items: [last] = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.tables.audit,
        KeyConditionExpression: 'userId = :runs',
        ExpressionAttributeValues: { ':runs': RUNS },
        ScanIndexForward: false,
        Limit: 1,
        ConsistentRead: true,
      }),
    );
    return last === undefined ? undefined : LastRun.parse(last).entra;
  }

  async noteRun({ at, entra, users }: RunRecord): Promise<void> {
    await this.note({ userId: RUNS, step: at.toISOString() }, { entra, users });
  }

  /**
   * Does a step, with a record before it and one after it. A step that is repeated keeps the times of its first record.
   */
  async audited({ leaver, name, detail = {} }: PlannedStep, task: () => Promise<void>): Promise<void> {
    const { id, userName, absence, observation } = leaver;
    const key = { userId: id, step: `${observation.removal ?? observation.since}#${name}` };
    await this.note(key, {
      plannedAt: new Date().toISOString(),
      userName,
      absence,
      since: observation.since,
      ...detail,
    });
    await task();
    await this.note(key, { doneAt: new Date().toISOString() });
  }

  /** Steps of a removal, those without `doneAt` perhaps done. */
  async steps({
    userId,
    removal,
  }: {
    readonly userId: string;
    readonly removal: string;
  }): Promise<readonly RecordedStep[]> {
    const input = {
      TableName: this.tables.audit,
      KeyConditionExpression: 'userId = :user AND begins_with(step, :removal)',
      ExpressionAttributeValues: { ':user': userId, ':removal': `${removal}#` },
      ConsistentRead: true,
    };
    const found: RecordedStep[] = [];
    for await (const { Items } of paginateQuery({ client: this.client }, input)) {
      found.push(...(Items ?? []).map((item) => Step.parse(item)));
    }
    return found.map((one) => ({ ...one, step: one.step.slice(`${removal}#`.length) }));
  }

  /** Closes the records of steps that AWS did although the run that asked for them ended. */
  async close(userId: string): Promise<void> {
    const input = {
      TableName: this.tables.audit,
      KeyConditionExpression: 'userId = :user',
      FilterExpression: 'attribute_not_exists(doneAt)',
      ExpressionAttributeValues: { ':user': userId },
      ConsistentRead: true,
    };
    for await (const { Items } of paginateQuery({ client: this.client }, input)) {
      for (const { step } of Items ?? []) {
        await this.note({ userId, step: String(step) }, { doneAt: new Date().toISOString() });
      }
    }
    await this.forget(userId);
  }

  private async note(
    Key: { readonly userId: string; readonly step: string },
    values: Readonly<Record<string, string | number>>,
  ): Promise<void> {
    const names = Object.keys(values);
    const command = new UpdateCommand({
      TableName: this.tables.audit,
      Key,
      UpdateExpression: `SET ${names.map((name) => `#${name} = if_not_exists(#${name}, :${name})`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
    });
    await this.client.send(command);
  }
}
