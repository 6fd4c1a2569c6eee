import { createAccountClients, findPlace } from '../../../../src/prove/aws/account-clients';
import { answering } from '../../../support/answering-client';

const [ACCOUNT, MANAGEMENT] = ['210000000099', '210000000001'];
const INSTANCE = 'arn:aws:sso:::instance/ssoins-7904a1b2c3d4e5f6';

/** An account whose instances come in two pages, the organization's in the second one. */
function clients() {
  const { organizations, ssoAdmin, sts } = createAccountClients({ region: 'eu-west-1' });
  const own = {
    InstanceArn: INSTANCE.replace('7904', '1111'),
    IdentityStoreId: 'd-1111111111',
    OwnerAccountId: ACCOUNT,
  };
  const shared = { InstanceArn: INSTANCE, IdentityStoreId: 'd-93670a1b2d', OwnerAccountId: MANAGEMENT };
  return {
    sts: answering(sts, { GetCallerIdentityCommand: () => ({ Account: ACCOUNT }) }).client,
    organizations: answering(organizations, {
      DescribeOrganizationCommand: () => ({ Organization: { MasterAccountId: MANAGEMENT } }),
    }).client,
    ssoAdmin: answering(ssoAdmin, {
      ListInstancesCommand: ({ NextToken }) =>
        NextToken === undefined
          ? { Instances: [own], NextToken: '1' }
          : { Instances: [{ ...shared, PrimaryRegion: 'us-east-1' }] },
    }).client,
  };
}

test("the instance is the organization's, on whichever page it is, with the Region that is its first", async () => {
  expect(await findPlace(clients())).toEqual({
    account: ACCOUNT,
    region: 'us-east-1',
    instanceArn: INSTANCE,
    identityStoreId: 'd-93670a1b2d',
  });
});

test("that of a stand-in is its own account's, and no organization is asked for", async () => {
  const { organizations, ...others } = clients();
  const asked = answering(organizations, {});
  const place = await findPlace({ ...others, organizations: asked.client }, { isStandIn: true });
  expect([place.identityStoreId, asked.calls]).toEqual(['d-1111111111', []]);
});
