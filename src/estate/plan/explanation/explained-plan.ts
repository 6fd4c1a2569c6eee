import { z } from 'zod';
import { AccessEntry } from '../../sections/access/schema';
import type { EstateForm } from '../../sections/estate-schema';
import { fileVersion, type SectionName } from '../../sections/section';
import { WorkforceEntry } from '../../sections/workforce/schema';
import type { EstateFolder } from '../../source/estate-folder';
import { type EstatePlan, type Planning, planWith } from '../planner';

/** A section that no explanation depends on: whatever it holds. */
const unread = z.unknown().exactOptional();

const sections = {
  workforce: WorkforceEntry.exactOptional(),
  access: AccessEntry.exactOptional(),
  emergency: unread,
  customers: unread,
  azure: unread,
  pipeline: unread,
  hosting: unread,
} satisfies Record<SectionName, z.ZodType>;

const file = z.strictObject({ ...fileVersion, ...sections });

const form: EstateForm = {
  file,
  parts: file.transform(({ workforce, access }) => ({ ...(workforce && { workforce }), ...(access && { access }) })),
  wholeCustomers: () => undefined,
};

const ACCESS: Planning = {
  form,
  checkName: () => [],
  planOthers: () => ({}),
  check: () => [],
  violations: () => [],
  readSteps: () => [],
};

/** Plans what an explanation needs: groups and access. A fault of another section prevents none. */
export function planExplained(folder: EstateFolder): EstatePlan {
  return planWith(ACCESS, folder);
}
