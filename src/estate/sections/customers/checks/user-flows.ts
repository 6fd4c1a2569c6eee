import type { DirectoryType, FlowUse, UserFlow, UserFlowType } from '../customers';
import type { Issue } from '../../../source/finding';
import { EVENTS_FLOW_NAME_LENGTH, FLOW_PREFIX } from '../../limits';
import { FLOW_ID } from '../../../../../provider/limits';
import { quotedList } from '../../../../text/suggest';
import { checkExternalIdFlow } from './external-id';
import { error, repeated } from '../../shared/issue';
import { titleFault } from '../../shared/rules';
import { checkUserFlow, type FlowNames } from './user-flow';

export interface UserFlowsContext extends FlowNames {
  readonly directoryType: DirectoryType;
  /** True if every flow could be read. */
  readonly isComplete: boolean;
}

/** Names and uses of the user flows, and each of them. */
export function checkUserFlows(flows: readonly UserFlow[], context: UserFlowsContext): readonly Issue[] {
  const { directoryType, isComplete } = context;
  const checkOne = directoryType === 'b2c' ? checkB2cFlow : checkEventsFlow;
  return [
    ...flows.flatMap((flow) => [...checkOne(flow), ...checkUserFlow(flow, context)]),
    ...repeated(flows, ({ id }) => id.toLowerCase()).map(({ item, first }) => duplicateId(item, first)),
    ...repeated(flows, ({ use }) => use).map(({ item, first }) => duplicateUse(item, first)),
    ...(isComplete && !flows.some(({ use }) => use === 'signIn') ? [noSignIn()] : []),
  ];
}

function checkB2cFlow(flow: UserFlow): readonly Issue[] {
  return [...checkId(flow), ...checkUse(flow)];
}

function checkEventsFlow(flow: UserFlow): readonly Issue[] {
  const { at, id } = flow;
  const fault = titleFault(id, EVENTS_FLOW_NAME_LENGTH);
  const faults = fault === undefined ? [] : [error('display-name', [...at, 'id'], { value: id, ...fault })];
  return [...faults, ...checkExternalIdFlow(flow)];
}

function checkId({ at, id }: UserFlow): readonly Issue[] {
  if (FLOW_ID.test(id)) return [];
  const most = FLOW_PREFIX.length + 58;
  const isPrefixed = id.startsWith(FLOW_PREFIX);
  const meant = FLOW_PREFIX + id.replace(/^b2c_1_/i, '');
  const what = isPrefixed
    ? id.length > most
      ? { problem: `is ${id.length} characters long`, allowed: `at most ${most}` }
      : { problem: 'is not a valid user flow name', allowed: `${FLOW_PREFIX}, then letters, digits, _ and -` }
    : { problem: `lacks the prefix ${FLOW_PREFIX}`, allowed: `did you mean '${meant}'?` };
  return [error('flow-id', [...at, 'id'], { value: id, ...what })];
}

function duplicateId({ at, id }: UserFlow, first: UserFlow): Issue {
  return error('duplicate-flow', [...at, 'id'], {
    value: id,
    problem: first.id === id ? 'is the name of two flows' : `differs from '${first.id}' only in case`,
    allowed: 'each name once, in whatever case',
    related: [[...first.at, 'id']],
  });
}

function duplicateUse({ at, use }: UserFlow, first: UserFlow): Issue {
  return error('duplicate-flow-use', [...at, 'use'], {
    value: use,
    problem: `is already the use of '${first.id}'`,
    allowed: 'one flow for each use',
    related: [[...first.at, 'use']],
  });
}

function noSignIn(): Issue {
  const problem = 'no flow signs people in';
  return error('missing-sign-in-flow', ['customers', 'userFlows'], { problem, allowed: 'one flow with use: signIn' });
}

const TYPES_OF: Readonly<Record<FlowUse, readonly UserFlowType[]>> = {
  signIn: ['signUpOrSignIn', 'signIn'],
  stepUp: ['signUpOrSignIn', 'signIn'],
  profileEdit: ['profileUpdate'],
  passwordReset: ['passwordReset'],
};

function checkUse({ at, type, use, multifactor }: UserFlow): readonly Issue[] {
  const types = TYPES_OF[use];
  const wrongType = {
    value: type,
    problem: `can't be the type of a flow for ${use}`,
    allowed: `type ${quotedList(types).replaceAll(', ', ' or ')}`,
  };
  const noFactor = {
    value: multifactor?.state ?? 'off',
    problem: 'lets people step up without a second factor',
    allowed: 'state: on',
  };
  return [
    ...(types.includes(type) ? [] : [error('flow-type', [...at, 'type'], wrongType)]),
    ...(use === 'stepUp' && multifactor?.state !== 'on'
      ? [error('step-up-factor', [...at, 'multifactor', 'state'], noFactor)]
      : []),
  ];
}
