import { randomBytes, randomUUID } from 'node:crypto';
import { done, notFound, ok, problem, type Body, type Reply, type Route } from './fake-graph-parts';

/** A schema without what each write changes. */
export function lasting(schema: Body): Body {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== 'version' && key !== '@odata.context'));
}

export interface Job {
  schedule: { state: string; interval: string };
  status: Body;
  schema: Body;
  /** Commands that it was given, in order. */
  readonly commands: string[];
}

export interface ServicePrincipal {
  readonly body: Body & { keyCredentials: Body[]; passwordCredentials: Body[] };
  readonly jobs: Map<string, Job>;
  /** What the target answers to saved credentials, or given ones: undefined if it takes them. */
  refusesCredentials: string | undefined;
  /** Body of the last request that saved secrets. */
  secrets: unknown;
  /** Keys under which something is saved. */
  secretKeys: Set<string>;
  /** What the provisioning log has; undefined where the caller may not read it. */
  provisioningLog: readonly Body[] | undefined;
  /** Whether a restart leaves the quarantine as it is. */
  staysInQuarantine: boolean;
}

const attribute = (target: string, source: string, priority = 0): Body => ({
  defaultValue: null,
  exportMissingReferences: false,
  flowBehavior: 'FlowWhenChanged',
  flowType: 'Always',
  matchingPriority: priority,
  targetAttributeName: target,
  source: { expression: `[${source}]`, name: source, type: 'Attribute', parameters: [] },
  unknownToAnybody: { kept: true },
});

/** As the gallery application of IAM Identity Center has it, much shortened. */
export function gallerySchema(): Body {
  return {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#schema',
    id: 'schema',
    version: 'v1',
    synchronizationRules: [
      {
        id: 'rule-1',
        name: 'USER_OUTBOUND_USER',
        priority: 1,
        editable: true,
        objectMappings: [
          {
            enabled: true,
            name: 'Provision Microsoft Entra ID Users',
            sourceObjectName: 'User',
            targetObjectName: 'User',
            scope: null,
            attributeMappings: [
              attribute('userName', 'userPrincipalName', 1),
              attribute('active', 'accountEnabled'),
              attribute('externalId', 'mailNickname'),
              attribute('displayName', 'displayName'),
            ],
          },
          {
            enabled: true,
            name: 'Provision Microsoft Entra ID Groups',
            sourceObjectName: 'Group',
            targetObjectName: 'Group',
            attributeMappings: [attribute('displayName', 'displayName', 1), attribute('members', 'members')],
          },
        ],
      },
    ],
    directories: [{ id: 'directory-1', name: 'Azure Active Directory', objects: [{ name: 'User', attributes: [] }] }],
  };
}

/** Service principals as far as signing and provisioning go. */
export class ServicePrincipals {
  readonly all = new Map<string, ServicePrincipal>();
  readonly routes: readonly Route[] = this.table();

  add(id: string, jobs: readonly string[] = []): ServicePrincipal {
    const principal: ServicePrincipal = {
      body: {
        id,
        preferredSingleSignOnMode: 'saml',
        preferredTokenSigningKeyThumbprint: null,
        keyCredentials: [],
        passwordCredentials: [],
      },
      jobs: new Map(jobs.map((job) => [job, newJob()])),
      refusesCredentials: undefined,
      secrets: undefined,
      secretKeys: new Set(),
      provisioningLog: undefined,
      staysInQuarantine: false,
    };
    this.all.set(id, principal);
    return principal;
  }

  private table(): readonly Route[] {
    const at = (rest: string): RegExp => new RegExp(`^/v1.0/servicePrincipals/([^/]+)${rest}$`);
    const on =
      (act: (principal: ServicePrincipal, body: Body) => Reply): Route[2] =>
      ({ body }, [id = '']) => {
        const principal = this.all.get(id);
        return principal === undefined ? notFound : act(principal, body);
      };
    const onJob =
      (act: (job: Job, body: Body, principal: ServicePrincipal) => Reply): Route[2] =>
      ({ body }, [id = '', jobId = '']) => {
        const principal = this.all.get(id);
        const job = principal?.jobs.get(jobId);
        return principal === undefined || job === undefined ? notFound : act(job, body, principal);
      };
    const job = '/synchronization/jobs/([^/]+)';
    return [
      ['GET', /^\/v1.0\/auditLogs\/provisioning$/, () => this.readLog()],
      ['GET', at(''), ({ query }, [id = '']) => this.read(id, query)],
      ['PATCH', at(''), on(patch)],
      ['POST', at('/addTokenSigningCertificate'), on(addCertificate)],
      ['PUT', at('/synchronization/secrets'), on(saveSecrets)],
      ['GET', at('/synchronization/secrets'), on(({ secretKeys }) => ok({ value: masked(secretKeys) }))],
      ['GET', at(job), onJob((one) => ok({ schedule: one.schedule, status: one.status }))],
      ['POST', at(`${job}/start`), onJob((one) => command(one, 'start', 'Active'))],
      ['POST', at(`${job}/pause`), onJob((one) => command(one, 'pause', 'Disabled'))],
      ['POST', at(`${job}/restart`), onJob((one, body, principal) => restart(one, body, principal))],
      ['POST', at(`${job}/validateCredentials`), onJob((_, body, principal) => validate(body, principal))],
      ['GET', at(`${job}/schema`), onJob(({ schema }) => ok({ ...schema, directories: undefined }))],
      ['GET', at(`${job}/schema/directories`), onJob(({ schema }) => ok({ value: schema['directories'] }))],
      ['PUT', at(`${job}/schema`), onJob(replaceSchema)],
      ['POST', at(`${job}/schema/parseExpression`), onJob((_, body) => parse(String(body['expression'])))],
    ];
  }

