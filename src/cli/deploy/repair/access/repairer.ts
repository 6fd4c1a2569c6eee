import {
  assignApplication,
  type Change,
  changeAssignments,
  deleteSet,
  provisionSet,
  type Result,
  unassignApplication,
} from '../../../../clouds/aws/access/change-access';
import type { IdentityCenterClients } from '../../../../clouds/aws/aws-clients';
import type { DeployedAssignment, DeployedSet } from '../../../../clouds/facts/access-facts';
import { whyLeftAlone } from '../../../../clouds/facts/access-drift';
import type { AccessPlan } from '../../../../estate/sections/access/plan/access-plan';
import type { AccountId } from '../../../../estate/source/ids';
import { leavingText } from '../../revoke/leaving';
import { applicationText } from './postponed';
import type { Repairs } from './repairs';

type Say = (line: string) => void;

const WORDS = {
  delete: { done: 'taken away', already: 'already gone' },
  create: { done: 'given', already: 'already there' },
} as const satisfies Record<Change, Partial<Record<Result['outcome'], string>>>;

/** Makes the repairs, one kind after the other, and says each. What fails is told, and the rest goes on. */
export class Repairer {
  private readonly setNames: ReadonlyMap<DeployedSet['arn'], string>;

  constructor(
    private readonly clients: IdentityCenterClients,
    private readonly access: AccessPlan,
    { sets, say }: { readonly sets: readonly DeployedSet[]; readonly say: Say },
  ) {
    this.setNames = new Map(sets.map(({ arn, name }) => [arn, name]));
    this.say = say;
  }

  private readonly say: Say;

  async repair({ deletions, creations, sets, outdated, applications }: Repairs): Promise<void> {
    await this.change('delete', deletions);
    await this.change('create', creations);
    for (const one of applications.unknown) {
      await this.attempt(applicationText(this.access, one), 'taken away', () => unassignApplication(this.clients, one));
    }
    for (const one of applications.missing) {
      await this.attempt(applicationText(this.access, one), 'given', () => assignApplication(this.clients, one));
    }
    for (const set of sets) await this.attempt(`permission set ${set.name}`, 'deleted', () => this.delete(set));
    for (const set of outdated) {
      await this.attempt(`permission set ${set.name}`, 'given to its accounts', () => this.provision(set));
    }
  }

  private async change(change: Change, assignments: readonly DeployedAssignment[]): Promise<void> {
    const { access, setNames } = this;
    const { instanceArn, managementAccountId } = access.organization;
    const onResult = (one: DeployedAssignment, result: Result): void => {
      const word = { ...WORDS[change], left: 'not allowed', failed: 'failed' }[result.outcome];
      const reason = result.outcome === 'failed' ? `; ${result.reason}` : '';
      this.say(`  ${word}: ${leavingText({ access, setNames }, one)}${reason}`);
    };
    const mayBeRefusedIn = (account: AccountId): boolean =>
      account === managementAccountId || whyLeftAlone(access, account) !== undefined;
    const options = { instanceArn, change, mayBeRefusedIn, onResult };
    await changeAssignments(this.clients, assignments, options);
  }

  private async attempt(what: string, done: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.say(`  ${done}: ${what}`);
    } catch (error) {
      this.say(`  failed: ${what}; ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private delete({ arn }: DeployedSet): Promise<void> {
    return deleteSet(this.clients, { instanceArn: this.access.organization.instanceArn, set: arn });
  }

  private provision({ arn }: DeployedSet): Promise<void> {
    return provisionSet(this.clients, { instanceArn: this.access.organization.instanceArn, set: arn });
  }
}
