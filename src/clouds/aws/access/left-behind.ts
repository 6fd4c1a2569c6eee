import type { LeftBehind } from '../../facts/revocations';
import type { IdentityCenterClients } from '../aws-clients';
import { readExisting } from '../read-assignments';
import { readStackRecords } from '../read-stack-records';
import { readSetNames } from './owned-assignments';

type Clients = Pick<IdentityCenterClients, 'cloudFormation' | 'ssoAdmin' | 'concurrency'>;

/**
 * Reads what a stack left behind: what fails to be deleted in the clean-up of an update leaves the stack, and its events alone still
 * tell of it. @throws AwsCallError
 */
export async function readLeftBehind(clients: Clients, stack: string, instanceArn: string): Promise<LeftBehind> {
  const records = await readStackRecords(clients, [stack]);
  const failed = records.filter(({ status }) => status === 'DELETE_FAILED');
  const setNames = await readSetNames(
    clients,
    instanceArn,
    failed.map(({ set }) => set),
  );
  const there = failed.filter(({ set }) => setNames.has(set));
  const assignments = await readExisting(
    clients,
    instanceArn,
    there.flatMap(({ assignment }) => (assignment === undefined ? [] : [assignment])),
  );
  const sets = there.filter(({ assignment }) => assignment === undefined).map(({ set }) => set);
  return { assignments, sets, setNames };
}
