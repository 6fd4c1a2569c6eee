import type { Observation, StoreUser } from '../../../lambda/leavers/people';
import type { Ports } from '../../../lambda/leavers/run';
import type { PlannedStep, RecordedStep } from '../../../lambda/leavers/records';
import { directoryOf, NOW } from '../../support/lambda/leavers-facts';

/** Both clouds and the tables, in memory, of which a test may change everything between and within runs. */
export class LeaversMemory {
  readonly users = new Map<string, StoreUser>();
  /** Ids in Entra ID that its list has. */
  readonly listed = new Set<string>();
  /** Ids that Entra ID knows when asked for one person. */
  readonly known = new Set<string>();
  readonly observations = new Map<string, Observation>();
  readonly steps: (RecordedStep & { readonly userId: string })[] = [];
  readonly access = new Map<string, { readonly assignments: string[]; readonly groups: string[] }>();
  lastSize: number | undefined;
  asOf = NOW;
  /** Called before each step of a removal; a run ends where it throws. */
  beforeStep: (name: string) => void = () => undefined;

  constructor(users: readonly StoreUser[]) {
    for (const user of users) {
      this.users.set(user.id, user);
      this.access.set(user.id, { assignments: ['111111111111'], groups: ['auditors'] });
    }
  }

  get ports(): Ports {
    return {
      entra: {
        directory: () => Promise.resolve({ ...directoryOf(...this.listed), asOf: this.asOf }),
        knows: ({ id }) => Promise.resolve(this.known.has(id)),
      },
      store: {
        users: () => Promise.resolve([...this.users.values()]),
        findUser: (id) => Promise.resolve(this.users.get(id)),
        memberships: (id) =>
          Promise.resolve(this.accessOf(id).groups.map((groupId) => ({ id: `${id}-${groupId}`, groupId }))),
        deleteMembership: (membership) => {
          const [id = '', group = ''] = membership.split('-');
          return this.take(this.accessOf(id).groups, group);
        },
        deleteUser: (id) => {
          this.users.delete(id);
          return Promise.resolve();
        },
      },
      assignments: {
        of: (id) =>
          Promise.resolve(
            this.accessOf(id).assignments.map((accountId) => ({ accountId, permissionSetArn: 'arn:ps' })),
          ),
        delete: (id, { accountId }) => this.take(this.accessOf(id).assignments, accountId),
      },
      records: this.records,
      log: () => undefined,
    };
  }

  accessOf(id: string): { readonly assignments: string[]; readonly groups: string[] } {
    return this.access.get(id) ?? { assignments: [], groups: [] };
  }

  private get records(): Ports['records'] {
    return {
      observations: () => Promise.resolve([...this.observations.values()]),
      remember: (observation) => {
        this.observations.set(observation.userId, observation);
        return Promise.resolve();
      },
      forget: (userId) => {
        this.observations.delete(userId);
        return Promise.resolve();
      },
      lastSize: () => Promise.resolve(this.lastSize),
      noteRun: (_at, { entra }) => {
        this.lastSize = entra;
        return Promise.resolve();
      },
      audited: (planned, task) => this.audited(planned, task),
      steps: ({ userId, removal }) =>
        Promise.resolve(
          this.steps
            .filter((one) => one.userId === userId && one.step.startsWith(`${removal}#`))
            .map((one) => ({ ...one, step: one.step.slice(removal.length + 1) })),
        ),
      close: (userId) => {
        this.observations.delete(userId);
        return Promise.resolve();
      },
    };
  }

  private async audited({ leaver, name, detail }: PlannedStep, task: () => Promise<void>): Promise<void> {
    const entry = { userId: leaver.id, step: `${leaver.observation.removal ?? ''}#${name}`, ...detail };
    this.beforeStep(name);
    await task();
    this.steps.push({ ...entry, doneAt: NOW.toISOString() });
  }

  private take(list: string[], item: string): Promise<void> {
    list.splice(list.indexOf(item), 1);
    return Promise.resolve();
  }
}
