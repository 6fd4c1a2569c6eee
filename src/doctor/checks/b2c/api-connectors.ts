import type { Customers, DeclaredConnector, UserFlow } from '../../../estate/sections/customers/customers';
import type { DeployedConnector, FlowCalls } from '../../../clouds/facts/customers-facts';
import { maskedUrl } from '../../../estate/sections/customers/called-url';
import { failed } from '../../../clouds/reading';
import { CONNECTOR_STEPS } from '../../../../provider/limits';
import { type Check, examine, failure, type Observation, ok } from '../../check';
import { customersOf, PULUMI_UP } from './applications';

/** Declared API connectors are in the directory, and the flows call them. Their secrets can't be read. */
export const apiConnectors: Check = {
  id: 'b2c-api-connectors',
  area: 'b2c',
  title: 'API connectors are there, and the user flows call them',
  run: (input) => {
    const { declared, facts } = customersOf(input) ?? {};
    const directory = facts?.directory;
    if (declared === undefined || directory?.type !== 'b2c' || declared.apiConnectors.length === 0) return undefined;
    return examine(directory.connectors, (found) => [
      ...declared.apiConnectors.map((one) => examineOne(one, found)),
      ...declared.userFlows.flatMap((flow) => {
        if (flow.apiConnectors === undefined) return [];
        const calls = directory.calls.get(flow.id) ?? failed(`the API connectors of ${flow.id} were not read`);
        return examine(calls, (known) => [examineCalls(flow, known, idsOf(declared, found))]);
      }),
    ]);
  },
};

function titleOf({ name, displayName = name }: DeclaredConnector): string {
  return displayName;
}

function examineOne(declared: DeclaredConnector, all: readonly DeployedConnector[]): Observation {
  const title = titleOf(declared);
  const found = all.find(({ displayName }) => displayName === title);
  if (found === undefined) return failure(`the API connector '${title}' is not there`, PULUMI_UP);
  const drifted = [
    ...(found.targetUrl === declared.url ? [] : [`it calls ${maskedUrl(found.targetUrl)}, not ${declared.url}`]),
    ...(found.authentication === declared.authentication
      ? []
      : [`it signs in by ${found.authentication || 'nothing'}, not by ${declared.authentication}`]),
    ...(found.username === declared.username
      ? []
      : [`it signs in as '${found.username ?? 'no one'}', not as '${declared.username ?? 'no one'}'`]),
  ];
  return drifted.length === 0
    ? ok(`${title} is as declared; only a call shows whether its secret holds`)
    : failure(`the API connector '${title}' is not as declared: ${drifted.join('; ')}`, PULUMI_UP);
}

type Ids = ReadonlyMap<string, string>;

function idsOf({ apiConnectors: declared }: Pick<Customers, 'apiConnectors'>, all: readonly DeployedConnector[]): Ids {
  return new Map(
    declared.map((one) => [one.name, all.find(({ displayName }) => displayName === titleOf(one))?.id ?? one.name]),
  );
}

function examineCalls({ id, apiConnectors: declared = {} }: UserFlow, found: FlowCalls, ids: Ids): Observation {
  const drifted = CONNECTOR_STEPS.flatMap((step) => {
    const name = declared[step];
    const wanted = name === undefined ? undefined : (ids.get(name) ?? name);
    const there = found.find((one) => one.step === step);
    if (there?.connector === wanted) return [];
    return [
      `at ${step} it calls ${there === undefined ? 'nothing' : `'${there.displayName}'`}, not ${name ?? 'nothing'}`,
    ];
  });
  return drifted.length === 0
    ? ok(`${id} calls its APIs as declared`)
    : failure(`the user flow ${id} does not call its APIs as declared: ${drifted.join('; ')}`, PULUMI_UP);
}
