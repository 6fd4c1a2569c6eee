import { checkInputs } from '../../../provider/check';
import { resourceType } from '../../../provider/resource-types';
import { FakeGraph } from '../../support/fake-graph';
import type { Job, ServicePrincipal } from '../../support/fake-graph-service-principals';
import { gallerySchema } from '../../support/fake-graph-service-principals';
import { GraphStack } from '../../support/graph-stack';
import { textOf, type Properties } from '../../../provider/values';

const JOB = 'aWSSingleSignon.abc';
const at = { servicePrincipalId: 'sp-1', jobId: JOB };

let graph: FakeGraph;
let principal: ServicePrincipal;

beforeEach(async () => {
  graph = await new FakeGraph().start();
  principal = graph.servicePrincipals.add('sp-1', [JOB]);
});

afterEach(() => graph.stop());

const job = (): Job => {
  const found = principal.jobs.get(JOB);
  if (found === undefined) throw new Error('no job');
  return found;
};

const mappings = (schema = job().schema): Record<string, Properties> => {
  const [rule] = schema['synchronizationRules'] as readonly {
    readonly objectMappings: readonly { readonly attributeMappings: readonly Properties[] }[];
  }[];
  const entries = rule?.objectMappings[0]?.attributeMappings.map(
    (one) => [textOf(one['targetAttributeName']), one] as const,
  );
  return Object.fromEntries(entries ?? []);
};

