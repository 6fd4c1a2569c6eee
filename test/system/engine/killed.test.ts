import type { PulumiFn } from '@pulumi/pulumi/automation';
import { AuthenticationEventsFlow } from '../../../constructs/graph/external-id';
import { GraphProvider } from '../../../constructs/graph/provider';
import {
  SamlSigningCertificate,
  SynchronizationSchema,
  SynchronizationState,
} from '../../../constructs/graph/aws-application';
import { UserFlow } from '../../../constructs/graph/customers';
import { objectOf, objectsOf, textOf, textsOf } from '../../../apps/emulator/graph/json';
import { idOf, valuesOf } from '../../support/apps/emulator/support/client';
import { create, instantiate, register } from '../apps/emulator/support/use-emulator';
import { childrenOf, isAlive } from '../../support/children';
import { EngineGraph } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeEngine } from '../../support/engine-suite';
import { inDays } from '../../support/fixed-day';

const FLOWS = '/beta/identity/b2cUserFlows';
const EVENTS_FLOWS = '/v1.0/identity/authenticationEventsFlows';
const ID = 'B2C_1_signupsignin1';
const PRINCIPALS = '/v1.0/servicePrincipals';

/** What is deployed, and how to see that it is there once and as declared. */
interface Deployment {
  readonly program: PulumiFn;
  readonly look: () => Promise<unknown>;
}

async function userFlow({ call }: EngineGraph): Promise<Deployment> {
  const attributes = [{ attribute: 'city' }, { attribute: 'surname' }];
  const args = { userFlowId: ID, userFlowType: 'signUpOrSignIn', attributes } as const;
  const look = async () => ({
    flows: valuesOf(await call(`GET ${FLOWS}`), 'id'),
    order: textsOf((await call(`GET ${FLOWS}/${ID}/userAttributeAssignments/getOrder`)).body, 'order'),
  });
  const program = () => {
    const flow = new UserFlow('flow', args, { provider: new GraphProvider('graph') });
    return Promise.resolve({ flow: flow.urn });
  };
  return Promise.resolve({ program, look });
}

/** A user flow of External ID, with an application. */
async function eventsFlow({ call }: EngineGraph): Promise<Deployment> {
  const { appId } = await register(call);
  const args = { displayName: 'Sign in', identityProviders: ['EmailPassword-OAUTH'], applications: [appId] };
  const look = async () => {
    const flows = await call(`GET ${EVENTS_FLOWS}`);
    const [id = ''] = valuesOf(flows, 'id').map(String);
    const attached = await call(`GET ${EVENTS_FLOWS}/${id}/conditions/applications/includeApplications`);
    return { flows: valuesOf(flows, 'displayName'), isAttached: valuesOf(attached, 'appId').includes(appId) };
  };
  const program = () => {
    const flow = new AuthenticationEventsFlow('flow', args, { provider: new GraphProvider('graph') });
    return Promise.resolve({ flow: flow.urn });
  };
  return { program, look };
}

