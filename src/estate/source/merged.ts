type Part<Whole> = Partial<Whole> | false | undefined;
type Parts<Whole> = Readonly<Record<string, Part<Whole>>> | readonly Part<Whole>[];

/** One object made of parts, later ones over earlier ones. */
export function merged<Whole extends object>(parts: Parts<Whole>): Whole {
  return Object.assign({}, ...Object.values(parts)) as Whole;
}
