import { App } from 'aws-cdk-lib';
import { HOSTING_KINDS, stackName, stacksOfKind } from '../../src/estate/plan/stacks/stacks';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { EstateFiles } from './large-estate';
import { ESTATE_FILE } from '../../src/estate/source/estate-folder';
import type { EstateFile } from '../../src/estate/sections/estate-schema';
import { estateFile } from './estate-file';
import type { EstatePlan } from '../../src/estate/plan/planner';
import type { HostingEntry } from '../../src/estate/sections/hosting/schema';
import type { Synthesis } from '../../src/preview/facts';
import { CDK_FLAGS } from '../../stacks/aws/flags';
import type { JsonObject } from '../../src/estate/sections/estate';
import { addStacks } from '../../stacks/aws/estate-app';
import { synthesizeEstate } from '../../src/preview/engine/synthesize';
import { hostedSandboxFiles, planFiles } from './sandbox';
import type { Template } from './templates';
import { temporaryFolder } from './templates';
import { REPOSITORY } from './repository';

type Edit = (hosting: HostingEntry, estate: Pick<EstateFile, 'customers'>) => void;

/** The sandbox with its hosting edited, and without access and pipeline stacks. */
export function hostedFiles(edit: Edit = () => undefined): EstateFiles {
  const files = hostedSandboxFiles();
  const { hosting, ...estate } = estateFile(parse(files[ESTATE_FILE] ?? ''));
  delete estate.access;
  delete estate.pipeline;
  if (hosting === undefined) throw new Error('the sandbox has no hosting section');
  edit(hosting, estate);
  return { ...files, [ESTATE_FILE]: JSON.stringify({ ...estate, hosting }, undefined, 2) };
}

export function hostedPlan(edit?: Edit): EstatePlan {
  return planFiles(hostedFiles(edit));
}

/** Production on App Runner with all that it can have. */
export function production(hosting: HostingEntry): void {
  hosting.environment = 'production';
  delete hosting.web;
  delete hosting.api;
  hosting.privateApi = { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'] };
}

export function withDomain(hosting: HostingEntry): void {
  hosting.domain = { name: 'claims.example.com', hostedZone: { id: 'Z0123456789ABCDEFGHIJ', name: 'example.com' } };
  delete hosting.url;
}

export function expressMode(hosting: HostingEntry): void {
  hosting.platform = 'ecs-express';
}

/** ECS Express Mode in subnets of one's own, as `init` writes it. */
export function ownSubnets(hosting: HostingEntry): void {
  expressMode(hosting);
  hosting.network = {
    vpcId: 'vpc-0a1b2c3d',
    subnets: ['subnet-2a1b2c3d', 'subnet-3a1b2c3d'],
    securityGroups: ['sg-0a1b2c3d'],
  };
}

/** Production on ECS Express Mode with all that it can have. */
export function expressProduction(hosting: HostingEntry): void {
  production(hosting);
  ownSubnets(hosting);
}

/** The customers are in an external tenant. */
export function inExternalTenant(_hosting: HostingEntry, estate: Pick<EstateFile, 'customers'>): void {
  const text = readFileSync(join(REPOSITORY, 'test/estates/external', ESTATE_FILE), 'utf8');
  Object.assign(estate, { customers: estateFile(parse(text)).customers });
}

/** Services of a company: one from a folder, one by its digest that the first calls in private, and one elsewhere. */
export function ownServices(hosting: HostingEntry, estate: Pick<EstateFile, 'customers'>): void {
  delete hosting.url;
  delete hosting.web;
  delete hosting.api;
  hosting.privateApi = { vpcId: 'vpc-0a1b2c3d', subnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'] };
  hosting.services = [
    {
      ...{ name: 'portal', folder: 'apps/portal', port: 3000, healthPath: '/health', cpu: 512, memory: 1024 },
      environment: [
        { name: 'LOG_LEVEL', value: 'info' },
        { name: 'METADATA', metadataUrl: 'signIn' },
        { name: 'CLIENT_ID', clientId: 'portal' },
        { name: 'CLIENT_SECRET', clientSecret: 'portal' },
        { name: 'SCOPE', scope: 'api/Accounts.Read' },
        { name: 'ORDERS_URL', url: 'orders' },
      ],
    },
    {
      name: 'orders',
      image: `210000000011.dkr.ecr.eu-west-1.amazonaws.com/orders@sha256:${'0'.repeat(64)}`,
      public: false,
      environment: [
        { name: 'AUDIENCE', clientId: 'api' },
        { name: 'TABLE', table: 'orders' },
      ],
      tables: [{ name: 'orders', partitionKey: 'customer', sortKey: 'order' }],
    },
    {
      ...{ name: 'crm', runs: 'elsewhere' },
      environment: [
        { name: 'CLIENT_ID', clientId: 'crm' },
        { name: 'CLIENT_SECRET', clientSecret: 'crm' },
      ],
    },
  ];
  if (estate.customers === undefined) throw new Error('the sandbox has no customers');
  const secret = { kind: 'web', clientSecret: { start: '2026-01-01', period: 'P180D' } } as const;
  estate.customers.applications = [
    { name: 'portal', displayName: 'Portal', redirectUris: ['https://portal.example.com/auth'], ...secret },
    { name: 'crm', displayName: 'CRM', redirectUris: ['https://crm.example.com/auth'], ...secret },
  ];
}

export interface HostingTemplates {
  readonly data: Template;
  readonly services: Template;
  readonly issues: Synthesis['issues'];
}

/** The two templates of the sandbox's hosting after an edit, and what validation found. */
export function hostingTemplates(edit?: Edit): HostingTemplates {
  const { templates, issues } = synthesizeEstate(hostedPlan(edit));
  const templateOf = (role: string): Template => {
    const found = templates.find((template) => template.role === role);
    if (found === undefined) throw new Error(`no template of ${role}`);
    return found.template as unknown as Template;
  };
  return { data: templateOf('hosting-data'), services: templateOf('hosting'), issues };
}

/** An app makes its output folder at once. */
const OUTPUT = temporaryFolder();
const IMAGE = { hash: 'a'.repeat(64), command: ['true'] };

/** An app with the stacks of a hosting, which is not validated: that takes most of a synthesis. */
export function hostingApp(edit?: Edit): App {
  return appOf(hostedPlan(edit));
}

function appOf(plan: EstatePlan): App {
  const stacks = HOSTING_KINDS.flatMap((kind) => stacksOfKind(plan, kind));
  const app = new App({
    outdir: mkdtempSync(join(OUTPUT, 'hosting-')),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    postCliContext: CDK_FLAGS,
  });
  addStacks(app, stacks, { plan, sources: { imageOf: () => IMAGE } });
  return app;
}

/** The two templates of the sandbox's hosting after an edit, not validated, with the same images always. */
export function plainTemplates(edit?: Edit): Omit<HostingTemplates, 'issues'> {
  const assembly = hostingApp(edit).synth();
  const templateOf = (role: 'hosting-data' | 'hosting'): Template =>
    assembly.getStackByName(stackName('sandbox', role)).template as Template;
  return { data: templateOf('hosting-data'), services: templateOf('hosting') };
}

/** What `synthesizeEstate` gives for the hosting alone, not validated. */
export function plainSynthesis(plan: EstatePlan): Synthesis {
  if (plan.estate.hosting === undefined) return { templates: [], issues: [] };
  const assembly = appOf(plan).synth();
  const templates = HOSTING_KINDS.map((role) => {
    const stack = stackName(plan.estate.name, role);
    return { stack, role, template: assembly.getStackByName(stack).template as JsonObject };
  });
  return { templates, issues: [] };
}
