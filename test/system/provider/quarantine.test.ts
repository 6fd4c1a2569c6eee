import type { Properties } from '../../../provider/values';
import { FakeGraph } from '../../support/fake-graph';
import type { Job, ServicePrincipal } from '../../support/fake-graph-service-principals';
import { fixDay } from '../../support/fixed-day';
import { GraphStack } from '../../support/graph-stack';

fixDay('2026-11-25');

const JOB = 'aWSSingleSignon.abc';
const at = { servicePrincipalId: 'sp-1', jobId: JOB };
const SINCE = '2026-11-20T10:00:00Z';
const RESTART = 'restart Watermark, Escrows, QuarantineState';

let graph: FakeGraph;
let principal: ServicePrincipal;
let job: Job;

beforeEach(async () => {
  graph = await new FakeGraph().start();
  principal = graph.servicePrincipals.add('sp-1', [JOB]);
  const [only] = principal.jobs.values();
  if (only === undefined) throw new Error('no job');
  job = only;
  job.schedule.state = 'Active';
});

afterEach(() => graph.stop());

interface Event {
  readonly since?: string | null;
  readonly code?: string;
  readonly error?: string;
}

function quarantine(reason: string, { since = SINCE, code = 'Quarantine', error = 'Some' }: Event = {}): void {
  job.status = {
    code,
    quarantine: { reason, currentBegan: since, error: { code: error, message: 'as Graph says it' } },
    synchronizedEntryCountByType: [
      { key: 'User', value: 120 },
      { key: 'Group', value: 4 },
    ],
  };
}

