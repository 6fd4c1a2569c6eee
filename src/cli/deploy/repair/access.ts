import type { EstatePlan } from '../../../estate/plan/planner';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import { createIdentityCenterClients, type IdentityCenterClients } from '../../../clouds/aws/aws-clients';
import { readCaller } from '../../../clouds/aws/account-credentials';
import { namingKey } from '../../../clouds/aws/read-instance';
import { gatherAccess } from '../../../clouds/aws/gather-access';
import type { AccessFacts, DeployedAssignment } from '../../../clouds/facts/access-facts';
import { quotedList } from '../../../text/suggest';
import { examineEstate } from '../../../doctor/examination';
import { renderTerminal } from '../../../doctor/report/render';
import { count } from '../../../preview/blocks/text';
import type { RepairOptions } from '../options';
import { EXIT, hasColours } from '../../program/cli';
import { readEstate } from '../../program/estate';
import { ONLY_AWS, requireTarget } from '../../program/local-target';
import { withProgress } from '../../program/progress';
import { Repairer } from './access/repairer';
import type { Postponed } from './access/postponed';
import { type Repairs, repairsOf } from './access/repairs';
import { confirmed } from '../../program/confirmed';
import { leavingText } from '../revoke/leaving';
import { say } from '../revoke/read-here';

/** Checks of the doctor that tell how access differs. */
const CHECKS = [
  'access-permission-sets',
  'access-assignments',
  'access-other-sets',
  'access-provisioned',
  'access-applications',
];

/** Seconds to wait before access is read again: it may be answered as it was just before the repair. */
const WAIT_SECONDS = 60;

/** Makes the access in AWS what the estate declares. */
export async function repairAccess(options: RepairOptions): Promise<number> {
  const { name, plan } = readEstate(options);
  const { access } = plan;
  if (access === undefined) {
    say(`the estate ${name} has no access: there is nothing to compare`);
    return EXIT.ok;
  }
  requireTarget(options.against, ONLY_AWS);
  const reading = new Reading(plan, access, options);
  const facts = await reading.read(0);
  if (reading.tell(facts)) return EXIT.ok;
  if (options.check) return EXIT.failed;
  return await reading.repair(facts);
}

class Reading {
  constructor(
    private readonly plan: EstatePlan,
    private readonly access: AccessPlan,
    private readonly options: RepairOptions,
  ) {}

  async read(waitSeconds: number): Promise<AccessFacts> {
    const { plan, access, options } = this;
    return withProgress((onProgress) =>
      gatherAccess(this.clients(onProgress), access, {
        estateName: plan.estate.name,
        areas: ['access'],
        timeoutSeconds: options.timeout,
        waitSeconds,
      }),
    );
  }

  /** Lists what differs. @returns whether nothing does */
  tell(facts: AccessFacts): boolean {
    const examination = examineEstate({ plan: this.plan, facts: { access: facts }, now: new Date() }, CHECKS);
    process.stdout.write(renderTerminal(examination, { colour: hasColours() }));
    const { failure, unknown } = examination.totals;
    return failure === 0 && unknown === 0;
  }

  async repair(facts: AccessFacts): Promise<number> {
    const { plan, access, options } = this;
    const clients = this.clients(() => undefined);
    const caller = await readCaller(clients.sts);
    const repairs = repairsOf({ plan, access, facts, caller, others: options.others });
    if (repairs !== undefined) this.tellLeft(repairs, facts);
    if (repairs === undefined || facts.permissionSets.state !== 'known' || sizeOf(repairs) === 0) {
      say('Nothing of this can be repaired here: do what stands above.');
      return EXIT.failed;
    }
    say(`To repair: ${wordsOf(repairs)}`);
    if (!options.yes && !(await confirmed('Repair this now?'))) {
      say('Nothing was changed; --yes repairs it.');
      return EXIT.failed;
    }
    const repairer = new Repairer(clients, access, { sets: facts.permissionSets.value, say });
    await namingKey(clients, access.organization.instanceArn, () => repairer.repair(repairs));
    return this.tell(await this.read(WAIT_SECONDS)) ? EXIT.ok : EXIT.failed;
  }

  private tellLeft({ unclear, postponed }: Repairs, facts: AccessFacts): void {
    for (const one of unclear) this.tellUnclear(one, facts);
    for (const { what, why } of postponed) say(`Left as it is: ${what}; ${whyPostponed(why, facts)}`);
  }

  private tellUnclear(one: DeployedAssignment, { permissionSets }: AccessFacts): void {
    const sets = permissionSets.state === 'known' ? permissionSets.value : [];
    const setNames = new Map(sets.map(({ arn, name }) => [arn, name]));
    const kind = one.principalType === 'USER' ? 'users' : 'groups';
    say(
      `Left as it is: ${leavingText({ access: this.access, setNames }, one)}. access.managedElsewhere names ${kind}, and the name of ` +
        'this one could not be read: allow identitystore:ListUsers and identitystore:ListGroups, and run this again.',
    );
  }

  private clients(onProgress: (text: string) => void): IdentityCenterClients {
    const { region } = this.access.organization;
    return createIdentityCenterClients({ region, concurrency: this.options.concurrency, onProgress });
  }
}

/** Reason why a difference waits for a deployment. */
function whyPostponed(why: Postponed['why'], { owned }: AccessFacts): string {
  switch (why) {
    case 'goes':
      return 'a stack of the estate still has it, and the next deployment takes it away';
    case 'comes':
      return 'no stack of the estate has it yet, and the next deployment gives it';
    case 'unknown':
      return `whether a stack of the estate has it is unknown: ${whyUnknown(owned)}`;
  }
}

function whyUnknown(owned: AccessFacts['owned']): string {
  switch (owned?.state) {
    case undefined:
      return 'its stacks were not read';
    case 'denied':
      return `allow ${owned.permission}`;
    case 'failed':
      return owned.reason;
    case 'known':
      return `${quotedList(owned.value.unread)} is in another account than these credentials`;
  }
}

function sizeOf({ deletions, creations, sets, outdated, applications }: Repairs): number {
  const { missing, unknown } = applications;
  return [deletions, creations, sets, outdated, missing, unknown].reduce((sum, { length }) => sum + length, 0);
}

function wordsOf({ deletions, creations, sets, outdated, applications: { missing, unknown } }: Repairs): string {
  const parts = [
    [deletions.length, `take away ${count(deletions.length, 'assignment')}`],
    [creations.length, `give ${count(creations.length, 'assignment')}`],
    [sets.length, `delete ${count(sets.length, 'permission set')}`],
    [unknown.length, `take away ${count(unknown.length, 'assignment')} of applications`],
    [missing.length, `give ${count(missing.length, 'assignment')} of applications`],
    [outdated.length, `give accounts the latest version of ${count(outdated.length, 'permission set')}`],
  ] as const;
  return parts
    .filter(([length]) => length > 0)
    .map(([, words]) => words)
    .join(', ');
}
