type Answer = (input: Readonly<Record<string, unknown>>) => unknown;

/**
 * Lets a client of AWS answer by the names of its commands, `ListRolesCommand`. Nothing is sent.
 *
 * @returns the client, and the names of the commands in the order in which they came
 */
export function answering<Client extends { send: unknown }>(client: Client, answers: Readonly<Record<string, Answer>>) {
  const calls: string[] = [];
  const send = (command: { readonly input: Readonly<Record<string, unknown>> }): Promise<unknown> => {
    const { name } = command.constructor;
    calls.push(name);
    const answer = answers[name];
    if (answer === undefined) return Promise.reject(new Error(`unexpected: ${name}`));
    return Promise.resolve().then(() => answer(command.input));
  };
  return { client: Object.assign(client, { send }), calls };
}

/** An error as the SDK has it. */
export function refusal(name: string, message = ''): Error {
  return Object.assign(new Error(message), { name });
}