describe('a job that holds deletions back', () => {
  let stack: GraphStack;

  beforeEach(() => {
    stack = new GraphStack(graph, 'SynchronizationState');
  });

  test('is not restarted either where Graph says so by the code of an error about something else', async () => {
    quarantine('EncounteredQuarantineException', { error: 'TooManyDeletes' });
    await expect(stack.up(at)).rejects.toThrow('Entra ID holds deletions back');
    expect(job.commands).toEqual([]);
  });

  test('says what happened, how many there are as far as Graph tells, and how to decide', async () => {
    quarantine('TooManyDeletes');
    await expect(stack.up(at)).rejects.toThrow(
      [
        `the provisioning job ${JOB} is in quarantine and provisions no one: TooManyDeletes since ${SINCE}: Some: as Graph says it`,
        'Entra ID holds deletions back, because one cycle would remove or disable more people than its threshold allows. A restart would let them through, so the job is not restarted.',
        'How many: Graph does not say; the provisioning logs do (Graph shows them to an identity with AuditLog.Read.All). The job has provisioned 120 User, 4 Group so far.',
        'Who: Entra admin center > Enterprise applications > the application > Provisioning logs, Action StagedDelete and StagedAction.',
        'If they must stay: put back the members, the assignment or the mapping by which they were provisioned, and only then restart.',
        'If they must go, or are back: write these lines into workforce.awsApplication.scim of the estate, with the day and the reason, and run pulumi up. They hold for this event alone.',
        '  acceptDeletions:',
        `    quarantinedSince: '${SINCE}'`,
        '    decidedOn: <YYYY-MM-DD>',
        "    reason: '' # who decided, and why",
      ].join('\n'),
    );
  });

  test('says the number where the provisioning log may be read, each person once', async () => {
    quarantine('TooManyDeletes');
    const staged = (id: string, identityType: string, provisioningAction = 'stagedDelete') => ({
      provisioningAction,
      sourceIdentity: { id, identityType },
    });
    principal.provisioningLog = [
      staged('a', 'User'),
      staged('a', 'User'),
      staged('b', 'User'),
      staged('c', 'Group'),
      staged('d', 'User', 'create'),
    ];
    await expect(stack.up(at)).rejects.toThrow('How many: 2 User, 1 Group, by the provisioning logs.');
    const asked = graph.requests.find(({ path }) => path === '/v1.0/auditLogs/provisioning');
    expect(asked?.query.get('$filter')).toBe(`jobId eq '${JOB}' and activityDateTime gt 2026-11-19T10:00:00.000Z`);
  });

  test('is restarted by no update and no refresh, with whatever credentials', async () => {
    await stack.up(at);
    quarantine('TooManyDeletes');
    job.commands.splice(0);
    expect((await stack.refresh())?.initErrors).toEqual([expect.stringContaining('TooManyDeletes since')]);
    await expect(stack.up(at)).rejects.toThrow('so the job is not restarted');
    await stack.refresh();
    const credentials = [{ key: 'SecretToken', value: 'another' }];
    await expect(stack.up({ ...at, credentials })).rejects.toThrow('so the job is not restarted');
    expect(job.commands).toEqual([]);
  });

  test('is not started after a pause either', async () => {
    await stack.up({ ...at, running: false });
    quarantine('TooManyDeletes', { code: 'Paused' });
    job.commands.splice(0);
    await expect(stack.up(at)).rejects.toThrow('so the job is not restarted');
    expect(job.commands).toEqual([]);
  });

  describe('and of which Graph says nothing while it is paused', () => {
    const hide = (): void => {
      job.status = { code: 'Paused', quarantine: null };
    };
    const accepting = { ...at, acceptDeletions: SINCE };

    beforeEach(async () => {
      await stack.up(at);
      quarantine('TooManyDeletes');
      graph.fault = ({ method, path }) => {
        if (method === 'POST' && path.endsWith('/pause')) hide();
        return undefined;
      };
    });

    test('is not started after a pause by an update', async () => {
      await stack.up({ ...at, running: false });
      await stack.refresh();
      job.commands.splice(0);
      await expect(stack.up(at)).rejects.toThrow(
        `TooManyDeletes since ${SINCE}, seen before the job was paused\nEntra ID holds deletions back`,
      );
      expect(job.commands).toEqual([]);
      await stack.up(accepting);
      expect(job.commands).toEqual([RESTART]);
      expect(stack.stored?.state).not.toHaveProperty('heldBack');
    });

    test('is not started after a refresh saw it and a person paused it', async () => {
      await stack.refresh();
      job.schedule.state = 'Disabled';
      hide();
      await stack.refresh();
      job.commands.splice(0);
      await expect(stack.up(at)).rejects.toThrow('so the job is not restarted');
      expect(job.commands).toEqual([]);
    });

    test('is not started where the target refused the credentials meanwhile', async () => {
      await stack.up({ ...at, running: false });
      principal.refusesCredentials = 'no';
      await expect(stack.up(at)).rejects.toThrow('refuses the credentials');
      principal.refusesCredentials = undefined;
      job.commands.splice(0);
      await expect(stack.up(at)).rejects.toThrow('so the job is not restarted');
      expect(job.commands).toEqual([]);
    });

    test('is forgotten once a person decided and the job runs', async () => {
      await stack.up({ ...at, running: false });
      job.schedule.state = 'Active';
      job.status = { code: 'Active', quarantine: null };
      await stack.refresh();
      expect(stack.stored?.state).not.toHaveProperty('heldBack');
      await stack.up(at);
    });
  });

  test('restarts once the deletions of this very event are accepted, and not for a later one', async () => {
    await stack.up(at);
    quarantine('TooManyDeletes');
    const accepting = { ...at, acceptDeletions: SINCE };
    job.commands.splice(0);
    await stack.up(accepting);
    expect(job.commands).toEqual([RESTART]);
    expect(stack.warnings).toEqual([expect.stringContaining('they were accepted (TooManyDeletes since')]);
    expect([...stack.preview(accepting).changes]).toEqual([]);

    quarantine('TooManyDeletes', { since: '2026-11-21T10:00:00Z' });
    await stack.refresh();
    await expect(stack.up(accepting)).rejects.toThrow("quarantinedSince: '2026-11-21T10:00:00Z'");
    expect(job.commands).toEqual([RESTART]);
  });

  test.each([
    ['another event', '2026-11-19T10:00:00Z', SINCE],
    ['what is not a moment', 'yesterday', 'yesterday'],
  ])('does not restart for %s', async (_, acceptDeletions, since) => {
    quarantine('TooManyDeletes', { since });
    await expect(stack.up({ ...at, acceptDeletions })).rejects.toThrow('so the job is not restarted');
    expect(job.commands).toEqual([]);
  });

  test('leaves the decision to the portal where Graph does not say since when', async () => {
    quarantine('TooManyDeletes', { since: null });
    const failed = stack.up({ ...at, acceptDeletions: SINCE });
    await expect(failed).rejects.toThrow('cannot name this event: decide on the page Provisioning');
    await expect(failed).rejects.not.toThrow('acceptDeletions:');
    expect(job.commands).toEqual([]);
  });

  test('a quarantine that is back after the restart is an error that names the new event', async () => {
    quarantine('TooManyDeletes');
    principal.staysInQuarantine = true;
    await expect(stack.up({ ...at, acceptDeletions: SINCE })).rejects.toThrow('is in quarantine and provisions no one');
    expect(job.commands).toEqual([RESTART]);
  });
});

