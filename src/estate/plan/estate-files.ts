import { ESTATE_FILE, ORGANIZATION_FILE, PLACEMENT_FILE, STEPS_FILE } from '../source/estate-folder';
import type { FileRole } from '../source/finding';
import type { FindingCode } from '../source/finding-codes';

interface FileFacts {
  readonly path: string;
  /** Code of the finding if the file can't be read. */
  readonly code: FindingCode;
  readonly howToMake: string;
}

/** The files of an estate, by what they are for. */
export const FILES: Readonly<Record<FileRole, FileFacts>> = {
  estate: {
    path: ESTATE_FILE,
    code: 'estate-file',
    howToMake: 'an estate file; docs/access-guide.md shows how to begin one',
  },
  organization: { path: ORGANIZATION_FILE, code: 'organization-file', howToMake: 'npx entra-aws snapshot writes it' },
  placement: { path: PLACEMENT_FILE, code: 'placement-file', howToMake: 'npx entra-aws preview writes it' },
  steps: { path: STEPS_FILE, code: 'steps-file', howToMake: '`entra-aws steps done` writes it' },
};
