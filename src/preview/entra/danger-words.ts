import { redirectChanges } from '../../estate/records/application-properties';
import { consequences, type Consequences } from '../../estate/records/consequences';
import type { FactInputs } from './facts';
import { flagIn, missing, numberIn, objectIn, objectsIn, textIn, textsIn } from '../../estate/source/inputs';

// Consequences of inputs that are changed in place.

export function redirectUpdate(before: FactInputs, after: FactInputs): Consequences {
  return redirectChanges(textsIn(before, 'redirectUris'), textsIn(after, 'redirectUris'));
}

/** An API that is called elsewhere: it gets what people enter, and its answers count. */
export function calledElsewhere(before: FactInputs, after: FactInputs, label: string): Consequences {
  const [from = '', to = ''] = [before, after].map((inputs) => textIn(inputs, 'targetUrl'));
  return consequences([
    from !== to &&
      `${label} sends what it is told of people to ${to} instead of ${from}, and does as that API answers.`,
  ]);
}

/** A group that gets or loses its rule is another group: its replacement is told of. */
export function groupUpdate(before: FactInputs, after: FactInputs, label: string): Consequences {
  const [old, now] = [before, after].map((inputs) => textIn(objectIn(inputs, 'dynamicMembership'), 'rule'));
  const isOther = old !== undefined && now !== undefined && old !== now;
  return consequences([
    isOther && `Another rule decides who is in ${label}: whoever it no longer fits loses what the group gives.`,
  ]);
}

export function consentUpdate(before: FactInputs, after: FactInputs, names: string): Consequences {
  const [old, now] = [textsIn(before, 'claimValues'), textsIn(after, 'claimValues')];
  const [gained, lost] = [missing(now, old), missing(old, now)];
  return consequences([
    gained.length > 0 && `Consent widened for everybody (${names}): ${gained.join(', ')}.`,
    lost.length > 0 && `Consent withdrawn (${names}): calls that need ${lost.join(', ')} fail.`,
  ]);
}

export function certificateUpdate(before: FactInputs, after: FactInputs): Consequences {
  const active = (inputs: FactInputs): boolean => flagIn(inputs, 'active') ?? true;
  const name = textIn(after, 'displayName') ?? '';
  return consequences(
    [
      !active(before) &&
        active(after) &&
        `${name} begins to sign: the application must have it by then, or no one can sign in.`,
    ],
    [active(before) && !active(after) && `${name} does not sign any more.`],
  );
}

export function provisioningUpdate(before: FactInputs, after: FactInputs): Consequences {
  const running = (inputs: FactInputs): boolean => flagIn(inputs, 'running') ?? true;
  const [old, accepted] = [before, after].map((inputs) => textIn(inputs, 'acceptDeletions'));
  const [threshold, newThreshold] = [before, after].map((inputs) =>
    numberIn(objectIn(inputs, 'safeguards'), 'deletionThreshold'),
  );
  return consequences(
    [
      running(before) &&
        !running(after) &&
        'Provisioning is paused: whoever leaves or changes groups keeps the access at AWS.',
      accepted !== undefined &&
        accepted !== old &&
        `Deletions that Entra ID holds back since ${accepted} go through: these people are disabled or deleted at AWS.`,
      threshold !== undefined &&
        newThreshold !== undefined &&
        newThreshold > threshold &&
        `One cycle of provisioning may delete ${newThreshold} people at AWS before a person decides, instead of ${threshold}.`,
    ],
    [!running(before) && running(after) && 'Provisioning starts.'],
  );
}

export function mappingsUpdate(before: FactInputs, after: FactInputs): Consequences {
  const [from, to] = [before, after].map((inputs) => JSON.stringify(objectsIn(inputs, 'attributeMappings')));
  return consequences([], [from !== to && 'Provisioning evaluates every user again with the changed mappings.']);
}

export function endpointUpdate(before: FactInputs, after: FactInputs): Consequences {
  const valueOf = (inputs: FactInputs, key: string): string | undefined => {
    const credential = objectsIn(inputs, 'credentials').find((one) => textIn(one, 'key') === key);
    return credential && textIn(credential, 'value');
  };
  const [from, to] = [valueOf(before, 'BaseAddress'), valueOf(after, 'BaseAddress')];
  return consequences([
    from !== to && `Users and groups are provisioned to ${shown(to)} instead of ${shown(from)}.`,
    valueOf(before, 'SyncAll') === 'false' &&
      valueOf(after, 'SyncAll') !== 'false' &&
      'Everybody in the tenant is provisioned, not only who is assigned.',
  ]);
}

export function tenantUpdate(before: FactInputs, after: FactInputs): Consequences {
  const [from, to] = [before, after].map((inputs) => textIn(inputs, 'tenantId'));
  return consequences([
    from !== to &&
      `The tenant is ${shown(to)} instead of ${shown(from)}: what was deployed is not looked for there, and stays in the old one.`,
  ]);
}

function shown(value: string | undefined): string {
  return value ?? 'none';
}
