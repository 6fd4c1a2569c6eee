import { objectOf, objectsOf, textOf, type JsonObject } from '../../../apps/emulator/graph/json';
import { describeImports } from '../../support/engine-suite';
import { differences } from '../../support/recovery/directory-state';
import { EntraHalf, interrupt, killEngineOf, untilHeld } from '../../support/recovery/entra-half';
import { FaultProcesses } from '../../support/recovery/fault-processes';
import type { GraphProcess } from '../../support/recovery/graph-process';
import { randomInt } from 'node:crypto';

const SEED = Number(process.env['LAG_SEED'] ?? randomInt(1_000_000));
/** Replicas of which any may answer; one request in twenty is throttled. */
const LAGGING = {
  seed: SEED,
  quirks: { lag: 'out-of-order' },
  lag: { creates: 2, updates: 2, deletes: 2 },
  faults: [{ kind: 'throttled', probability: 0.05, times: 1e6, retryAfter: 1 }],
} as const;

/** Groups of the sandbox, to which access is given. */
const GROUPS = [
  'Network Operators',
  'Security Admins',
  'Security Auditors',
  'Systems Operators',
  'Claims Developers',
  'Data Analysts',
  'Emergency Access',
];

async function named({ call }: GraphProcess, path: string, displayName: string): Promise<JsonObject> {
  const found = objectsOf((await call(`GET /v1.0/${path}`)).body, 'value').find(
    (one) => one['displayName'] === displayName,
  );
  if (found === undefined) throw new Error(`no '${displayName}' in ${path}`);
  return found;
}

describeImports('entra-aws deploy of both programs, where replicas lag and answer out of order', (folders) => {
  // Children are found by /proc.
  const testOnLinux = process.platform === 'linux' ? test : test.skip;

  testOnLinux(
    'ends by itself as declared, after the engine and a plug-in were killed and somebody else changed what they had made',
    async () => {
      console.info(`LAG_SEED=${SEED} repeats it`);
      const processes = new FaultProcesses(folders);
      const calm = Promise.all([
        processes.undisturbed({ program: 'customers', edition: 'first' }),
        processes.undisturbed({ program: 'workforce', edition: 'first' }),
      ]);
      const half = await EntraHalf.create({ ...folders, directory: LAGGING });
      const { customers, workforce } = half.graphs;
      try {
        await customers.hold({ method: 'POST', path: '/v1.0/applications/*/addPassword' });
        await workforce.hold({ method: 'POST', path: '/v1.0/servicePrincipals/*/appRoleAssignedTo', skip: 2 });
        const deployment = half.start('deploy', '--estate', 'sandbox', '--yes');

        await untilHeld(deployment, customers);
        await customers.settle();
        const api = await named(customers, 'applications', 'Claims API');
        const scopes = objectsOf(objectOf(api, 'api'), 'oauth2PermissionScopes');
        expect(scopes.length).toBeGreaterThan(0);
        const oauth2PermissionScopes = scopes.map((one) => ({ ...one, isEnabled: false }));
        await customers.call(`PATCH /v1.0/applications/${textOf(api, 'id')}`, { api: { oauth2PermissionScopes } });
        killEngineOf(deployment);

        await untilHeld(deployment, workforce);
        await workforce.settle();
        const group = await named(workforce, 'groups', 'Data Analysts');
        await workforce.call(`DELETE /v1.0/groups/${textOf(group, 'id')}`);
        killEngineOf(deployment, 'pulumi-resource-azuread');

        const { code, stdout, stderr } = await deployment.ended;
        expect(code === 0 ? '' : `${stdout}\n${stderr}`).toBe('');
        expect(stdout).toMatch(/\nEverything is deployed\.\n$/);

        await half.settle();
        for (const stack of Object.values(half.stacks)) await stack.preview({ expectNoChanges: true, refresh: true });
        const [ofCustomers, ofWorkforce] = await calm;
        expect(differences(ofCustomers.directory, await customers.endAndRead())).toEqual([]);
        expect(differences(ofWorkforce.directory, await workforce.endAndRead())).toEqual([]);
      } finally {
        await calm.catch(() => undefined);
        await half.remove();
      }
    },
  );

  testOnLinux(
    'ends without a group that somebody else made under a declared name while the engine was killed',
    async () => {
      const half = await EntraHalf.create({ ...folders, sections: ['workforce'], directory: LAGGING });
      const { workforce } = half.graphs;
      try {
        await workforce.hold({ method: 'GET', path: '/beta/groups' });
        const deployment = half.start('deploy', '--estate', 'sandbox', '--yes');
        await untilHeld(deployment, workforce);
        killEngineOf(deployment);
        await workforce.settle();
        const there = objectsOf((await workforce.call('GET /v1.0/groups')).body, 'value').map(
          ({ displayName }) => displayName,
        );
        const displayName = GROUPS.find((name) => !there.includes(name));
        const group = { displayName, mailEnabled: false, mailNickname: 'theirs', securityEnabled: true };
        const made = await workforce.call('POST /v1.0/groups', group);
        expect(made).toMatchObject({ status: 201 });
        const theirs = textOf(made.body, 'id');

        const { code, stdout } = await deployment.ended;
        expect(code).toBe(1);
        expect(stdout).toContain(`--take-over ${theirs}`);
        expect(stdout).toMatch(/\nLeft: workforce, /);
        expect(JSON.stringify(await half.stacks.workforce.exportStack())).not.toContain(theirs);
      } finally {
        await half.remove();
      }
    },
  );

  testOnLinux('ends where a person interrupts it, and begins no other run', async () => {
    const half = await EntraHalf.create({ ...folders, directory: LAGGING });
    try {
      await half.graphs.customers.hold({ method: 'POST', path: '/v1.0/applications' });
      const interrupted = half.start('deploy', '--estate', 'sandbox', '--yes');
      await untilHeld(interrupted, half.graphs.customers);
      interrupt(interrupted);
      // The engine waits for what is under way, whose answer is lost.
      await half.graphs.customers.killAndRestart();
      const { code, stdout } = await interrupted.ended;
      expect(code).toBe(1);
      expect(stdout.match(/\$ pulumi up/g)).toHaveLength(1);
      expect(stdout).toMatch(/\nLeft: customers, /);
    } finally {
      await half.remove();
    }
  });
});
