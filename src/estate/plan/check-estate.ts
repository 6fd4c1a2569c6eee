import { checkApiApplication } from '../sections/customers/checks/api-application';
import { checkApplicationNames } from '../sections/customers/checks/application-names';
import { checkAwsApplication } from '../sections/workforce/checks/aws-application';
import { checkAzure } from '../sections/azure/checks/azure';
import { checkDirectory } from '../sections/customers/checks/directory';
import { checkExternalIdSection } from '../sections/customers/checks/external-id';
import { checkGroups } from '../sections/workforce/checks/groups';
import { checkStepUp } from '../sections/customers/checks/step-up';
import { checkTenants } from '../sections/shared/tenants';
import { checkUserFlows } from '../sections/customers/checks/user-flows';
import { checkWebApplication } from '../sections/customers/checks/web-application';
import { checkWorkforceAlarms } from '../sections/workforce/checks/workforce-alarms';
import type { Estate } from '../sections/estate';
import type { Issue, Path } from '../source/finding';
import type { CustomersParts } from '../sections/customers/customers';
import type { ParsedEstate } from '../sections/parse-estate';
import type { Workforce } from '../sections/workforce/workforce';

/** Checks of what lives in Entra ID, the customers' directory and Azure. They need the estate file alone. */
export function checkEntra({ estate, customers, isSetAside }: ParsedEstate, latestDay: string): readonly Issue[] {
  const { workforce, azure } = estate;
  return [
    ...checkTenants(customers, workforce, isSetAside),
    ...(workforce === undefined ? [] : checkWorkforce(workforce, estate)),
    ...(customers === undefined
      ? []
      : checkCustomers(customers, { isDeployed: azure !== undefined, isSetAside, latestDay })),
    ...(azure === undefined ? [] : checkAzure(azure)),
  ];
}

function checkWorkforce(workforce: Workforce, estate: Estate): readonly Issue[] {
  const { groups, awsApplication, alarms } = workforce;
  return [
    ...checkGroups(groups),
    ...(awsApplication === undefined ? [] : checkAwsApplication(awsApplication, workforce, estate)),
    ...(alarms === undefined ? [] : checkWorkforceAlarms(alarms)),
  ];
}

interface CustomersContext {
  /** Whether the estate deploys the directory too. */
  readonly isDeployed: boolean;
  readonly isSetAside: (path: Path) => boolean;
  /** Days after it are in the future. */
  readonly latestDay: string;
}

/** What could be read of the section is checked, so that one faulty key does not hide the others' findings. */
function checkCustomers(customers: CustomersParts, context: CustomersContext): readonly Issue[] {
  const { isDeployed, isSetAside, latestDay } = context;
  const { directory, directoryType, apiApplication, webApplication, userFlows } = customers;
  const isB2c = directoryType === 'b2c';
  return [
    ...checkDirectory(customers, isDeployed && isB2c),
    ...(isB2c ? [] : checkExternalIdSection(customers)),
    ...checkStepUp(customers),
    ...(apiApplication === undefined || directory === undefined ? [] : checkApiApplication(apiApplication, directory)),
    ...(webApplication === undefined ? [] : checkWebApplication(webApplication)),
    ...(apiApplication && webApplication ? checkApplicationNames(apiApplication, webApplication) : []),
    ...checkUserFlows(userFlows, {
      directoryType,
      isComplete: !isSetAside(['customers', 'userFlows']),
      latestDay,
    }),
  ];
}
