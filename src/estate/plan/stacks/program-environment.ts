import type { PulumiKind } from './stacks';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables as they count for one program: one with the program's name before it (`CUSTOMERS_ARM_CLIENT_ID`) counts for its
 * directory alone, in place of that without.
 */
export function programEnvironment(program: PulumiKind, environment: Environment): Environment {
  const prefix = `${program.toUpperCase()}_`;
  const own = Object.entries(environment).filter(([key]) => key.startsWith(`${prefix}ARM_`));
  return { ...environment, ...Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])) };
}
