import type { ProgramRecovery } from '../../../../../src/cli/deploy/repair/program/stack-commands';
import { recoverProgram } from '../../../../../src/cli/deploy/repair/program/recover-program';
import type { ProgramResource } from '../../../../../src/preview/entra/facts';

const APPLICATION = 'azuread:index/application:Application';
const PASSWORD = 'azuread:index/applicationPassword:ApplicationPassword';
const SAVED = '2026-06-01T12:00:00Z';

const declared = (name: string, type: string): ProgramResource => ({
  ...{ key: name, kind: 'resource', type, name, dependsOn: [], aliases: [], retainOnDelete: false },
  inputs: { displayName: 'Web', applicationId: '/applications/app' },
});
const stored = (name: string, type: string, more: object = {}) => ({
  ...{ urn: `urn:pulumi:s::p::${type}::${name}`, type, outputs: { displayName: 'Web' } },
  ...more,
});

/** A directory with an application and its secrets, and a stack of it. */
class Stack {
  readonly ran: string[] = [];
  readonly said: string[] = [];
  readonly removed: unknown[] = [];
  isPending = true;
  /** Moment at which the stack got the application. */
  created = '2026-06-01T11:00:00Z';
  secrets = [{ keyId: 'lost', displayName: 'even, until 2026-09-01', startDateTime: '2026-06-01T11:59:00Z' }];

  async recover(options: Partial<ProgramRecovery['options']>, answer = false): Promise<boolean> {
    const list = () => Promise.resolve([]);
    const find = () => Promise.resolve({ id: 'app', displayName: 'Web', passwordCredentials: this.secrets });
    const sendIfThere = ({ body }: { readonly body?: { readonly keyId?: string } }) => {
      this.removed.push(body?.keyId);
      this.secrets = this.secrets.filter(({ keyId }) => keyId !== body?.keyId);
      return Promise.resolve();
    };
    return recoverProgram({
      run: {
        ...{ program: 'customers', stack: 's', warnings: [] },
        resources: [declared('app', APPLICATION), declared('even', PASSWORD)],
      },
      graph: { list, find, sendIfThere } as unknown as ProgramRecovery['graph'],
      ...{ caller: 'me', hasEnded: () => true, show: () => Promise.resolve(0) },
      read: ({ words: [, verb = ''] }) => {
        this.ran.push(verb);
        if (verb === 'refresh') this.isPending = false;
        return Promise.resolve({ code: 0, stdout: verb === 'stack' ? this.exported() : '', stderr: '' });
      },
      confirm: () => Promise.resolve(answer),
      say: (text) => void this.said.push(text),
      again: (more) => `recover ${more}`.trim(),
      options: { check: false, yes: false, removeSpare: false, takeOver: [], ...options },
    });
  }

  private exported(): string {
    const inputs = { applicationId: '/applications/app', displayName: 'even, until 2026-09-01' };
    const pending = [{ type: 'creating', resource: stored('even', PASSWORD, { inputs }) }];
    const resources = [stored('app', APPLICATION, { id: '/applications/app', created: this.created })];
    const deployment = { manifest: { time: SAVED }, resources, pending_operations: this.isPending ? pending : [] };
    return JSON.stringify({ version: 3, deployment });
  }
}

test('a secret whose value was lost with a run goes with the same answer that clears what the run was doing', async () => {
  const stack = new Stack();
  expect(await stack.recover({})).toBe(false);
  expect([stack.ran, stack.removed, stack.isPending]).toEqual([['stack'], [], true]);
  expect(await stack.recover({ yes: true })).toBe(true);
  expect([stack.removed, stack.isPending]).toEqual([['lost'], false]);
});

test('it is found where the state tells of no run, too', async () => {
  const stack = new Stack();
  stack.isPending = false;
  expect(await stack.recover({ check: true })).toBe(false);
  expect(await stack.recover({}, true)).toBe(true);
  expect(stack.removed).toEqual(['lost']);
});

test('a secret that is older than what the stack has of the application may be in use, and stays', async () => {
  const stack = new Stack();
  stack.isPending = false;
  stack.created = '2026-06-01T11:59:30Z';
  await stack.recover({ yes: true, removeSpare: true });
  expect(stack.removed).toEqual([]);
});
