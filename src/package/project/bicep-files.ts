import { readFileSync } from 'node:fs';
import { name as packageName } from '../../../package.json';
import { packageFile } from '../contents/files';
import { EXAMPLE, type ProjectEstate } from './choices';
import { MARK } from './mark';

/** An estate's entries for Bicep, with its values for the package's modules: only what it has in Azure. */
export function bicepFiles(estate: ProjectEstate): readonly (readonly [path: string, text: string])[] {
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
