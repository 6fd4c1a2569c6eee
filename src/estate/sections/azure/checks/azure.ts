import type { Azure } from '../schema';
import { previewEnvironment } from '../../pipeline/environments';
import type { Issue } from '../../../source/finding';
import { checkRepository } from '../../pipeline/checks/repository';
import type { Forge } from '../../pipeline/forges/registry';
import { error } from '../../shared/issue';

/** Checks what Bicep deploys. The forge is undefined where the section that says it could not be read. */
export function checkAzure(azure: Azure, forge: Forge | undefined): readonly Issue[] {
  const { at, repository } = azure;
  return [
    ...(forge === undefined ? [] : checkRepository(repository, [...at, 'repository'], forge)),
    ...checkPreviewEnvironment(azure),
  ];
}

/** Pull requests must not run in an environment whose jobs deploy. */
function checkPreviewEnvironment(azure: Azure): readonly Issue[] {
  const { at, previewTrust: value, environments } = azure;
  const environment = previewEnvironment(azure)?.toLowerCase();
  const index = environments.findIndex((name) => name.toLowerCase() === environment);
  if (index < 0) return [];
  const problem = 'lets pull requests into an environment whose jobs deploy';
  const allowed = 'an environment of its own, for previews alone';
  return [
    error('preview-deploys', [...at, 'previewTrust'], {
      value,
      problem,
      allowed,
      related: [[...at, 'environments', index]],
    }),
  ];
}
