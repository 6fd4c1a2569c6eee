import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  paginateQuery,
  paginateScan,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { randomUUID } from 'node:crypto';
import type { Interruption, Leaver } from './decide';
import type { Observation } from './people';

const Seen = z.object({
  userId: z.string(),
  userName: z.string(),
  absence: z.enum(['disabled', 'unknown to Entra ID']),
  since: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  sightings: z.number().int().min(1),
  removal: z.string().exactOptional(),
});

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
    await this.client.send(new PutCommand({ TableName: this.tables.observations, Item: { ...observation } }));
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

  /** Notes how many people are in Entra ID, and how many users in the Identity Store. */
  async noteRun(at: Date, counts: { readonly entra: number; readonly users: number }): Promise<void> {
    await this.note({ userId: RUNS, step: at.toISOString() }, counts);
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
  async steps({ userId, removal }: Interruption): Promise<readonly RecordedStep[]> {
    const prefix = `${removal}#`;
    return (await this.stepsOf(userId)).flatMap((one) =>
      one.step.startsWith(prefix) ? [{ ...one, step: one.step.slice(prefix.length) }] : [],
    );
  }

  /** Closes the records of steps that AWS did although the run that asked for them ended. */
  async close(userId: string): Promise<void> {
    for (const { step, doneAt } of await this.stepsOf(userId)) {
      if (doneAt === undefined) await this.note({ userId, step }, { doneAt: new Date().toISOString() });
    }
    await this.forget(userId);
  }

  private async stepsOf(userId: string): Promise<readonly RecordedStep[]> {
    const input = {
      TableName: this.tables.audit,
      KeyConditionExpression: 'userId = :user',
      ExpressionAttributeValues: { ':user': userId },
      ConsistentRead: true,
    };
    const found: RecordedStep[] = [];
    for await (const { Items } of paginateQuery({ client: this.client }, input)) {
      found.push(...(Items ?? []).map((item) => Step.parse(item)));
    }
    return found;
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

/** Row of the lock in the audit table; ids of users are never so. */
const KEY = { userId: 'lock', step: 'run' } as const;

/** Time that a lock outlives its run, whose clock may differ from the next one's. */
const MARGIN_MS = 60_000;

/**
 * Keeps runs from overlapping: two at once would count to the limit apart. A row of the audit table is taken by a conditional write,
 * given back at the end, and free again by itself once a run that was killed can't be at work any more.
 */
export class RunLock {
  private readonly client: DynamoDBDocumentClient;
  private readonly holder = randomUUID();

  constructor(
    private readonly table: string,
    region: string,
  ) {
    this.client = DynamoDBDocumentClient.from(new DynamoDBClient({ region, maxAttempts: 8 }));
  }

  /** Takes the lock for as long as the run may last. @returns where another run has it, until when */
  async take(now: Date, lastsMs: number): Promise<string | undefined> {
    const heldUntil = new Date(now.getTime() + lastsMs + MARGIN_MS).toISOString();
    try {
      await this.write({
        UpdateExpression: 'SET heldUntil = :until, holder = :holder',
        // An attempt that is repeated, since its answer was lost, finds its own.
        ConditionExpression: 'attribute_not_exists(heldUntil) OR heldUntil < :now OR holder = :holder',
        ExpressionAttributeValues: { ':until': heldUntil, ':now': now.toISOString(), ':holder': this.holder },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // The error has the row as the table keeps it.
      return error.Item?.['heldUntil']?.S ?? 'it ends';
    }
  }

  /** Gives the lock back, unless it was over and another run has it. */
  async release(): Promise<void> {
    try {
      await this.write({
        UpdateExpression: 'REMOVE heldUntil, holder',
        ConditionExpression: 'holder = :holder',
        ExpressionAttributeValues: { ':holder': this.holder },
      });
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  private async write(update: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<void> {
    await this.client.send(new UpdateCommand({ TableName: this.table, Key: KEY, ...update }));
  }
}