describe('a change of mappings', () => {
  const declared = { ...at, attributeMappings: [{ targetAttribute: 'externalId', sourceAttribute: 'objectId' }] };
  let stack: GraphStack;

  beforeEach(() => {
    stack = new GraphStack(graph, 'SynchronizationSchema');
  });

  test('changes nothing while deletions are held back', async () => {
    quarantine('TooManyDeletes');
    const before = structuredClone(job);
    await expect(stack.up(declared)).rejects.toThrow('so the job is not restarted');
    expect(job).toEqual(before);
  });

  test('goes on once they are accepted', async () => {
    quarantine('TooManyDeletes');
    await stack.up({ ...declared, acceptDeletions: SINCE });
    expect(job.commands).toEqual(['pause', 'schema', RESTART]);
  });

  test('leaves the job paused where a cycle found too many deletions meanwhile', async () => {
    graph.fault = ({ method, path }) => {
      if (method === 'PUT' && path.endsWith('/schema')) quarantine('TooManyDeletes', { code: 'Paused' });
      return undefined;
    };
    await expect(stack.up(declared)).rejects.toThrow(
      `pulumi up goes on with it: the mappings are changed, and the job ${JOB} is paused: the provisioning job ${JOB} is in quarantine`,
    );
    expect(job.commands).toEqual(['pause', 'schema']);
  });

  test('restarts the job that stayed paused once they are accepted, and still knows the mappings of before', async () => {
    graph.fault = ({ method, path }) => {
      if (method === 'PUT' && path.endsWith('/schema')) quarantine('TooManyDeletes', { code: 'Paused' });
      return undefined;
    };
    const original = structuredClone(job.schema['synchronizationRules']);
    await expect(stack.up(declared)).rejects.toThrow(
      `pulumi up goes on with it: the mappings are changed, and the job ${JOB} is paused: `,
    );
    await stack.refresh();
    await expect(stack.up(declared)).rejects.toThrow(
      `pulumi up goes on with it: the mappings are changed, and the job ${JOB} is paused: `,
    );
    graph.fault = () => undefined;
    await stack.up({ ...declared, acceptDeletions: SINCE });
    expect(job.commands).toEqual(['pause', 'schema', RESTART]);
    expect((await stack.refresh())?.initErrors).toEqual([]);
    await stack.destroy();
    expect(job.schema['synchronizationRules']).toEqual(original);
  });

  test('is written to a job that does not run, which stays as it is', async () => {
    job.schedule.state = 'Disabled';
    quarantine('TooManyDeletes', { code: 'Paused' });
    await stack.up(declared);
    expect(job.commands).toEqual(['schema']);
  });
});

describe('a quarantine', () => {
  const credentials: Properties = { ...at, credentials: [{ key: 'SecretToken', value: 'good' }] };
  let stack: GraphStack;

  beforeEach(() => {
    stack = new GraphStack(graph, 'SynchronizationState');
  });

  test.each([
    ['EncounteredQuarantineException', 'Some'],
    ['EncounteredBaseEscrowThreshold', 'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable'],
    ['EncounteredEscrowProportionThreshold', 'SystemForCrossDomainIdentityManagementServiceUnauthorized'],
  ])('for credentials is lifted once they hold: %s, %s', async (reason, error) => {
    quarantine(reason, { error });
    await stack.up(credentials);
    expect(job.commands).toEqual(['restart QuarantineState']);
  });

  test.each([
    'EncounteredBaseEscrowThreshold',
    'EncounteredTotalEscrowThreshold',
    'EncounteredEscrowProportionThreshold',
    'QuarantinedOnDemand',
    'IngestionInterrupted',
    'Unknown',
    'OfTheFuture',
  ])('for %s is not lifted, and the error says what to do', async (reason) => {
    quarantine(reason);
    await expect(stack.up({ ...credentials, acceptDeletions: SINCE })).rejects.toThrow(
      'This is not about credentials, so the job is not restarted.',
    );
    expect(job.commands).toEqual([]);
  });
});
