/**
 * The layers: which folder may import which folders, packages and modules of Node. What is not named here is refused, and so is
 * a folder without a row.
 */

const { existsSync } = require('node:fs');
const { join } = require('node:path');

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

/** Finds what the package brings, and what the team has. */
const PACKAGE_FILES = 'src/package/contents/files.ts';

/** Where the documentation is published. */
const ADDRESSES = 'src/package/contents/addresses.ts';

/** What every folder may say something with: names near a given one, places in a value, what a schema refuses. */
const TEXT = 'src/text';

/** What Graph has no property for, and its limits: the provider's knowledge, of which an estate speaks. */
const GRAPH_RULES = ['provider/limits.ts', 'provider/user-flow/manual-settings.ts'];

/** What counts as this machine: one rule for all that sends a secret, or listens. */
const LOOPBACK = 'apps/service/loopback.ts';

/** Paths of the web, which no redirect URI may have. */
const WEB_PATHS = 'apps/service/web-paths.ts';

/** Microsoft's table of permissions: one for who grants them, who checks them, and the emulator, which enforces them. */
const PERMISSIONS = 'apps/emulator/graph/permissions/needs.ts';

/** What an identity of an estate needs of Graph. */
const NEEDED_PERMISSIONS = 'src/clouds/graph/permissions/needed-permissions.ts';

