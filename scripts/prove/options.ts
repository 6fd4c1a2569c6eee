import { Option } from '@commander-js/extra-typings';
import { command, type OptionsOf } from '../../src/cli/program/define';

export const prove = command('scripts/prove.ts', {
  summary: 'Compare a trial tenant, or a sandbox account of AWS, with its stand-in',
  description:
    'Deploys an estate of its own to a trial tenant, reads it back, changes it, rotates a secret or a certificate and destroys ' +
    'it, and the same against the emulator of Graph before. It records both, without ids, secrets and texts of the tenant, and ' +
    'writes what held, what differed, and what could not be seen. Everything that it makes has a mark in its name; it deletes ' +
    'nothing else. Signs in as a deployment does (ARM_* variables, ARM_TENANT_ID among them); needs pulumi, and Linux. With ' +
    "--kind aws it does so with permission sets, in the account and Region of the SDK's usual credentials, and at a stand-in " +
    'for AWS before. docs/proving.md says what it costs, and which permissions it takes.',
  notes: [
    'Examples:',
    '  npx tsx scripts/prove.ts --kind external-id --directory contoso',
    '  npx tsx scripts/prove.ts --kind aws --account 111122223333 --stand-in http://localhost:5001',
    '  npx tsx scripts/prove.ts --clean-up',
  ].join('\n'),
  exit: ['all held, or all is clean', 'something differed, failed or is left, or the answer was no'],
})
  .addOption(
    new Option('--kind <kind>', 'kind of the tenant, or aws').choices([
      'external-id',
      'b2c',
      'workforce',
      'aws',
    ] as const),
  )
  .option('--directory <name>', 'first part of the initial domain of the tenant: contoso of contoso.onmicrosoft.com')
  .option('--account <id>', 'with aws: id of the account that is meant, in which the credentials must be')
  .option('--stand-in <url>', 'with aws: address of the stand-in for AWS on this machine (docs/stand-in.md)')
  .option('--clean-up', 'destroy what earlier runs that were killed have left, and begin none', false)
  .option(
    '--killed <mark>',
    'mark of a run that was killed, though its process may still be at work, on another machine too',
  )
  .option('--yes', 'begin, or clean up, without asking', false)
  .option('--out <file>', 'file of the report (default: docs/proof/DAY.md)');

export type ProveOptions = OptionsOf<typeof prove>;
