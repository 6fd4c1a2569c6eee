import { GraphClient } from '../../../provider/graph/client';
import { Locks } from '../../../provider/graph/locks';
import { Transport } from '../../../provider/graph/transport';
import { Waiter } from '../../../provider/graph/waiter';
import { findJobOf, lookUp } from '../../../provider/functions';
import { FLOW_TYPE } from '../../../provider/events-flow/events-flow';
import type { Context } from '../../../provider/resource';
import type { Properties } from '../../../provider/values';
import { VirtualClock } from '../../support/graph-stack';

const PRINCIPAL = 'sp-1';
const JOBS = `/v1.0/servicePrincipals/${PRINCIPAL}/synchronization/jobs`;
const TEMPLATES = `/v1.0/servicePrincipals/${PRINCIPAL}/synchronization/templates`;
const B2C = '/beta/identity/b2cUserFlows';
const EVENTS = '/v1.0/identity/authenticationEventsFlows';

/** A directory that answers these paths, queries aside, and 404 for all others. */
function directoryOf(answers: Readonly<Record<string, Properties>>): Context {
  const transport = new Transport(undefined, new AbortController().signal);
  transport.send = ({ url }) => {
    const body = answers[new URL(url).pathname];
    return Promise.resolve({ status: body ? 200 : 404, body: JSON.stringify(body ?? {}), header: () => undefined });
  };
  const waiter = new Waiter(new VirtualClock());
  const graph = new GraphClient(() => Promise.resolve({ endpoint: 'https://graph', transport }), waiter);
  return { graph, waiter, locks: new Locks(), warn: () => undefined, held: () => [] };
}

function find(token: string, inputs: Properties, answers: Readonly<Record<string, Properties>>): Promise<Properties> {
  return lookUp(token).find(inputs, directoryOf(answers));
}

const list = (...value: readonly Properties[]): Properties => ({ value });
const job = (id: string, templateId = 'scim'): Properties => ({
  id,
  templateId,
  schedule: { state: 'Active' },
  status: { code: 'Paused' },
});
const template = (id: string, factoryTag = id): Properties => ({ id, factoryTag });

describe('a job', () => {
  test('is found with its state', async () => {
    const inputs = { servicePrincipalId: PRINCIPAL };
    expect(await find('getSynchronizationJob', inputs, { [JOBS]: list(job('job-1')) })).toEqual({
      jobId: 'job-1',
      templateId: 'scim',
      isRunning: true,
      status: 'Paused',
    });
  });

  test('is told from others by its template', async () => {
    const inputs = { servicePrincipalId: PRINCIPAL, templateId: 'aws' };
    const found = await find('getSynchronizationJob', inputs, { [JOBS]: list(job('job-1'), job('job-2', 'aws')) });
    expect(found['jobId']).toBe('job-2');
  });

  test.each<[string, { readonly inputs: Properties; readonly jobs?: Properties }, string]>([
    [
      'none',
      { inputs: {}, jobs: list() },
      "there is no synchronization job of the service principal 'sp-1'; jobs: none",
    ],
    [
      'none of the template',
      { inputs: { templateId: 'aws' }, jobs: list(job('job-1')) },
      "there is no synchronization job of the template 'aws' of the service principal 'sp-1'; jobs: 'job-1' of the template 'scim'",
    ],
    [
      'several',
      { inputs: {}, jobs: list(job('job-1'), job('job-2', 'aws')) },
      "synchronization job of the service principal 'sp-1' must be one, got 2: 'job-1' of the template 'scim', " +
        "'job-2' of the template 'aws'; say which by templateId",
    ],
    [
      'no service principal',
      { inputs: {} },
      "there is no service principal 'sp-1' in this directory; servicePrincipalId must be an object id, not the client id of the application",
    ],
  ])('where there is %s is an error', async (_, { inputs, jobs }, message) => {
    const answers = jobs === undefined ? {} : { [JOBS]: jobs };
    const all = { servicePrincipalId: PRINCIPAL, ...inputs };
    await expect(find('getSynchronizationJob', all, answers)).rejects.toThrow(message);
  });
});