describe('SynchronizationSchema', () => {
  const externalId = { targetAttribute: 'externalId', sourceAttribute: 'objectId' };
  const declared = { ...at, attributeMappings: [externalId] };
  let stack: GraphStack;

  beforeEach(() => {
    stack = new GraphStack(graph, 'SynchronizationSchema');
  });

  test.each<[Properties, string, string]>([
    [
      { targetAttribute: 'x' },
      'attributeMappings[0]',
      'needs exactly one of sourceAttribute, constant, expression, or remove: true; got none',
    ],
    [
      { targetAttribute: 'x', constant: 'a', expression: 'b' },
      'attributeMappings[0]',
      'needs exactly one of sourceAttribute, constant, expression, or remove: true; got constant and expression',
    ],
    [
      { targetAttribute: 'x', remove: true, constant: 'a' },
      'attributeMappings[0].constant',
      'a mapping that is removed has no source',
    ],
    [
      { targetAttribute: 'x', constant: 'a', flowType: 'Never' },
      'attributeMappings[0].flowType',
      '"Never" is not one of the allowed values; Always, ObjectAddOnly, MultiValueAddOnly, AttributeAddOnly',
    ],
    [
      { targetAttribute: 'x', constant: 'a', matchingPriority: 11 },
      'attributeMappings[0].matchingPriority',
      '11 must be 0 (does not match) to 10',
    ],
  ])('%j is refused at %s', (edit, property, reason) => {
    const { failures } = checkInputs(
      resourceType('SynchronizationSchema'),
      { ...at, attributeMappings: [edit] },
      undefined,
    );
    expect(failures).toEqual([{ property, reason }]);
  });

  test('two edits of one mapping are refused', () => {
    const { failures } = checkInputs(
      resourceType('SynchronizationSchema'),
      { ...at, attributeMappings: [externalId, externalId] },
      undefined,
    );
    expect(failures).toEqual([
      {
        property: 'attributeMappings[1].targetAttribute',
        reason: "'externalId' is edited already; one edit per mapping",
      },
    ]);
  });

  test('changes the named mapping and keeps the rest, known or not', async () => {
    await stack.up(declared);
    const { externalId: changed, ...others } = mappings();
    expect(changed).toMatchObject({
      source: { expression: '[objectId]', name: 'objectId', type: 'Attribute' },
      unknownToAnybody: { kept: true },
    });
    expect({ ...others, externalId: mappings(gallerySchema())['externalId'] }).toEqual(mappings(gallerySchema()));
    expect(job().schema['directories']).toEqual(gallerySchema()['directories']);
    expect(job().commands).toEqual(['schema']);
  });

  test('pauses a running job, and lets it start over afterwards', async () => {
    job().schedule.state = 'Active';
    await stack.up(declared);
    expect(job().commands).toEqual(['pause', 'schema', 'restart Watermark, Escrows, QuarantineState']);
    await stack.up(declared);
    expect(job().commands).toHaveLength(3);
  });

  test.each([
    ['of today', `/servicePrincipals/sp-1/synchronization/jobs/${JOB}`],
    ['before version 6', `sp-1/job/${JOB}`],
  ])("accepts azuread's id of a job, and is no difference then: %s", async (_, jobId) => {
    await stack.up({ ...declared, jobId });
    expect(stack.stored?.id).toBe(`sp-1/${JOB}`);
    expect([...stack.preview(declared).changes]).toEqual([]);
  });

  test('an expression is parsed by Graph; another layout of it is no difference', async () => {
    const edit = { targetAttribute: 'active', expression: 'Switch([IsSoftDeleted],,"False","True")' };
    await stack.up({ ...at, attributeMappings: [edit] });
    expect(mappings()['active']).toMatchObject({ source: { type: 'Function', parameters: [{ key: 'source' }] } });
    await stack.refresh();
    expect([...stack.preview({ ...at, attributeMappings: [edit] }).changes]).toEqual([]);
  });

  test('an expression that Graph can not parse is shown with its reason', async () => {
    const broken = stack.up({ ...at, attributeMappings: [{ targetAttribute: 'active', expression: '((' }] });
    await expect(broken).rejects.toThrow("200 ParsingFailed: '((': no function");
  });

  test('finds a drift and repairs it', async () => {
    await stack.up(declared);
    job().schema = gallerySchema();
    await stack.refresh();
    expect([...stack.preview(declared).changes.keys()]).toEqual(['attributeMappings[0].sourceAttribute']);
    await stack.up(declared);
    expect(mappings()['externalId']).toMatchObject({ source: { name: 'objectId' } });
  });

  test('takes back an edit that is declared no more, and all of them on delete', async () => {
    await stack.up({
      ...at,
      attributeMappings: [
        externalId,
        { targetAttribute: 'locale', constant: 'de' },
        { targetAttribute: 'active', remove: true },
      ],
    });
    expect(Object.keys(mappings()).toSorted()).toEqual(['displayName', 'externalId', 'locale', 'userName']);
    await stack.up(declared);
    expect(mappings()['active']).toEqual(mappings(gallerySchema())['active']);
    expect(mappings()['locale']).toBeUndefined();
    await stack.destroy();
    expect(mappings()).toEqual(mappings(gallerySchema()));
  });

  test('leaves alone on delete what somebody changed since then', async () => {
    await stack.up(declared);
    const changed = mappings()['externalId'] as { source: Properties };
    changed.source = { expression: '[employeeId]', name: 'employeeId', type: 'Attribute', parameters: [] };
    await stack.destroy();
    expect(mappings()['externalId']).toMatchObject({ source: { name: 'employeeId' } });
  });

  test.each(['unavailable', 'lost'] as const)(
    'a change that is cut off at its PUT (%s) is finished by the next run, which knows what was before',
    async (fault) => {
      const employee = { targetAttribute: 'externalId', sourceAttribute: 'employeeId' };
      await stack.up({ ...at, attributeMappings: [externalId, { targetAttribute: 'locale', constant: 'de' }] });
      job().schedule.state = 'Active';
      let isCut = false;
      graph.fault = ({ method }) => {
        const isFirst = !isCut && method === 'PUT';
        isCut ||= isFirst;
        return isFirst ? fault : isCut ? 'unavailable' : undefined;
      };
      await expect(stack.up({ ...at, attributeMappings: [employee] })).rejects.toThrow('pulumi up goes on with it');
      expect(job().schedule.state).not.toBe('Active');
      graph.fault = () => undefined;
      await stack.up({ ...at, attributeMappings: [employee] });
      expect(job().commands.at(-1)).toBe('restart Watermark, Escrows, QuarantineState');
      expect(mappings()).toMatchObject({ externalId: { source: { name: 'employeeId' } } });
      expect(mappings()['locale']).toBeUndefined();
      await stack.destroy();
      expect(mappings()).toEqual(mappings(gallerySchema()));
    },
  );

  test('what was there before stays known where the inputs of the state say what no declaration could', async () => {
    await stack.up({ ...at, attributeMappings: [externalId] });
    const { stored } = stack;
    if (stored === undefined) throw new Error('nothing is stored');
    const unsaid = { ...at, attributeMappings: [{ ...externalId, objectName: 7 }] };
    stack.stored = { ...stored, inputs: unsaid, state: { ...stored.state, stale: 'x' } };
    const refreshed = await stack.refresh();
    expect(refreshed?.state).toMatchObject({ originalMappings: stored.state['originalMappings'] });
    expect(refreshed?.state).not.toHaveProperty('stale');
  });

  test('a removal that was cut off leaves the job paused, and the next one says so', async () => {
    await stack.up({ ...at, attributeMappings: [externalId] });
    job().schedule.state = 'Active';
    let isCut = false;
    graph.fault = ({ method }) => {
      const isAfter = isCut;
      isCut ||= method === 'PUT';
      return isAfter ? 'unavailable' : undefined;
    };
    await expect(stack.destroy()).rejects.toThrow(
      `another run goes on with it: the change of the mappings of the job ${JOB} is not finished, and it may be paused: `,
    );
    expect(mappings()).toEqual(mappings(gallerySchema()));
    graph.fault = () => undefined;
    await stack.destroy();
    expect(job().schedule.state).not.toBe('Active');
    expect(stack.warnings).toEqual([
      expect.stringContaining(`the job ${JOB} is paused, and its mappings are as they were`),
    ]);
  });

  test('refuses to remove the last attribute by which people are matched', async () => {
    const edit = { targetAttribute: 'userName', remove: true };
    await expect(stack.up({ ...at, attributeMappings: [edit] })).rejects.toThrow(
      "without 'userName' no attribute is left by which objects are matched; give another a matchingPriority",
    );
  });

  test('names the objects that there are', async () => {
    const edit = { ...externalId, objectName: 'Device' };
    await expect(stack.up({ ...at, attributeMappings: [edit] })).rejects.toThrow(
      "the schema has no mapping of objects 'Device'; there are: 'User of rule USER_OUTBOUND_USER', 'Group of rule USER_OUTBOUND_USER'",
    );
  });

  test('is imported by id, and is gone with its job', async () => {
    const { inputs } = await stack.import(`sp-1/${JOB}`);
    expect(inputs).toEqual({ ...at, attributeMappings: [] });
    principal.jobs.clear();
    await stack.destroy();
    await expect(stack.import('sp-1')).rejects.toThrow(
      "the id of a job must be <object id of the service principal>/<job id>, got 'sp-1'",
    );
  });
});