  private readLog(): Reply {
    const logs = [...this.all.values()].map(({ provisioningLog }) => provisioningLog);
    return logs.includes(undefined)
      ? problem(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')
      : ok({ value: logs.flatMap((log) => log ?? []) });
  }

  private read(id: string, query: URLSearchParams): Reply {
    const principal = this.all.get(id);
    if (principal === undefined) return notFound;
    if (query.get('$select')?.includes('keyCredentials') === true) return ok(principal.body);
    return ok({
      ...principal.body,
      keyCredentials: principal.body.keyCredentials.map((key) => ({ ...key, key: null })),
    });
  }
}

export const servicePrincipalRoutes = (): ServicePrincipals => new ServicePrincipals();

function newJob(): Job {
  return {
    schedule: { state: 'Disabled', interval: 'PT40M' },
    status: { code: 'Paused' },
    schema: gallerySchema(),
    commands: [],
  };
}

function patch(principal: ServicePrincipal, body: Body): Reply {
  const thumbprint = body['preferredTokenSigningKeyThumbprint'];
  if (typeof thumbprint === 'string' && !/^[0-9A-F]{40}$/.test(thumbprint))
    return problem(400, 'BadRequest', 'No thumbprint.');
  Object.assign(principal.body, body);
  return done;
}

function addCertificate({ body }: ServicePrincipal, { displayName, endDateTime }: Body): Reply {
  const customKeyIdentifier = randomBytes(20).toString('base64');
  const shared = { customKeyIdentifier, displayName, startDateTime: '2026-11-25T00:00:00Z', endDateTime };
  const key = randomBytes(64).toString('base64');
  const sign = { ...shared, keyId: randomUUID(), type: 'X509CertAndPassword', usage: 'Sign', key: null };
  const verify = { ...shared, keyId: randomUUID(), type: 'AsymmetricX509Cert', usage: 'Verify', key };
  body.keyCredentials = [...body.keyCredentials, sign, verify];
  body.passwordCredentials = [...body.passwordCredentials, { ...shared, keyId: sign.keyId }];
  return ok({ ...shared, keyId: sign.keyId, key });
}

function command(job: Job, name: string, state: string): Reply {
  job.commands.push(name);
  job.schedule = { ...job.schedule, state };
  if (job.status['code'] !== 'Quarantine') job.status = { code: state === 'Active' ? 'NotRun' : 'Paused' };
  return done;
}

function restart(job: Job, body: Body, principal: ServicePrincipal): Reply {
  const { resetScope } = body['criteria'] as { readonly resetScope: string };
  if (!principal.staysInQuarantine) job.status = { code: 'NotRun' };
  return command(job, `restart ${resetScope}`, 'Active');
}

function masked(keys: ReadonlySet<string>): readonly Body[] {
  return [...keys].map((key) => ({ key, value: '*' }));
}

function saveSecrets(principal: ServicePrincipal, body: Body): Reply {
  principal.secrets = body['value'];
  for (const { key } of body['value'] as readonly { readonly key: string }[]) principal.secretKeys.add(key);
  return done;
}

function validate(body: Body, { refusesCredentials }: ServicePrincipal): Reply {
  const hasBody = body['useSavedCredentials'] === true || Array.isArray(body['credentials']);
  if (!hasBody) return problem(400, 'BadRequest', 'No credentials.');
  // The service was seen to repeat what it was sent.
  return refusesCredentials === undefined
    ? done
    : problem(
        400,
        'CredentialValidationUnavailable',
        `${refusesCredentials}: ${JSON.stringify(body['credentials'] ?? '')}`,
      );
}

function replaceSchema(job: Job, body: Body): Reply {
  if (Object.keys(body).some((key) => key.startsWith('@odata'))) return problem(400, 'BadRequest', 'Annotations.');
  if (!Array.isArray(body['directories'])) return problem(400, 'BadRequest', 'No directories.');
  if (job.schedule.state === 'Active') return problem(409, 'Conflict', 'The job is running.');
  job.schema = { '@odata.context': 'x', ...body, version: randomUUID() };
  job.commands.push('schema');
  return done;
}

function parse(expression: string): Reply {
  const name = /^(\w+)\(/.exec(expression)?.[1];
  if (name === undefined) return ok({ parsingSucceeded: false, error: { code: 'Invalid', message: 'no function' } });
  const parsedExpression = {
    expression: expression.replaceAll(',', ', '),
    name,
    type: 'Function',
    parameters: [{ key: 'source' }],
  };
  return ok({ parsingSucceeded: true, parsedExpression });
}
