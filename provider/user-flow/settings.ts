import type { Context } from '../resource';
import { satisfies } from '../values';
import type { UserFlowInputs } from './inputs';

/** Path of a flow. */
export function flowPath(id: string): string {
  return `/beta/identity/b2cUserFlows/${encodeURIComponent(id)}`;
}

/** Properties that Graph documents for PATCH, in the order in which they need one another. */
export const SETTINGS = ['isLanguageCustomizationEnabled', 'defaultLanguageTag'] as const;

/** Makes one setting of a flow as declared, and waits until it reads so. */
export async function convergeSetting(
  { graph, waiter }: Context,
  { flow, setting, wanted }: SettingGoal,
): Promise<void> {
  await waiter.until(`${setting} of ${flow}`, async () => {
    const actual = await graph.send({ method: 'GET', path: flow, missing: 'lags' });
    if (satisfies(actual[setting], wanted)) return true;
    await graph.send({ method: 'PATCH', path: flow, body: { [setting]: wanted }, missing: 'lags' });
    return undefined;
  });
}

export interface SettingGoal {
  /** Path of the flow. */
  readonly flow: string;
  readonly setting: (typeof SETTINGS)[number];
  readonly wanted: UserFlowInputs[(typeof SETTINGS)[number]];
}