describe('SynchronizationState', () => {
  const credentials = [{ key: 'SecretToken', value: 'scim-token-1' }];
  let stack: GraphStack;

  beforeEach(() => {
    stack = new GraphStack(graph, 'SynchronizationState');
  });

  const quarantine = () => {
    const error = {
      code: 'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable',
      message: '401 Unauthorized',
    };
    job().status = {
      code: 'Quarantine',
      quarantine: { reason: 'EncounteredBaseEscrowThreshold', currentBegan: '2026-11-24T00:00:00Z', error },
    };
    job().schedule.state = 'Active';
  };

  test('validates the saved credentials, then starts', async () => {
    await stack.up(at);
    expect(graph.take()).toEqual([
      `POST /v1.0/servicePrincipals/sp-1/synchronization/jobs/${JOB}/validateCredentials`,
      ...Array<string>(3).fill(`GET /v1.0/servicePrincipals/sp-1/synchronization/jobs/${JOB}`),
      `POST /v1.0/servicePrincipals/sp-1/synchronization/jobs/${JOB}/start`,
      ...Array<string>(3).fill(`GET /v1.0/servicePrincipals/sp-1/synchronization/jobs/${JOB}`),
    ]);
    expect(stack.stored?.state['status']).toBe('NotRun');
  });

  test('does not start with credentials that the target refuses', async () => {
    principal.refusesCredentials = 'Unauthorized';
    await expect(stack.up({ ...at, credentials })).rejects.toThrow(
      'the target refuses the credentials, so the job was not started',
    );
    expect(job().commands).toEqual([]);
    principal.refusesCredentials = undefined;
    await stack.up({ ...at, credentials });
    expect(job().schedule.state).toBe('Active');
  });

  const VALIDATE = `POST /v1.0/servicePrincipals/sp-1/synchronization/jobs/${JOB}/validateCredentials`;
  const SAVE = 'PUT /v1.0/servicePrincipals/sp-1/synchronization/secrets';
  const writes = (): readonly string[] => graph.take().filter((request) => !request.startsWith('GET'));
  const given = (token: string): Properties => ({
    ...at,
    credentials: [
      { key: 'SecretToken', value: token },
      { key: 'SyncAll', value: 'false' },
    ],
  });

  test('saves credentials once the target has taken them, with the settings about which it is not asked', async () => {
    await stack.up(given('good'));
    const validated = graph.requests.find(({ path }) => path.endsWith('/validateCredentials'))?.body;
    expect(validated).toEqual({ credentials: [{ key: 'SecretToken', value: 'good' }] });
    expect(principal.secrets).toEqual(given('good')['credentials']);
    expect(writes().slice(0, 2)).toEqual([VALIDATE, SAVE]);
  });

  const safeguards = { notificationEmail: 'identity@example.com', deletionThreshold: 20 };
  const SETTINGS = {
    key: 'SyncNotificationSettings',
    value:
      '{"Enabled":true,"Recipients":"identity@example.com","DeleteThresholdEnabled":true,"DeleteThresholdValue":20}',
  };

  test('saves the safeguards with the credentials, before the job starts', async () => {
    await stack.up({ ...given('good'), safeguards });
    expect(principal.secrets).toEqual([...(given('good')['credentials'] as readonly Properties[]), SETTINGS]);
    expect(writes().map((request) => request.replace(/.*\//, ''))).toEqual(['validateCredentials', 'secrets', 'start']);
  });

  test('another threshold is saved alone where no credentials are given, and those that are saved stay', async () => {
    await stack.up(given('good'));
    await stack.up({ ...at, safeguards });
    expect(principal.secrets).toEqual([SETTINGS]);
    expect([...principal.secretKeys]).toEqual(['SecretToken', 'SyncAll', 'SyncNotificationSettings']);
  });

  test('safeguards that are gone come back after a refresh; settings of the portal are no difference', async () => {
    await stack.up({ ...given('good'), safeguards });
    principal.secretKeys.delete('SyncNotificationSettings');
    await stack.refresh();
    expect([...stack.preview({ ...given('good'), safeguards }).changes.keys()]).toEqual(['safeguards']);
    await stack.up({ ...given('good'), safeguards });
    principal.secretKeys.add('AuthenticationType');
    await stack.refresh();
    expect([...stack.preview({ ...given('good'), safeguards }).changes]).toEqual([]);
  });

  test('refused credentials leave a running job as it is, and the good ones of before are validated again', async () => {
    await stack.up(given('good'));
    const before = structuredClone(job());
    principal.refusesCredentials = 'Unauthorized';
    graph.take();
    await expect(stack.up(given('bad'))).rejects.toThrow(
      'the target refuses the credentials, so they were not saved: the job goes on with those that it has',
    );
    expect(writes()).toEqual([VALIDATE]);
    expect([job(), principal.secrets]).toEqual([before, given('good')['credentials']]);

    principal.refusesCredentials = undefined;
    await stack.up(given('good'));
    expect(writes()).toEqual([VALIDATE, SAVE]);
    graph.take();
    await stack.up(given('good'));
    expect(graph.take()).toEqual([]);
  });

  test('a refresh does not forget that credentials are not in use', async () => {
    await stack.up(given('good'));
    principal.refusesCredentials = 'Unauthorized';
    await expect(stack.up(given('bad'))).rejects.toThrow('were not saved');
    const refreshed = [await stack.refresh(), await stack.refresh()];
    const initError = `the credentials of the job ${JOB} are not in use: the last deployment could not save them`;
    expect(refreshed.map((one) => one?.initErrors)).toEqual([[initError], [initError]]);
    await expect(stack.up(given('bad'))).rejects.toThrow('were not saved');
    principal.refusesCredentials = undefined;
    await stack.up(given('good'));
    expect((await stack.refresh())?.initErrors).toEqual([]);
  });

  test('says that the saved credentials do not hold where none are given', async () => {
    await stack.up(at);
    await stack.up({ ...at, running: false });
    job().schedule.state = 'Active';
    principal.refusesCredentials = 'Unauthorized';
    await expect(stack.up(at)).rejects.toThrow(
      'the target refuses the credentials that are saved: the job runs, but provisioning stands still',
    );
  });

  test('a job that shall not run is given no credentials, and those of its start are validated first', async () => {
    await stack.up({ ...given('good'), running: false });
    expect(writes()).toEqual([]);
    await stack.up(given('good'));
    expect(writes().slice(0, 2)).toEqual([VALIDATE, SAVE]);
  });

  test('pauses where it shall not run, without a validation', async () => {
    await stack.up(at);
    principal.refusesCredentials = 'Unauthorized';
    await stack.up({ ...at, running: false });
    expect(job().schedule.state).toBe('Disabled');
  });

  test('finds a job that somebody, or an interrupted change of the schema, left paused', async () => {
    await stack.up(at);
    job().schedule.state = 'Disabled';
    await stack.refresh();
    expect([...stack.preview(at).changes]).toEqual([['running', 'update']]);
    await stack.up(at);
    expect(job().schedule.state).toBe('Active');
  });

  test('a quarantine is shown at a refresh with its reason, and the next update lifts it', async () => {
    await stack.up(at);
    quarantine();
    const refreshed = await stack.refresh();
    expect(refreshed?.initErrors).toEqual([
      `the provisioning job ${JOB} is in quarantine and provisions no one: EncounteredBaseEscrowThreshold since 2026-11-24T00:00:00Z: ` +
        'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable: 401 Unauthorized',
    ]);
    await stack.up(at);
    expect(job().commands.at(-1)).toBe('restart QuarantineState');
    expect(stack.stored?.state['status']).toBe('NotRun');
  });

  test('a quarantine that stays is an error', async () => {
    quarantine();
    principal.staysInQuarantine = true;
    await expect(stack.up(at)).rejects.toThrow(
      /is in quarantine and provisions no one: EncounteredBaseEscrowThreshold/,
    );
  });

  test('is paused on delete; a job that is gone is no error', async () => {
    await stack.up(at);
    await stack.destroy();
    expect(job().schedule.state).toBe('Disabled');
    await stack.up(at);
    principal.jobs.clear();
    await stack.destroy();
  });

  test('is imported by id', async () => {
    job().schedule.state = 'Active';
    expect((await stack.import(`sp-1/${JOB}`)).inputs).toEqual({ ...at, running: true, validate: true });
  });
});
