/** Asks the person at the terminal; false where there is none. @param fallback answer of the return key */
export async function confirmed(message: string, fallback = false): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  // An ES module, and needed only where somebody is asked.
  const { default: confirm } = await import('@inquirer/confirm');
  return await confirm({ message, default: fallback });
}
