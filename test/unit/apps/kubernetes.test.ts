import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readConfiguration as readApi } from '../../../apps/api/configuration';
import { readConfiguration as readWeb } from '../../../apps/web/configuration';
import { handoffOf } from '../../../src/handoff/handoff';
import { parseCustomersOutputs } from '../../../src/handoff/customers-outputs';
import { directoryEnvironments } from '../../../src/local/environment';
import { customersSection } from '../../support/customers-estate';
import { outputsOf } from '../../support/handoff/outputs';
import { REPOSITORY } from '../../support/repository';

const FOLDER = join(REPOSITORY, 'apps/kubernetes');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string(), scheme: z.string() }) });
const Container = z.object({
  name: z.string(),
  image: z.string(),
  ports: z.tuple([z.object({ name: z.string(), containerPort: z.int() })]),
  envFrom: z.array(z.unknown()),
  env: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  readinessProbe: Probe,
  livenessProbe: Probe,
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.object({ memory: z.string() }),
  }),
  securityContext: z.unknown(),
});
const Pod = z.object({
  automountServiceAccountToken: z.literal(false),
  securityContext: z.looseObject({ runAsNonRoot: z.literal(true), runAsUser: z.literal(10_001) }),
  containers: z.tuple([Container]),
});
const Deployment = z.object({
  kind: z.literal('Deployment'),
  spec: z.object({ template: z.object({ spec: Pod }) }),
});
const Kustomization = z.object({
  resources: z.array(z.string()),
  images: z.array(z.object({ name: z.string(), newName: z.string(), newTag: z.string() })),
  configMapGenerator: z.tuple([z.object({ name: z.literal('settings'), literals: z.array(z.string()) })]),
});

const kustomization = Kustomization.parse(parse(read('kustomization.yaml')));
const APPLICATIONS = ['api', 'web'] as const;

function podOf(application: (typeof APPLICATIONS)[number]): z.output<typeof Pod> {
  const documents = parseAllDocuments(read(`${application}.yaml`)).map((one) => one.toJS() as unknown);
  const found = documents.flatMap((one) => Deployment.safeParse(one).data ?? []);
  expect(found).toHaveLength(1);
  return Deployment.parse(found[0]).spec.template.spec;
}

test('every file is named, and images in one place alone', () => {
  const files = readdirSync(FOLDER).filter((name) => name !== 'kustomization.yaml');
  expect(files.toSorted()).toEqual(kustomization.resources.toSorted());
  expect(kustomization.images.map(({ name }) => name)).toEqual(APPLICATIONS);
  expect(APPLICATIONS.map((one) => podOf(one).containers[0].image)).toEqual(APPLICATIONS);
});

test.each(APPLICATIONS)(
  'weakness 20: %s has no rights, a root that it only reads, and refers to its secret',
  (application) => {
    const [{ securityContext, envFrom, env }] = podOf(application).containers;
    expect(securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(envFrom).toEqual([
      { configMapRef: { name: 'settings' } },
      { secretRef: { name: `${application}-directory` } },
    ]);
    expect(env.filter(({ name }) => /SECRET|KEYS/.test(name))).toEqual([]);
  },
);

test.each(APPLICATIONS)(
  '%s starts with what the cluster and the directory give it, and is probed where it answers',
  (application) => {
    const ofDirectory = directoryEnvironments({
      customers: customersSection(),
      signIn: handoffOf(parseCustomersOutputs('sandbox-customers', JSON.stringify(outputsOf()))),
      sessionKey: Buffer.alloc(32, 1).toString('base64url'),
    });
    const [container] = podOf(application).containers;
    const settings = kustomization.configMapGenerator[0].literals.map((line) => line.split(/=(.*)/).slice(0, 2));
    const own = container.env.map(({ name, value }) => [name, value]);
    const environment = Object.fromEntries([
      ...settings,
      ...Object.entries(ofDirectory[application]),
      ...own,
    ]) as Record<string, string>;
    const [{ name: port, containerPort }] = container.ports;
    const scheme = environment['TLS_FOLDER'] === undefined ? 'http' : 'https';
    expect((application === 'api' ? readApi : readWeb)(environment)).toMatchObject({ ok: true });
    expect([port, String(containerPort)]).toEqual([scheme, environment['PORT']]);
    const probe = (path: string) => ({ httpGet: { path, port, scheme: scheme.toUpperCase() } });
    expect([container.readinessProbe, container.livenessProbe]).toEqual([probe('/readyz'), probe('/healthz')]);
  },
);