/** Signing certificate, mappings and start of the AWS application. */
async function awsApplication({ call }: EngineGraph): Promise<Deployment> {
  const { principalId: servicePrincipalId } = await instantiate(call);
  const path = `${PRINCIPALS}/${servicePrincipalId}`;
  await call(`PATCH ${path}`, { preferredSingleSignOnMode: 'saml' });
  const value = [
    { key: 'BaseAddress', value: 'https://scim.eu-west-1.amazonaws.com/0a1b/scim/v2' },
    { key: 'SecretToken', value: 'scim-token' },
  ];
  await call(`PUT ${path}/synchronization/secrets`, { value });
  const jobId = idOf(await create(call, `${path}/synchronization/jobs`, { templateId: 'aWSSingleSignon' }));
  const job = { servicePrincipalId, jobId };
  const attributeMappings = [{ targetAttribute: 'externalId', sourceAttribute: 'objectId' }];
  const signing = { servicePrincipalId, displayName: 'CN=AWS', endDateTime: inDays(500) };
  const program = () => {
    const provider = new GraphProvider('graph');
    const certificate = new SamlSigningCertificate('certificate', signing, { provider });
    const schema = new SynchronizationSchema('schema', { ...job, attributeMappings }, { provider });
    const state = new SynchronizationState('state', job, { provider, dependsOn: schema });
    return Promise.resolve({ certificate: certificate.urn, state: state.urn });
  };
  const look = async () => {
    const principal = (await call(`GET ${path}`)).body;
    const schema = (await call(`GET ${path}/synchronization/jobs/${jobId}/schema`)).body;
    const mappings = objectsOf(objectsOf(schema, 'synchronizationRules')[0] ?? {}, 'objectMappings')
      .filter(({ sourceObjectName }) => sourceObjectName === 'User')
      .flatMap((mapping) => objectsOf(mapping, 'attributeMappings'))
      .filter(({ targetAttributeName }) => targetAttributeName === 'externalId');
    const { body } = await call(`GET ${path}/synchronization/jobs/${jobId}`);
    return {
      keys: objectsOf(principal, 'keyCredentials')
        .map((key) => textOf(key, 'usage'))
        .toSorted(),
      signs: typeof principal['preferredTokenSigningKeyThumbprint'],
      externalId: mappings.map((mapping) => objectOf(mapping, 'source')['name']),
      schedule: objectOf(body, 'schedule')['state'],
    };
  };
  return { program, look };
}

const AWS_AS_DECLARED = {
  keys: ['Sign', 'Verify'],
  signs: 'string',
  externalId: ['objectId'],
  schedule: 'Active',
};

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries += 1) {
    if (tries > 300) throw new Error('not so after 30 s');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describeEngine('an engine that is killed in mid-run', (cli) => {
  // Children are found by /proc.
  const testOnLinux = process.platform === 'linux' ? test : test.skip;

  testOnLinux.each([
    [`POST ${FLOWS}/*/userAttributeAssignments`, userFlow, { flows: [ID], order: ['city', 'surname'] }],
    [`POST ${EVENTS_FLOWS}`, eventsFlow, { flows: ['Sign in'], isAttached: true }],
    [`POST ${PRINCIPALS}/*/addTokenSigningCertificate`, awsApplication, AWS_AS_DECLARED],
    [`PUT ${PRINCIPALS}/*/synchronization/jobs/*/schema`, awsApplication, AWS_AS_DECLARED],
    [`POST ${PRINCIPALS}/*/synchronization/jobs/*/start`, awsApplication, AWS_AS_DECLARED],
  ] as const)(
    'after %s leaves no plug-in behind, and refresh and up end as declared without a duplicate',
    async (request, deploy, expected) => {
      const [method, path] = request.split(' ') as [string, string];
      const held = Promise.withResolvers<undefined>();
      // The request has taken effect; its answer never comes.
      const wait = (): Promise<void> => {
        held.resolve(undefined);
        return new Promise(() => undefined);
      };
      const graph = await EngineGraph.start({ wait });
      const { program, look } = await deploy(graph);
      const engine = await EngineStack.create({ cli, program, environment: graph.environment });
      try {
        await graph.configure(engine.stack);
        graph.emulator.faults.add({ kind: 'slow', method, path });
        const interrupted = engine.stack.up().catch((error: unknown) => error);
        await held.promise;
        const [engineId] = childrenOf(process.pid, 'pulumi up');
        if (engineId === undefined) throw new Error('no engine among the children of this process');
        const plugins = childrenOf(engineId, 'pulumi-resource-entragraph');
        expect(plugins).toHaveLength(1);
        process.kill(engineId, 'SIGKILL');
        expect(await interrupted).toBeInstanceOf(Error);
        await until(() => plugins.every((id) => !isAlive(id)));

        await engine.stack.cancel();
        await engine.stack.refresh({ clearPendingCreates: true });
        await engine.stack.up();
        expect(await look()).toEqual(expected);
        await engine.stack.refresh({ expectNoChanges: true });
      } finally {
        engine.remove();
        await graph.stop();
      }
    },
  );
});
