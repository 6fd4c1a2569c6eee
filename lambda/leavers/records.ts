import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  paginateQuery,
  paginateScan,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Leaver } from './decide';
import type { Observation } from './people';

const Seen = z.object({
  userId: z.string(),
  userName: z.string(),
  absence: z.enum(['disabled', 'unknown to Entra ID']),
  since: z.iso.datetime(),
  isRemoving: z.boolean(),
});

/** What the runs remember: since when somebody is gone, and each step of a removal. */
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

  /**
   * Does a step, with a record before it and one after it. A step that is repeated keeps the times of its first record.
   */
  async audited(leaver: Leaver, step: string, task: () => Promise<void>): Promise<void> {
    await this.note(leaver.id, step, {
      plannedAt: new Date().toISOString(),
      userName: leaver.userName,
      absence: leaver.absence,
    });
    await task();
    await this.note(leaver.id, step, { doneAt: new Date().toISOString() });
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
      for (const { step } of Items ?? []) await this.note(userId, String(step), { doneAt: new Date().toISOString() });
    }
    await this.forget(userId);
  }

  private async note(userId: string, step: string, values: Readonly<Record<string, string>>): Promise<void> {
    const names = Object.keys(values);
    const command = new UpdateCommand({
      TableName: this.tables.audit,
      Key: { userId, step },
      UpdateExpression: `SET ${names.map((name) => `#${name} = if_not_exists(#${name}, :${name})`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
    });
    await this.client.send(command);
  }
}