/** @type {Record<string, { folders?: string[], packages?: string[], node?: string[] }>} */
const LAYERS = {
  [TEXT]: { packages: ['fastest-levenshtein', 'zod'] },
  // A library of its own: others may want it.
  'src/permissions': {},
  // The estate is pure: text in, a typed estate with findings and a plan out.
  'src/estate/source': {
    packages: ['fast-xml-parser', 'fastest-levenshtein', 'yaml', 'zod'],
    node: PURE,
  },
  'src/estate/sections': {
    folders: ['src/estate/source', 'src/permissions', WEB_PATHS, ...GRAPH_RULES],
    packages: ['fastest-levenshtein', 'zod'],
    node: PURE,
  },
  // A record for each kind of object in a directory: what it has, what that means, how it is read, shown and compared.
  'src/estate/records': {
    folders: ['src/estate/source', 'src/estate/sections', 'provider/limits.ts'],
    node: PURE,
  },
  'src/estate/plan': {
    folders: ['src/estate/source', 'src/estate/sections', 'src/permissions', 'provider/limits.ts'],
    packages: ['fastest-levenshtein', 'zod'],
    node: PURE,
  },
  'src/estate/reference': {
    folders: ['package.json', 'src/estate/plan', 'src/estate/sections', 'src/estate/source'],
    packages: ['yaml', 'zod'],
  },
  'src/estate/load': { folders: ['src/estate/source'], node: FILES },

  'constructs/aws/checks': { folders: ['constructs/aws', 'src/estate'], packages: CDK, node: FILES },
  // Where the package's files are, in its repository as below node_modules.
  // What everything may ask of the package: its files, its addresses, the least Node. It imports nothing of ours.
  'src/package/contents': {
    folders: ['package.json'],
    packages: ['esbuild'],
    node: [...FILES, 'module', 'v8', 'vm', 'zlib'],
  },
  'src/package/project': {
    // The jobs that a pipeline runs are those of the command that runs them.
    folders: [
      'src/deploy/ci',
      'src/deploy/forges/registry.ts',
      'src/deploy/pipeline/steps.ts',
      'src/estate',
      PACKAGE_FILES,
      'package.json',
    ],
    packages: ['eta', 'yaml', 'zod'],
    node: FILES,
  },
  // What builds a team's own application, there.
  'src/package/project/application': { packages: ['esbuild'], node: FILES },
  'src/package/entries': {
    folders: ['src/estate/source/json-source.ts', 'constructs', 'src/estate', 'src/permissions', 'stacks'],
  },
  'src/package/build': {
    folders: ['package.json', 'src/clouds/git', 'src/local/containers', 'src/package'],
    packages: ['esbuild', 'zod'],
    node: [...PROCESSES, 'module'],
  },
  // What a release is made by, without the packages of this repository.
  // The program as this repository itself calls it.
  '.ci/node': { folders: ['src/cli/entra-aws.cjs'] },
  '.ci/lint': { folders: ['src/package/contents/node-version.cjs'], node: PROCESSES },
  '.ci/stryker': { folders: ['jest.config.js'] },
  '.ci': { node: FILES },
  'src/package': {
    folders: ['package.json', 'src/package/contents/node-version.cjs'],
    packages: ['esbuild', 'tsx'],
    node: FILES,
  },
  'constructs/aws': {
    folders: ['constructs/aws/checks', 'src/estate', 'src/package/contents/files.ts'],
    packages: CDK,
    node: PURE,
  },
  'constructs/entra': {
    folders: ['constructs/graph', 'provider/limits.ts', 'src/estate'],
    packages: PULUMI,
    node: PURE,
  },
  'constructs/graph': { packages: PULUMI },
  'stacks/aws': { folders: ['constructs/aws', 'src/estate'], packages: ['aws-cdk-lib', 'zod'], node: FILES },
  'stacks/entra': {
    folders: ['constructs/entra', 'constructs/graph', 'src/estate'],
    packages: [...PULUMI, 'zod'],
  },
  stacks: {
    folders: [
      ADDRESSES,
      'constructs/aws',
      'src/package/contents/node-version.cjs',
      'src/clouds/git',
      'src/estate',
      PACKAGE_FILES,
      'package.json',
      'stacks/aws',
      'stacks/entra',
    ],
    packages: ['@pulumi/pulumi', 'aws-cdk-lib', 'zod'],
    node: [...PROCESSES, 'worker_threads'],
  },

  provider: {
    folders: ['package.json'],
    packages: [...AZURE, '@grpc/grpc-js', '@pulumi/pulumi', 'google-protobuf', 'zod'],
    node: SERVERS,
  },
  'apps/emulator/base': {
    folders: [LOOPBACK],
    packages: ['@peculiar/', 'express', 'pino', 'reflect-metadata', 'zod'],
    node: SERVERS,
  },
  'apps/emulator/pages': { packages: ['eta', 'express'], node: FILES },
  'apps/emulator/saml': { packages: ['fast-xml-builder', 'fast-xml-parser', 'xml-crypto', 'zod'], node: PURE },
  'apps/emulator/graph': {
    folders: ['apps/emulator/base', 'apps/emulator/pages', 'apps/emulator/saml', LOOPBACK],
    packages: ['express', 'jose', 'pino', 'zod'],
    node: SERVERS,
  },
  // IAM Identity Center: the SCIM endpoint and its Identity Store.
  'apps/emulator/aws': {
    folders: [
      'apps/emulator/base',
      'apps/emulator/graph/json.ts',
      'apps/emulator/graph/scim-path.ts',
      'apps/emulator/pages',
      'apps/emulator/saml',
      LOOPBACK,
    ],
    packages: ['express', 'pino', 'zod'],
    node: SERVERS,
  },
  'apps/emulator/b2c': {
    folders: ['apps/emulator/base', 'apps/emulator/graph', 'apps/emulator/pages', LOOPBACK],
    packages: ['express', 'jose', 'oidc-provider', 'pino', 'zod'],
    node: SERVERS,
  },
  // Both sides of staff's access: Entra ID and IAM Identity Center.
  'apps/emulator/workforce': {
    folders: [
      'apps/emulator/aws',
      'apps/emulator/base',
      'apps/emulator/graph',
      'apps/emulator/pages',
      'apps/emulator/saml',
    ],
    packages: ['express', 'zod'],
    node: SERVERS,
  },
  'apps/service': {
    packages: [...AWS, 'aws4', '@opentelemetry/', 'express', 'ipaddr.js', 'pino', 'zod'],
    node: SERVERS,
  },
  'apps/api': {
    folders: ['apps/service'],
    packages: [...AWS, 'express', 'jose', 'pino', 'zod'],
    node: SERVERS,
  },
  'apps/web': {
    folders: ['apps/service'],
    packages: [...AWS, ...['eta', 'express', 'jose', 'openid-client'], ...['pino', 'zod']],
    node: SERVERS,
  },
  lambda: { folders: ['src/estate/source/names.ts'], packages: [...AWS, ...AZURE, 'zod'], node: PURE },

  'src/clouds/git': { folders: [PACKAGE_FILES, 'src/estate'], packages: ['zod'], node: PROCESSES },
  // It asks the Pulumi CLI which ids the stack remembers, and reads its state.
  'src/clouds/pulumi': {
    folders: ['provider/values.ts', 'src/clouds', 'src/estate/source'],
    packages: ['zod'],
    node: [...PURE, 'child_process'],
  },
  'src/clouds': {
    folders: [LOOPBACK, PERMISSIONS, 'package.json', 'provider', 'src/clouds/pulumi', 'src/estate'],
    packages: [...AWS, ...AZURE, 'jose', 'p-map', 'zod'],
    node: FILES,
  },
  // An estate as plain code of both engines.
  'src/eject': {
    folders: [
      'constructs/graph/provider.ts',
      'package.json',
      'src/estate',
      'src/preview',
      'src/preview/engine',
      'stacks',
    ],
    packages: ['@pulumi/', 'aws-cdk-lib', 'zod'],
    node: FILES,
  },
  'src/preview/engine': {
    folders: ['constructs/aws', PACKAGE_FILES, 'src/estate', 'src/preview', 'stacks'],
    packages: ['@pulumi/pulumi', 'aws-cdk-lib', 'zod'],
    node: FILES,
  },
  'src/preview': {
    folders: [
      ...[ADDRESSES, NEEDED_PERMISSIONS, PACKAGE_FILES, 'src/estate', 'src/permissions'],
      'constructs/aws/checks/known-answers.ts',
    ],
    packages: ['@aws-cdk/cloudformation-diff', '@dagrejs/dagre', 'fastest-levenshtein', 'zod'],
    node: FILES,
  },
  'src/doctor': {
    folders: ['constructs/entra', 'provider', 'src/clouds', 'src/estate', 'src/preview'],
    packages: ['fast-xml-builder', 'zod'],
    node: PURE,
  },
  'src/import': {
    folders: ['src/clouds/facts', 'src/clouds/reading.ts', 'src/estate', 'src/preview/entra'],
    packages: ['yaml'],
    node: PURE,
  },
  'src/who': { folders: ['provider', 'src/clouds', 'src/estate'], packages: ['zod'] },
  'src/handoff': { folders: ['src/clouds', 'src/estate'], packages: [...AWS, 'diff', 'yaml', 'zod'], node: PROCESSES },
  'src/deploy/steps': { folders: [...GRAPH_RULES, 'src/estate'], packages: ['zod'], node: PROCESSES },
  'src/deploy': {
    // Right before a deployment, a pipeline compares the registry with what was approved.
    folders: [
      'src/clouds/aws/read-images.ts',
      // The record of what was deployed, and those that are kept.
      'src/clouds/aws/evidence-bucket.ts',
      'src/clouds/aws/parameter.ts',
      'src/clouds/pulumi/read-made.ts',
      // Names of the doctor's areas, each of which the daily look examines.
      'src/clouds/facts/facts.ts',
      'src/clouds/user-agent.ts',
      'src/deploy/steps',
      'src/estate',
      // The engine that a job installs, with its hashes.
      'src/package/project/pipeline/versions.ts',
      'src/preview',
    ],
    packages: ['zod'],
    node: PROCESSES,
  },
  // The same at an account and at a stand-in for AWS.
  'src/prove/aws': {
    folders: [
      'constructs/aws/access',
      'provider/values.ts',
      'src/clouds/aws',
      'src/clouds/facts',
      'src/estate',
      'src/permissions',
      'src/prove',
    ],
    packages: ['aws-cdk-lib', ...AWS],
    node: FILES,
  },
  // Deploys to a tenant and to the emulator, records both and compares them.
  'src/prove': {
    folders: ['apps/emulator', PACKAGE_FILES, 'provider', 'src/clouds/graph', 'src/estate', 'stacks/entra'],
    packages: [...PULUMI, 'zod'],
    node: ALL,
  },
  // The site of the documentation.
  docs: { folders: ['package.json'], packages: ['vitepress'], node: PROCESSES },
  // Only commands start what runs on this machine.
  'src/local': {
    folders: [
      LOOPBACK,
      'apps/emulator/b2c',
      'apps/emulator/graph',
      'apps/emulator/workforce/plan.ts',
      // Certificates of the containers, and what reads them.
      'apps/emulator/base/authority.ts',
      'apps/service/tls.ts',
      'apps/images.json',
      PACKAGE_FILES,
      'package.json',
      'src/estate',
      'src/preview',
      'src/preview/engine',
      'stacks',
    ],
    packages: [...AWS, 'dynalite', 'esbuild', 'pino', 'write-file-atomic', 'zod'],
    node: ALL,
  },
  // What only this repository runs: its generated files, its images, its proofs.
  scripts: {
    folders: ['apps', 'package.json', 'provider', 'src'],
    packages: ['@commander-js/', 'aws-cdk-lib/region-info', 'typescript', 'yaml', 'zod'],
    node: [...FILES, 'dns', 'module'],
  },
  'src/cli': {
    folders: [
      ...['apps', 'constructs/aws/checks', 'constructs/entra', 'package.json', 'provider', 'src'],
      'stacks/validator-process.ts',
    ],
    packages: [
      ...['@commander-js/', '@inquirer/', '@optique/core', '@peculiar/x509', 'commander', 'esbuild', 'jose'],
      ...['open', 'pino', 'reflect-metadata', 'sarif', 'signal-exit', 'write-file-atomic', 'yaml', 'zod'],
    ],
    node: [...PROCESSES, 'dns', 'http', 'module', 'net'],
  },
};

