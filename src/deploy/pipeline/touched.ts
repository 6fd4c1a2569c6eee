/** A change, as far as it says which estates it may alter. */
export interface Change {
  /** Paths of changed files from the top of the repository, before and after. */
  readonly paths: readonly string[];
  /** Folder of the estates from the top of the repository: `estates/`. */
  readonly estatesFolder: string;
}

/** Files for people alone, which no engine and no check reads. */
const PROSE = /\.md$/i;

/**
 * Estates that a change touches, in the order given: by files of the estate itself, or all by a file that is of no estate, such
 * as package.json. A file that is not known to be of one estate counts as shared, so that nothing is left out.
 */
export function touchedEstates(estates: readonly string[], { paths, estatesFolder }: Change): readonly string[] {
  const project = estatesFolder.replace(/[^/]+\/$/, '');
  const ownerOf = (path: string): string | undefined =>
    estates.find((estate) => isOf(estate, path, { project, estatesFolder }));
  const changed = paths.filter((path) => !PROSE.test(path));
  const owners = new Set(changed.map(ownerOf));
  return owners.has(undefined) ? estates : estates.filter((estate) => owners.has(estate));
}

function isOf(
  estate: string,
  path: string,
  folders: { readonly project: string; readonly estatesFolder: string },
): boolean {
  const { project, estatesFolder } = folders;
  if (path.startsWith(`${estatesFolder}${estate}/`)) return true;
  // Configuration of a stack of Pulumi: Pulumi.acme-customers.yaml.
  const prefix = `${project}Pulumi.${estate}-`;
  return path.startsWith(prefix) && /^\w+\.yaml$/.test(path.slice(prefix.length));
}
