/** One object made of the parts of a record, later ones over earlier ones. */
export function merged<Whole extends object>(parts: Readonly<Record<string, Whole | false | undefined>>): Whole {
  return Object.assign({}, ...Object.values(parts)) as Whole;
}
