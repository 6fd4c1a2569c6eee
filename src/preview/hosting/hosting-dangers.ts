import type { ChangedResource } from '../changed-resources';
import type { Replacement } from '../replacement';
import { readableId } from './templates';

/** A resource of the hosting that a deployment changes. */
export type HostingChange = Pick<ChangedResource, 'action' | 'type' | 'logicalId' | 'properties'> & {
  readonly stack: string;
};

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
    const danger = SERVICES.has(type)
      ? serviceDanger(stack, resource)
      : DATA.has(type)
        ? dataDanger(resource)
        : type === TOPIC && TOPIC_DANGER;
    if (!danger) return [];
    const { kind, detail } = danger;
    return [{ kind, subject: `${type} ${readableId(logicalId)} in ${stack}`, detail, assignments: 0 }];
  });
}

type Danger = Pick<Replacement, 'kind' | 'detail'>;

function serviceDanger(stack: string, { action, properties }: ChangedResource): Danger {
  if (action === 'delete') {
    const detail =
      'The service goes with its address. Whoever still has that address reaches nothing, and another service has another one: hosting.url and a host of the web application, unless a domain leads there.';
    return { kind: 'service-removed', detail };
  }
  const detail = `${properties.join(', ')} can't change in place: another service, with another address, takes its place. CloudFormation makes it first and fails, for the name is taken. Delete the stack ${stack} and deploy it again; the application is away meanwhile, and its data stays in the other stack.`;
  return { kind: 'service-replaced', detail };
}

function dataDanger({ action, isKept }: ChangedResource): Danger {
  const fate = isKept ? 'It stays in the account, and nothing uses it any more.' : 'What it holds is deleted.';
  if (action === 'delete') return { kind: 'data-removed', detail: fate };
  return { kind: 'data-replaced', detail: `Another, empty one takes its place. ${fate}` };
}

const TOPIC_DANGER: Danger = {
  kind: 'topic-replaced',
  detail: 'Everyone who is told of alarms has to confirm the subscription again.',
};
