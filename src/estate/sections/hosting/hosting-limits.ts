/** A name of the DNS that customers type: lower case, two labels at least, no wildcard. */
export const DOMAIN_NAME = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** Documentation of App Runner's state. */
export const APP_RUNNER_SOURCE = 'https://docs.aws.amazon.com/apprunner/latest/dg/apprunner-availability-change.html';

/**
 * Route 53's own hosted zones for App Runner, which an alias record of a domain refers to, by region (AWS General Reference,
 * 'AWS App Runner endpoints and quotas').
 */
export const APP_RUNNER_ZONES: ReadonlyMap<string, string> = new Map([
  ['ap-northeast-1', 'Z08491812XW6IPYLR6CCA'],
  ['ap-south-1', 'Z00855883LBHKTIC4ODF2'],
  ['ap-southeast-1', 'Z09819469CZ3KQ8PWMCL'],
  ['ap-southeast-2', 'Z03657752RA8799S0TI5I'],
  ['eu-central-1', 'Z0334911C2FDI2Q9M4FZ'],
  ['eu-west-1', 'Z087551914Z2PCAU0QHMW'],
  ['eu-west-2', 'Z098228427VC6B3IX76ON'],
  ['eu-west-3', 'Z087117439MBKHYM69QS6'],
  ['us-east-1', 'Z01915732ZBZKC8D32TPT'],
  ['us-east-2', 'Z0224347AD7KVHMLOX31'],
  ['us-west-2', 'Z02243383FTQ64HJ5772Q'],
]);
