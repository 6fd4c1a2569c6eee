import { ownServices, ownSubnets, plainTemplates } from '../../../../support/hosting';
import { resourcesOf, type Template } from '../../../../support/templates';

const { data, services } = plainTemplates(ownServices);

const express = plainTemplates((hosting, estate) => {
  ownServices(hosting, estate);
  ownSubnets(hosting);
}).services;

test('services of a company, one of them elsewhere', () => {
  expect(data).toMatchSnapshot('data');
  expect(services).toMatchSnapshot('services on App Runner');
});

/** Statements of every policy, by action. */
function resourcesByAction(template: Template, action: string): readonly string[] {
  return [...resourcesOf(template, 'AWS::IAM::Policy').values()].flatMap(({ Properties }) => {
    const { Statement } = Properties['PolicyDocument'] as {
      readonly Statement: readonly { readonly Action: string | readonly string[]; readonly Resource: unknown }[];
    };
    return Statement.filter(({ Action }) => [Action].flat().includes(action)).map(({ Resource }) =>
      JSON.stringify(Resource),
    );
  });
}

describe.each([
  ['App Runner', services],
  ['ECS Express Mode', express],
])('on %s', (_platform, template) => {
  test('one role reads one secret, and one writes to one table', () => {
    const secrets = resourcesByAction(template, 'secretsmanager:GetSecretValue');
    expect(secrets.map((one) => /ClientSecret(?<whose>[a-z]+)/.exec(one)?.groups?.['whose'])).toEqual(['portal']);
    const tables = resourcesByAction(template, 'dynamodb:PutItem');
    expect(tables.map((one) => one.includes('TablesOrders'))).toEqual([true]);
  });

  test('what runs elsewhere has nothing here', () => {
    expect(JSON.stringify(template)).not.toMatch(/crm/i);
  });

  test('the images by their digest are read from their own repository', () => {
    const repositories = resourcesByAction(template, 'ecr:BatchGetImage');
    expect(repositories.filter((one) => one.includes('repository/orders'))).toHaveLength(1);
  });
});

test('the private service has no web ACL', () => {
  expect(resourcesOf(services, 'AWS::WAFv2::WebACLAssociation').size).toBe(1);
  expect(resourcesOf(express, 'AWS::WAFv2::WebACLAssociation').size).toBe(1);
});

test('the data stack has a secret for each service, and the table of one', () => {
  const names = [...resourcesOf(data, 'AWS::SecretsManager::Secret').values()].map(
    ({ Properties }) => Properties['Name'],
  );
  expect(names).toEqual(['sandbox/customers/portal-client-secret', 'sandbox/customers/crm-client-secret']);
  expect(resourcesOf(data, 'AWS::DynamoDB::Table').size).toBe(1);
});
