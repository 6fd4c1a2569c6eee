/** A map that remembers what was found out. */
interface Memory<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

/** The value of a key, which is found out once. */
export function kept<Key, Value>(memory: Memory<Key, Value>, key: Key, find: () => Value): Value {
  const value = memory.get(key) ?? find();
  memory.set(key, value);
  return value;
}
