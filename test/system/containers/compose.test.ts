import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { writeComposeFiles } from '../../../src/local/containers/compose-files';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import { variablesOf } from './stack';
import { EXAMPLE_ESTATES, REPOSITORY } from '../../support/repository';

const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

const Service = z.object({
  image: z.string(),
  build: z.object({ context: z.literal('.'), dockerfile: z.string() }).optional(),
  env_file: z.string(),
  read_only: z.literal(true),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  tmpfs: z.array(z.string()),
  network_mode: z.string().optional(),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});

const TenantService = Service.extend({
  profiles: z.tuple([z.literal('tenant')]),
  networks: z.array(z.string()),
  volumes: z.array(z.string()),
});

const { services, tenant, networks } = z
  .object({
    services: z
      .object({ b2c: Service, database: Service, api: Service, web: Service })
      .and(z.object({ 'tenant-database': TenantService, 'tenant-api': TenantService, 'tenant-web': TenantService })),
    networks: z.object({ tenant: z.null(), 'tenant-data': z.object({ internal: z.literal(true) }) }),
  })
  .transform(({ services: all, ...others }) => {
    const { 'tenant-database': database, 'tenant-api': api, 'tenant-web': web, ...services } = all;
    return { services, tenant: { database, api, web }, ...others };
  })
  .parse(parse(read('compose.yaml'), { merge: true }));

test.each(
  Object.entries({
    ...services,
    ...Object.fromEntries(Object.entries(tenant).map(([name, one]) => [`tenant-${name}`, one])),
  }),
)('%s may write to its volume alone and has no rights', (_name, service) => {
  expect(service.read_only).toBe(true);
  expect(service.cap_drop).toEqual(['ALL']);
  expect(service.security_opt).toEqual(['no-new-privileges:true']);
  expect(service.tmpfs).toEqual([expect.stringContaining('noexec,nosuid,nodev')]);
});

test('only the web and the emulator are published, and for this machine alone', () => {
  const published = Object.values(services).flatMap(({ ports }) => ports);
  expect(published).toEqual(['127.0.0.1:${WEB_PORT:-5000}:${WEB_PORT:-5000}', '127.0.0.1:5002:5002']);
});

test('all share one network, whose owner needs none of them', () => {
  const { b2c, ...others } = services;
  expect(Object.values(others).map(({ network_mode: mode }) => mode)).toEqual(Array(3).fill('service:b2c'));
  expect(b2c.network_mode).toBeUndefined();
  expect(b2c.depends_on).toEqual({});
});

test('with a tenant only the web is published, and the database reaches nothing outside', () => {
  const published = Object.values(tenant).flatMap(({ ports }) => ports);
  expect(published).toEqual(['127.0.0.1:${WEB_PORT:-5000}:${WEB_PORT:-5000}']);
  expect(Object.keys(networks)).toEqual(['tenant', 'tenant-data']);
  expect(tenant.database.networks).toEqual(['tenant-data']);
  for (const { volumes } of Object.values(tenant)) expect(volumes).toContain('./dist/compose/tenant/tls:/run/tls:ro');
});

test('with a tenant each starts when what it needs is healthy, from the image that it has without', () => {
  expect(tenant.web.depends_on).toEqual({ 'tenant-api': { condition: 'service_healthy' } });
  expect(tenant.api.depends_on).toEqual({ 'tenant-database': { condition: 'service_healthy' } });
  for (const name of ['database', 'api', 'web'] as const) expect(tenant[name].image).toBe(services[name].image);
});

test('each starts when what it needs is healthy', () => {
  expect(services.web.depends_on).toEqual({ api: { condition: 'service_healthy' } });
  expect(services.api.depends_on).toEqual({
    b2c: { condition: 'service_healthy' },
    database: { condition: 'service_healthy' },
  });
});

test('the ports in the variables are those that are published', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  const { estate } = planEstate(diskFolder(EXAMPLE_ESTATES, 'sandbox'));
  const { customers } = estate;
  if (customers === undefined) throw new Error('the sandbox has customers');
  const { url, variables } = await writeComposeFiles(folder, { estate, customers, now: new Date() });
  expect({ url, variables }).toEqual({ url: 'http://localhost:5000', variables: {} });
  expect(variablesOf(folder, 'web')).toMatchObject({ PORT: '5000', HOST: '0.0.0.0', API_URL: 'http://127.0.0.1:5001' });
  expect(variablesOf(folder, 'b2c')).toMatchObject({ PORT: '5002', HOST: '0.0.0.0' });
  expect(variablesOf(folder, 'api')).toMatchObject({ PORT: '5001', HOST: '127.0.0.1' });
  const again = variablesOf(folder, 'web');
  await writeComposeFiles(folder, { estate, customers, now: new Date() });
  expect(variablesOf(folder, 'web')).toEqual(again);
  rmSync(folder, { recursive: true });
});

describe.each(['apps/service', 'apps/emulator'])('%s/Dockerfile', (folder) => {
  const text = read(`${folder}/Dockerfile`);
  const final = text.slice(text.lastIndexOf('\nFROM '));

  test('has two stages of one pinned base, and the last takes from the first alone', () => {
    expect(text.match(/^FROM .*$/gm)).toEqual(['FROM ${NODE_IMAGE} AS checked', 'FROM ${NODE_IMAGE}']);
    expect(/^ARG NODE_IMAGE=(.*)$/m.exec(text)?.[1]).toMatch(
      /^docker\.io\/library\/node:\d+\.\d+\.\d+-alpine\d+\.\d+@sha256:[0-9a-f]{64}$/,
    );
    expect(final.match(/^(COPY|ADD) (?!--from=checked).*$/gm)).toBeNull();
    expect(final).not.toMatch(/^RUN/m);
  });

  test('weakness 20: is not root and no development server, has a health check and says what it is', () => {
    expect(final).toContain('NODE_ENV=production');
    expect(final).toMatch(/^USER 10001:10001$/m);
    expect(final).toMatch(/^HEALTHCHECK --interval=\ds --timeout=3s/m);
    for (const label of ['title', 'description', 'licenses', 'version', 'revision']) {
      expect(final).toContain(`org.opencontainers.image.${label}=`);
    }
  });

  test('needs no shell, so that a base without one will do', () => {
    expect(text.match(/^(RUN|ENTRYPOINT|CMD|  CMD) (?!\[).*$/gm)).toBeNull();
  });
});

test('the context is what was bundled, and never a secret', () => {
  const lines = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines).toEqual(['*', '!dist/api', '!dist/web', '!dist/emulator']);
});
