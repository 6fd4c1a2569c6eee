import { Option } from '@commander-js/extra-typings';
import { DEFAULT_FORGE, FORGES } from '../../estate/sections/pipeline/forges/registry';
import { CUSTOMERS, PLATFORMS, STARTS } from '../../package/project/choices';
import { against, estateCommand, region } from '../program/define';

export const init = estateCommand('init', {
  summary: "Make this folder a team's repository with an estate",
  description:
    "Makes the working directory a team's repository: an estate, cdk.json, Pulumi.yaml, a pipeline, settings " +
    'for an editor. On a terminal it asks; elsewhere the options answer, and without --yes it only shows what it would write. ' +
    'Existing files stay.',
  examples: ['init acme', 'init --application', 'init acme --yes --customers b2c --platform none --start empty'],
  exit: ['written, or shown', 'not written'],
})
  .argument('[name]', 'name of the estate, as --estate')
  .option('--yes', 'ask nothing and write the files', false)
  .addOption(
    new Option('--customers <directory>', 'directory of the customers (default: external-id)').choices(CUSTOMERS),
  )
  .addOption(
    new Option('--platform <platform>', 'platform of the customer application (default: ecs-express)').choices(
      PLATFORMS,
    ),
  )
  .addOption(
    new Option(
      '--forge <forge>',
      `service that runs the pipeline (default: the one of the git remote, or else ${DEFAULT_FORGE})`,
    ).choices([...FORGES, 'none'] as const),
  )
  .addOption(
    new Option('--start <start>', 'content of the estate: import reads what AWS has (default: example)').choices(
      STARTS,
    ),
  )
  .option('--owners <names...>', 'reviewers of every change, as the forge writes them: @acme/identity')
  .option(
    '--application',
    "write the application's sources, tests and Dockerfiles into application/; without a name",
    false,
  )
  .option('--tenant <id>', 'tenant id of an Entra tenant to import as well, with --start import')
  .option('--package <spec>', 'where npm gets this package from (default: where it came from)')
  .addOption(against())
  .addOption(region());
