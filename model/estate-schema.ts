import { z } from 'zod';
import { AccessEntry } from './schema/access-schema';
import { AzureEntry } from './schema/azure-schema';
import { CustomersEntry } from './schema/customers-schema';
import { EmergencyEntry } from './schema/emergency-schema';
import { HostingEntry } from './schema/hosting-schema';
import { PipelineEntry } from './schema/pipeline-schema';
import { WorkforceEntry } from './schema/workforce-schema';

/** The estate file, section by section: `model/schema` has one file for each. */
export const EstateFile = z.strictObject({
  workforce: WorkforceEntry.optional(),
  access: AccessEntry.optional(),
  emergency: EmergencyEntry.optional(),
  customers: CustomersEntry.optional(),
  azure: AzureEntry.optional(),
  pipeline: PipelineEntry.optional(),
  hosting: HostingEntry.optional(),
});
export type EstateFile = z.infer<typeof EstateFile>;
