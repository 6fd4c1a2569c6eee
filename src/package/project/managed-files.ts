import { readFileSync } from 'node:fs';
import { name as packageName } from '../../../package.json';
import { packageFile } from '../contents/files';
import { EXAMPLE, type Project, type ProjectEstate } from './choices';
import type { Files } from './files';
import { MARK } from './mark';
import { pipelineFiles } from './pipeline';

export type { Files } from './files';

const INSTALLED = `node_modules/${packageName}`;

/** The files that the package writes, and writes again: what names its entries, and says nothing of the team's. */
export function managedFiles(project: Project): Files {
  return {
    'cdk.json': json({ ...MARK.json, app: `node ${INSTALLED}/dist/cdk.cjs`, versionReporting: false }),
    'Pulumi.yaml': PULUMI_PROJECT,
    ...(project.forge === 'none' ? {} : pipelineFiles({ ...project, forge: project.forge })),
    '.vscode/settings.json': `${MARK.slashes}\n${json({
      'yaml.schemas': { [`./${INSTALLED}/docs/estate.schema.json`]: 'estates/*/estate.yaml' },
      'files.readonlyInclude': {
        'estates/*/placement.lock.json': true,
        'estates/*/organization.json': true,
        'estates/*/aws-policies.json': true,
      },
    })}`,
    ...Object.fromEntries(project.estates.flatMap(bicepFiles)),
  };
}

/** The name is that of the configuration of stacks; with another one the stacks of this estate would be others. */
const PULUMI_PROJECT = `${MARK.yaml}
name: entra-aws-identity
description: Entra ID and Azure AD B2C of an estate. A stack is <estate>-<program>.
main: ${INSTALLED}/dist/pulumi.cjs
runtime:
  name: nodejs
  options:
    typescript: false
plugins:
  providers:
    # What azuread lacks.
    - name: entragraph
      path: ${INSTALLED}/dist/provider
`;

export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** An estate's entries for Bicep, with its values for the package's modules: only what it has in Azure. */
function bicepFiles(estate: ProjectEstate): readonly (readonly [path: string, text: string])[] {
  if (!estate.hasAzure) return [];
  const files = [
    ...['azure.bicep', 'entra-logs.bicep', 'workforce.bicep'],
    ...(estate.customers === 'none' ? [] : ['customers.bicep', 'customers-trust.bicep']),
  ];
  return files.map((file) => {
    const text = readFileSync(packageFile('bicep', EXAMPLE, file), 'utf8')
      .replaceAll(`estates/${EXAMPLE}/`, `estates/${estate.name}/`)
      .replaceAll(`The ${EXAMPLE} estate's`, `The estate ${estate.name}'s`)
      .replaceAll(/^(module \w+ ')\.\.\//gm, `$1../../node_modules/${packageName}/bicep/`);
    return [`bicep/${estate.name}/${file}`, `${MARK.slashes}\n${fitted(text, estate)}`];
  });
}

/** Only a B2C directory is made by Bicep; a tenant of External ID is made by hand. */
function fitted(text: string, { customers, hasAwsApplication }: ProjectEstate): string {
  const withoutDirectory =
    customers === 'b2c'
      ? text
      : text
          .replace(/^@description\('Creates the B2C directory.*\nparam deployDirectory .*\n\n/m, '')
          .replaceAll(/^ +(directory|dataResidency|countryCode|deployDirectory): .*\n/gm, '')
          .replace(/^output customersTenantId .*\n/m, '');
  return hasAwsApplication ? withoutDirectory : withoutDirectory.replace(/^ +awsApplicationName: .*\n/m, '');
}
