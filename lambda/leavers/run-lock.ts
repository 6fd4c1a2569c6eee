import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';

/** Row of the lock in the audit table; ids of users are never so. */
const KEY = { userId: 'lock', step: 'run' } as const;

/** Time that a lock outlives its run, whose clock may differ from the next one's. */
const MARGIN_MS = 60_000;

const Held = z.object({ heldUntil: z.string() });

/** Result of taking the lock. */
type Taken = { readonly isTaken: true } | { readonly isTaken: false; readonly until: string };

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

  /** Takes the lock for as long as the run may last. */
  async take(now: Date, lastsMs: number): Promise<Taken> {
    const heldUntil = new Date(now.getTime() + lastsMs + MARGIN_MS).toISOString();
    try {
      await this.write({
        UpdateExpression: 'SET heldUntil = :until, holder = :holder',
        // An attempt that is repeated, since its answer was lost, finds its own.
        ConditionExpression: 'attribute_not_exists(heldUntil) OR heldUntil < :now OR holder = :holder',
        ExpressionAttributeValues: { ':until': heldUntil, ':now': now.toISOString(), ':holder': this.holder },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return { isTaken: true };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { isTaken: false, until: untilOf(error) };
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

/** The error has the row as the table keeps it. */
function untilOf({ Item }: ConditionalCheckFailedException): string {
  return Held.safeParse({ heldUntil: Item?.['heldUntil']?.S }).data?.heldUntil ?? 'it ends';
}
