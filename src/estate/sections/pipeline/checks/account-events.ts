import type { Issue } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import type { Estate } from '../../estate';
import { error } from '../../shared/issue';
import { ORGANIZATION_EVENTS_REGION, TOKEN_SECRET } from '../limits';
import type { Pipeline } from '../pipeline';

type Events = NonNullable<Pipeline['accountEvents']>;

/** Checks what starts the forge's job when the organization changes. */
export function checkAccountEvents(
  { pipeline, access }: Pick<Estate, 'pipeline' | 'access'>,
  organization: Organization | undefined,
): readonly Issue[] {
  const events = pipeline?.accountEvents;
  if (pipeline === undefined || events === undefined) return [];
  return [
    ...(access === undefined ? [withoutAccess(events)] : []),
    ...checkPartition(events, organization),
    ...checkSecret(events, organization),
  ];
}

function withoutAccess({ at }: Events): Issue {
  const problem = 'starts a job that proposes accounts, and the estate gives access to none';
  return error('account-events', at, { problem, allowed: "a section 'access', or no accountEvents" });
}

function checkPartition({ at }: Events, organization: Organization | undefined): readonly Issue[] {
  if (organization === undefined || organization.partition === 'aws') return [];
  const problem = `is for the partition aws, and the organization is in ${organization.partition}`;
  return [error('account-events', at, { problem, allowed: 'the proposals of every six hours, without accountEvents' })];
}

function checkSecret({ at, tokenSecret }: Events, organization: Organization | undefined): readonly Issue[] {
  const parts = TOKEN_SECRET.exec(tokenSecret)?.groups;
  if (parts === undefined) return [];
  const wrong = (problem: string, allowed: string): Issue =>
    error('account-events', [...at, 'tokenSecret'], { value: tokenSecret, problem, allowed });
  const { region, account } = parts;
  const home = organization?.managementAccountId ?? account;
  return [
    ...(region === ORGANIZATION_EVENTS_REGION
      ? []
      : [
          wrong(
            `is in ${region}`,
            `a secret in ${ORGANIZATION_EVENTS_REGION}, where the events of the organization are`,
          ),
        ]),
    ...(account === home ? [] : [wrong(`is of account ${account}`, `a secret of the management account ${home}`)]),
  ];
}