const NAMES = Object.keys(LAYERS);

/** The site has packages of its own: where they are not installed, its imports lead nowhere. */
const UNSEEN = existsSync(join(__dirname, 'docs/node_modules'))
  ? 'docs/\\.vitepress/(cache|dist)'
  : 'docs/\\.vitepress';

/** Everything in a folder; a path with the extension of a file is one file. */
const within = (path) => `^${path.replaceAll('.', '\\.')}${/[^/]\.\w+$/.test(path) ? '$' : '/'}`;

/** A package, or a whole scope if the name ends with `/`. */
const ofPackage = (name) => `node_modules/(@types/)?${name}${name.endsWith('/') ? '' : '/'}`;

const nestedIn = (folder) => NAMES.filter((name) => name.startsWith(`${folder}/`)).map(within);

module.exports = {
  forbidden: NAMES.map((name) => {
    const { folders = [], packages = [], node = [] } = LAYERS[name];
    return {
      name: `layer ${name}`,
      comment: `${name}/ may import only what .dependency-cruiser.cjs lists for it.`,
      severity: 'error',
      from: { path: within(name), pathNot: nestedIn(name) },
      to: {
        pathNot: [name, TEXT, ...folders].map(within).concat(
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
      name: 'no circle of imports',
      comment: 'Types count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no circle of folders',
      comment:
        'Of whatever length. A folder is all that is below it; it and a folder below it are one room to each other.',
      severity: 'error',
      scope: 'folder',
      from: { pathNot: '^(test|bench)(/|$)' },
      to: { circular: true },
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
    exclude: {
      path: `^(cdk\\.out|plan|dist|site|docs/api-reference|\\.local|node_modules/\\.cache|${UNSEEN})/`,
    },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
    },
  },
};
