import type { ChangedResource } from '../changed-resources';
import type { Replacement } from '../replaced-types';
import { readableId } from './templates';

const SERVICES: ReadonlySet<string> = new Set(['AWS::AppRunner::Service', 'AWS::ECS::ExpressGatewayService']);
const DATA: ReadonlySet<string> = new Set(['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret']);
const TOPIC = 'AWS::SNS::Topic';

/**
 * Dangers that must not be overlooked in a deployment of a hosting stack: services with their addresses, data, and confirmed
 * subscriptions. Everything else that is replaced, such as a scaling configuration, which has no other way to change, is
 * counted alone.
 */
export function hostingDangers(stack: string, resources: readonly ChangedResource[]): readonly Replacement[] {
  return resources.flatMap((resource): readonly Replacement[] => {
    const { type, action, logicalId } = resource;
    if (action !== 'replace' && action !== 'delete') return [];
    const subject = `${type} ${readableId(logicalId)} in ${stack}`;
    if (SERVICES.has(type)) return [serviceDanger(subject, stack, resource)];
    if (DATA.has(type)) return [dataDanger(subject, resource)];
    return type === TOPIC ? [topicDanger(subject)] : [];
  });
}

function serviceDanger(subject: string, stack: string, { action, properties }: ChangedResource): Replacement {
  if (action === 'delete') {
    const detail =
      'The service goes with its address. Whoever still has that address reaches nothing, and another service has another one: hosting.url and a host of the web application, unless a domain leads there.';
    return { kind: 'service-removed', subject, detail, assignments: 0 };
  }
  const detail = `${properties.join(', ')} can't change in place: another service, with another address, takes its place. CloudFormation makes it first and fails, for the name is taken. Delete the stack ${stack} and deploy it again; the application is away meanwhile, and its data stays in the other stack.`;
  return { kind: 'service-replaced', subject, detail, assignments: 0 };
}

function dataDanger(subject: string, { action, isKept }: ChangedResource): Replacement {
  const kind = action === 'delete' ? 'data-removed' : 'data-replaced';
  const then = action === 'delete' ? '' : 'Another, empty one takes its place. ';
  const fate = isKept ? 'It stays in the account, and nothing uses it any more.' : 'What it holds is deleted.';
  return { kind, subject, detail: `${then}${fate}`, assignments: 0 };
}

function topicDanger(subject: string): Replacement {
  const detail = 'Everyone who is told of alarms has to confirm the subscription again.';
  return { kind: 'topic-replaced', subject, detail, assignments: 0 };
}
