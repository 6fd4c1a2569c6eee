import { name as packageName } from '../../../package.json';
import type { Project } from './choices';
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
      'yaml.schemas': { './estates/estate.schema.json': 'estates/*/estate.yaml' },
      'files.readonlyInclude': {
        'estates/*/placement.lock.json': true,
        'estates/*/organization.json': true,
        'estates/*/aws-policies.json': true,
        'estates/*/aws-roles.json': true,
      },
    })}`,
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
