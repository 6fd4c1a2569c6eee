import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { name as packageName } from '../../../package.json';
import { packageFile } from '../files';
import type { Files } from './files';
import { MARK } from './mark';
import { type PipelineOptions, pipelineFiles } from './pipeline';

export type { Files } from './files';

const INSTALLED = `node_modules/${packageName}`;
/** The estate that comes with the package, and that another starts from. */
export const EXAMPLE = 'sandbox';

/** The files that the package writes, and writes again: what names its entries, and says nothing of the team's. */
export function managedFiles(pipeline: PipelineOptions): Files {
  const estates = pipeline.estates.map(({ name }) => name);
  return {
    'cdk.json': json({ ...MARK.json, app: `node ${INSTALLED}/dist/cdk.cjs`, versionReporting: false }),
    'Pulumi.yaml': PULUMI_PROJECT,
    ...pipelineFiles(pipeline),
    '.vscode/settings.json': `${MARK.slashes}\n${json({
      'yaml.schemas': { [`./${INSTALLED}/docs/estate.schema.json`]: 'estates/*/estate.yaml' },
      'files.readonlyInclude': { 'estates/*/placement.lock.json': true, 'estates/*/organization.json': true },
    })}`,
    ...Object.fromEntries(estates.flatMap(bicepFiles)),
  };
}

/** The name is that of the configuration of stacks; with another one the stacks of this estate would be others. */
const PULUMI_PROJECT = `${MARK.yaml}
name: ${packageName}
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

/** The example's entries for Bicep, with the estate's values for the package's modules. */
function bicepFiles(estate: string): readonly (readonly [path: string, text: string])[] {
  const folder = packageFile('bicep', EXAMPLE);
  return readdirSync(folder).map((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
      .replaceAll(`estates/${EXAMPLE}/`, `estates/${estate}/`)
      .replaceAll(`The ${EXAMPLE} estate's`, `The estate ${estate}'s`)
      .replaceAll(/^(module \w+ ')\.\.\//gm, `$1../../${INSTALLED}/bicep/`);
    return [`bicep/${estate}/${file}`, `${MARK.slashes}\n${text}`];
  });
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
