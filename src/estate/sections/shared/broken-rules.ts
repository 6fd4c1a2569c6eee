import { z } from 'zod';
import type { Issue, Path } from '../../source/finding';
import { placeOf } from '../../source/located';
import { innerSchema } from '../../../text/zod-faults';
import type { Rule } from './rules';

/** Applies the rules in the meta of a schema to a value that has its form, as the file has it. */
export function brokenRules(schema: z.ZodType, value: unknown, place: Path = []): readonly Issue[] {
  const { rules, core } = layersOf(schema);
  const at = placeOf(value) ?? place;
  return [...rules.flatMap((rule) => issuesOf(rule, value, at)), ...brokenBelow(core, value, at)];
}

function issuesOf({ code, severity, faults }: Rule, value: unknown, at: Path): readonly Issue[] {
  return faults(value, at).map((fault) => ({ severity, code, at, ...fault }));
}

function brokenBelow(schema: z.ZodType, value: unknown, at: Path): readonly Issue[] {
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    const { element } = schema;
    if (!(element instanceof z.ZodType)) return [];
    return value.flatMap((item: unknown, index) => brokenRules(element, item, [...at, index]));
  }
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  const shape: z.ZodRawShape = schema.shape;
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const below = shape[key];
    return below instanceof z.ZodType ? brokenRules(below, item, [...at, key]) : [];
  });
}

interface Layers {
  readonly rules: readonly Rule[];
  /** The schema below defaults and transformations. */
  readonly core: z.ZodType;
}

const known = new WeakMap<z.ZodType, Layers>();

/** A schema and those from which `meta` and checks made it, whose rules it keeps. */
function lineOf(schema: z.core.$ZodType | undefined): readonly z.ZodType[] {
  return schema instanceof z.ZodType ? [schema, ...lineOf(schema._zod.parent)] : [];
}

/** Rules of a schema and of those that it wraps. */
function layersOf(schema: z.ZodType): Layers {
  const found = known.get(schema);
  if (found !== undefined) return found;
  const own = new Set(lineOf(schema).flatMap((one) => one.meta()?.rules ?? []));
  const inner = innerSchema(schema);
  const below = inner === undefined ? { rules: [], core: schema } : layersOf(inner);
  const layers = { rules: [...own, ...below.rules], core: below.core };
  known.set(schema, layers);
  return layers;
}