describe('a template', () => {
  test('is found by its factory tag', async () => {
    const inputs = { servicePrincipalId: PRINCIPAL, factoryTag: 'aws' };
    const answers = { [TEMPLATES]: list(template('scim'), template('aWSSingleSignon', 'aws')) };
    expect(await find('getSynchronizationTemplate', inputs, answers)).toEqual({
      templateId: 'aWSSingleSignon',
      factoryTag: 'aws',
    });
  });

  test('where there are several is an error that names them', async () => {
    const answers = { [TEMPLATES]: list(template('scim'), template('aWSSingleSignon', 'aws')) };
    await expect(find('getSynchronizationTemplate', { servicePrincipalId: PRINCIPAL }, answers)).rejects.toThrow(
      "must be one, got 2: 'scim' with the factory tag 'scim', 'aWSSingleSignon' with the factory tag 'aws'; say which by factoryTag",
    );
  });
});

describe('a user flow of B2C', () => {
  const flow = { id: 'B2C_1_SignIn', userFlowType: 'signIn', userFlowTypeVersion: 3 };
  const path = `${B2C}/B2C_1_SignIn`;
  const answers = {
    [B2C]: list(flow),
    [path]: { ...flow, userFlowIdentityProviders: [{ id: 'EmailPassword-OAUTH' }] },
    [`${path}/userAttributeAssignments`]: list(),
    [`${path}/userAttributeAssignments/getOrder`]: { order: [] },
    [`${path}/languages`]: list(),
    [`${path}/apiConnectorConfiguration`]: {},
  };

  test('is found in any case, and spelt as the directory has it', async () => {
    expect(await find('getUserFlow', { userFlowId: 'b2c_1_signin' }, answers)).toEqual({
      userFlowId: 'B2C_1_SignIn',
      userFlowType: 'signIn',
      userFlowTypeVersion: 3,
      identityProviders: ['EmailPassword-OAUTH'],
      attributes: [],
    });
  });

  test('that is not there is an error with a name that is near', async () => {
    await expect(find('getUserFlow', { userFlowId: 'B2C_1_SingIn' }, answers)).rejects.toThrow(
      "there is no user flow 'B2C_1_SingIn' in this directory; did you mean 'B2C_1_SignIn'?",
    );
  });
});

describe('a user flow of an external tenant', () => {
  const flow = (id: string): Properties => ({
    '@odata.type': FLOW_TYPE,
    id,
    displayName: 'Sign up',
    onInteractiveAuthFlowStart: { isSignUpAllowed: true },
  });
  const inputs = { displayName: 'Sign up' };

  test('that has the name of another is an error with the ids', async () => {
    await expect(
      find('getAuthenticationEventsFlow', inputs, { [EVENTS]: list(flow('f1'), flow('f2')) }),
    ).rejects.toThrow("user flow 'Sign up' in this directory must be one, got 2: f1, f2; rename all but one");
  });

  test('that is not there is an error with the names', async () => {
    const other = { ...flow('f1'), displayName: 'Customers' };
    await expect(find('getAuthenticationEventsFlow', inputs, { [EVENTS]: list(other) })).rejects.toThrow(
      "there is no user flow 'Sign up' in this directory; user flows: 'Customers'",
    );
  });
});

test('a function that is not known is an error with those that are', () => {
  expect(() => lookUp('getFlow')).toThrow("unknown function 'getFlow'; functions: 'getAuthenticationEventsFlow', ");
});

describe('the job of an application', () => {
  const names = { displayName: 'AWS', templateId: 'aws' };
  const principal = (id: string, appId: string): Properties => ({ id, displayName: 'AWS', appId });

  test('is found by the name of the application and the template', async () => {
    const principals = list(principal(PRINCIPAL, 'app-1'));
    const jobs = list(job('job-1'), job('job-2', 'aws'));
    const directory = directoryOf({ '/v1.0/servicePrincipals': principals, [JOBS]: jobs });
    expect(await findJobOf(directory, names)).toEqual({ servicePrincipalId: PRINCIPAL, jobId: 'job-2' });
  });

  test('is not chosen among applications of one name, none of which is to be deleted for that', async () => {
    const principals = list(principal(PRINCIPAL, 'app-1'), principal('sp-2', 'app-2'));
    const found = findJobOf(directoryOf({ '/v1.0/servicePrincipals': principals }), names);
    await expect(found).rejects.toThrow(/got 2: app-1, app-2; (?!.*delete)/);
  });
});
