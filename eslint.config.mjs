import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const CDK = '^(aws-cdk-lib|constructs|cdk-nag)(/|$)|^@aws-cdk/';
const PULUMI = '^@pulumi/';
const AWS_SDK = '^@(aws-sdk|smithy)/';
const IO = '^(node:)?(fs|child_process|http|https|net)(/|$)';

/** The layers: `estates -> model -> constructs -> stacks -> engine`; `preview` reads the model and what was synthesised. */
const layer = (folder, { packages = [], folders = [] }) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          ...packages.map((regex) => ({ regex, message: `${folder}/ must not import this package.` })),
          // Only commands start what runs on this machine.
          ...[...folders, ...(folder === 'local' ? [] : ['local'])].map((name) => ({
            regex: `^\\.{1,2}/(.*/)?${name}(/|$)`,
            message: `${folder}/ must not import this folder.`,
          })),
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['node_modules/', 'cdk.out/', 'plan/', 'dist/', '.local/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Names are compared and cut by code point, which is what spreading a string gives.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A construct or resource that nobody keeps a reference to still lands in the tree.
      'no-new': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      complexity: ['error', 10],
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 40 }],
      'max-params': ['error', 3],
    },
  },
  layer('model', {
    packages: [CDK, PULUMI, AWS_SDK, IO],
    folders: [
      'constructs',
      'stacks',
      'preview',
      'commands',
      'provider',
      'emulator',
      'apps',
      'files',
      'snapshot',
      'import',
    ],
  }),
  layer('constructs/aws', {
    packages: [PULUMI, AWS_SDK, IO],
    folders: ['stacks', 'preview', 'commands', 'entra', 'graph', 'apps', 'files', 'snapshot'],
  }),
  layer('constructs/entra', {
    packages: [CDK, AWS_SDK, IO],
    folders: ['stacks', 'preview', 'commands', 'aws', 'apps', 'files', 'snapshot'],
  }),
  layer('constructs/graph', {
    packages: [CDK, AWS_SDK, IO],
    folders: ['stacks', 'preview', 'commands', 'aws', 'entra', 'provider', 'apps', 'files', 'snapshot'],
  }),
  layer('provider', {
    packages: [CDK, AWS_SDK, '^@pulumi/azuread'],
    folders: ['constructs', 'stacks', 'preview', 'commands', 'emulator', 'apps'],
  }),
  layer('stacks/aws', { packages: [PULUMI, AWS_SDK, IO], folders: ['preview', 'commands', 'entra', 'apps'] }),
  layer('stacks/entra', { packages: [CDK, AWS_SDK, IO], folders: ['preview', 'commands', 'aws', 'apps'] }),
  layer('preview', {
    packages: [PULUMI, AWS_SDK],
    folders: ['constructs', 'stacks', 'commands', 'apps', 'files', 'snapshot'],
  }),
  layer('emulator', {
    packages: [CDK, PULUMI, AWS_SDK],
    folders: ['model', 'constructs', 'stacks', 'preview', 'commands', 'provider', 'apps'],
  }),
  layer('import', {
    packages: [CDK, PULUMI, AWS_SDK, IO],
    folders: ['constructs', 'stacks', 'preview', 'commands', 'provider', 'emulator', 'apps', 'files', 'snapshot'],
  }),
  layer('files', {
    packages: [CDK, PULUMI, AWS_SDK],
    folders: ['constructs', 'stacks', 'preview', 'commands', 'provider', 'emulator', 'apps', 'snapshot'],
  }),
  layer('pipeline', {
    packages: [CDK, PULUMI, AWS_SDK],
    folders: ['constructs', 'stacks', 'commands', 'provider', 'emulator', 'apps', 'files', 'snapshot', 'handoff'],
  }),
  layer('local', { packages: [CDK, PULUMI], folders: ['constructs', 'commands', 'provider', 'apps', 'snapshot'] }),
  layer('deployment', {
    packages: [CDK, PULUMI, AWS_SDK],
    folders: ['constructs', 'stacks', 'preview', 'commands', 'provider', 'emulator', 'apps', 'snapshot', 'handoff'],
  }),
  layer('handoff', {
    packages: [CDK, PULUMI],
    folders: ['constructs', 'stacks', 'preview', 'commands', 'provider', 'emulator', 'apps'],
  }),
  layer('lambda', {
    packages: [CDK, PULUMI, IO],
    folders: [
      'model',
      'constructs',
      'stacks',
      'preview',
      'commands',
      'provider',
      'emulator',
      'apps',
      'files',
      'snapshot',
    ],
  }),
  layer('snapshot', { packages: [CDK, PULUMI], folders: ['constructs', 'stacks', 'preview', 'commands', 'apps'] }),
  layer('doctor/checks', {
    packages: [CDK, PULUMI, AWS_SDK, IO],
    folders: ['stacks', 'commands', 'provider', 'emulator', 'apps', 'files'],
  }),
  layer('who', { packages: [CDK, PULUMI, IO], folders: ['stacks', 'commands', 'emulator', 'apps', 'files'] }),
  layer('doctor', { packages: [CDK, PULUMI], folders: ['stacks', 'commands', 'emulator', 'apps', 'files'] }),
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off', complexity: 'off' },
  },
  prettier,
);
