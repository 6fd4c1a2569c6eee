import prettier from 'eslint-config-prettier';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';

/** The site of the documentation has packages of its own, without which its types are unknown. */
const hasSite = existsSync(join(import.meta.dirname, 'docs/node_modules'));

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'cdk.out/',
      'plan/',
      'dist/',
      '.local/',
      'docs/api-reference/',
      `docs/.vitepress/${hasSite ? '{cache,dist}/' : ''}`,
    ],
  },
  {
    files: ['**/*.ts', '**/*.mts'],
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
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 40 }],
      'max-params': ['error', 3],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      complexity: 'off',
      'no-restricted-syntax': [
        'error',
        ...[
          'CallExpression[callee.name=/^(test|it)$/][arguments.length>2]',
          'CallExpression[callee.callee.object.name=/^(test|it)$/][arguments.length>2]',
          'CallExpression[callee.name=/^(before|after)(All|Each)$/][arguments.length>1]',
          'CallExpression[callee.object.name="jest"][callee.property.name="setTimeout"]',
        ].map((selector) => ({
          selector,
          message: 'A test has no time limit of its own: jest.config.js has the one of all.',
        })),
        {
          selector: 'Property[key.name="numRuns"] ~ Property[key.name="seed"]',
          message: 'A property runs with another seed each time; fast-check prints the one that fails.',
        },
      ],
    },
  },
  prettier,
);
