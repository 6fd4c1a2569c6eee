/** Folder of the estates unless an option or a setting says otherwise. */
export const DEFAULT_ESTATES_FOLDER = 'estates';

export const ESTATE_FILE = 'estate.yaml';
/** Name of the schema for editors, in the folder of the estates. */
export const SCHEMA_FILE = 'estate.schema.json';
/** First line of an estate, by which editors find its schema. */
export const SCHEMA_LINE = `# yaml-language-server: $schema=../${SCHEMA_FILE}`;

export const ORGANIZATION_FILE = 'organization.json';
export const PLACEMENT_FILE = 'placement.lock.json';
/** Documents of policies in AWS that the estate depends on. */
export const POLICIES_FILE = 'aws-policies.json';
/** Roles of the accounts, where the estate asks for them. */
export const ROLES_FILE = 'aws-roles.json';
/** Records of what only a person can do. */
export const STEPS_FILE = 'steps.lock.json';

/** Result of reading one file of an estate's folder. */
export type FileText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  /** Unreadable: too large, no file, outside the folder, no permission. */
  | { readonly kind: 'refused'; readonly problem: string; readonly allowed: string };

/** Placement files of earlier commits, by which a preview repairs what a merge or an edit left. */
export interface EarlierPlacements {
  /** Texts, the newest first; each is read only when it is asked for. */
  readonly texts: () => Iterable<string>;
  /** Tells whether their places are right where the file has others: it is known that they are deployed. */
  readonly prevail: () => boolean;
}

/** An estate's folder: on disk, at a git revision, or in memory. */
export interface EstateFolder {
  /** Name of the estate. */
  readonly name: string;
  /** Name of the folder in findings: `estates/sandbox`. */
  readonly label: string;
  /** The last day that has begun anywhere when it is read: days after it are in the future. */
  readonly latestDay: string;
  /** Absent where a placement file has to be right by itself, as in every deployment. */
  readonly earlierPlacements?: EarlierPlacements;
  /** Text of an earlier snapshot of the organization, by which a group that has another name now is known. @default none */
  readonly earlierOrganization?: string;
  /** Reads a file by its path relative to the folder, with forward slashes. Never throws for what it finds there. */
  read(path: string): FileText;
}

/** The folder as it is with other texts of some files. */
export function withTexts(folder: EstateFolder, texts: Readonly<Record<string, string>>): EstateFolder {
  return {
    name: folder.name,
    label: folder.label,
    latestDay: folder.latestDay,
    read: (path) => {
      const text = texts[path];
      return text === undefined ? folder.read(path) : { kind: 'text', text };
    },
  };
}
