import type { Estate } from '../../estate';
import type { Issue } from '../../../source/finding';
import type { Hosting } from '../hosting';
import { HOSTED_ESTATE_NAME, RATE_LIMIT, RETENTION_DAYS } from '../hosting-limits';
import type { Organization } from '../../../source/organization';
import { checkAlarmEmails } from '../../shared/alarm-emails';
import { checkDomain } from './hosting-domain';
import { checkNetwork } from './hosting-network';
import { checkServiceSize } from './hosting-size';
import { checkWebUrl } from './hosting-url';
import { error, mismatches, unknownRegions, warning } from '../../shared/issue';
import { outside } from '../../shared/range';

/** The customer application on AWS. Without the organization, which is reported elsewhere, the account is not checked. */
export function checkHosting(
  hosting: Hosting,
  estate: Estate,
  organization: Organization | undefined,
): readonly Issue[] {
  return [
    ...checkEstateName(estate.name),
    ...(organization === undefined ? [] : checkAccount(hosting, organization)),
    ...checkRegion(hosting),
    ...checkPlatform(hosting),
    ...(hosting.domain === undefined ? [] : checkDomain(hosting.domain, hosting)),
    ...checkWebUrl(hosting, estate),
    ...checkServiceSize(hosting.web, hosting.platform),
    ...checkServiceSize(hosting.api, hosting.platform),
    ...checkNetwork(hosting),
    ...checkRateLimit(hosting),
    ...checkAlarmEmails([...hosting.at, 'alarms', 'emails'], hosting.alarmEmails),
    ...checkRetention(hosting),
  ];
}

/** The services are named after the estate. */
function checkEstateName(name: string): readonly Issue[] {
  return mismatches('hosted-estate-name', [{ at: [], text: name }], {
    pattern: HOSTED_ESTATE_NAME,
    problem: "is the folder's name, which can't begin the name of an App Runner service",
    allowed: 'a letter, then at most 35 letters, digits and hyphens',
  });
}

function checkAccount({ at, account }: Hosting, organization: Organization): readonly Issue[] {
  const found = organization.accountById.get(account);
  if (found?.state === 'ACTIVE' || organization.setAside.accounts.has(account)) return [];
  const place = [...at, 'account'];
  if (found === undefined) {
    const allowed = 'an id of organization.json; npm run snapshot reads new accounts';
    return [
      error('hosting-account', place, { value: account, problem: 'is not an account of the organization', allowed }),
    ];
  }
  const problem = `is account ${found.name}, which is ${found.state}`;
  return [error('hosting-account', place, { value: account, problem, allowed: 'an active account' })];
}

function checkRegion({ at, region }: Hosting): readonly Issue[] {
  return unknownRegions('aws-region', [{ at: [...at, 'region'], text: region }]);
}

/** Documentation of App Runner's state. */
export const APP_RUNNER_SOURCE = 'https://docs.aws.amazon.com/apprunner/latest/dg/apprunner-availability-change.html';

function checkPlatform({ at, platform }: Hosting): readonly Issue[] {
  if (platform !== 'app-runner') return [];
  return [
    warning('app-runner-closed', [...at, 'platform'], {
      value: platform,
      problem: 'has taken no new customers since 30 April 2026; an account that used it before may go on using it',
      allowed: `ecs-express in a new account; ${APP_RUNNER_SOURCE}`,
    }),
  ];
}

function checkRateLimit({ at, rateLimit }: Hosting): readonly Issue[] {
  const { min, max } = RATE_LIMIT;
  return outside('rate-limit', [...at, 'waf', 'rateLimit'], {
    value: rateLimit,
    range: { min, max },
    problem: 'is not a valid AWS WAF rate limit',
    allowed: `${min} to ${max} whole requests`,
  });
}

function checkRetention({ at, logRetentionDays }: Hosting): readonly Issue[] {
  if (RETENTION_DAYS.includes(logRetentionDays)) return [];
  const what = {
    value: logRetentionDays,
    problem: 'is not a retention period that CloudWatch Logs offers',
    allowed: RETENTION_DAYS.join(', '),
  };
  return [error('hosting-log-retention', [...at, 'logRetentionDays'], what)];
}
