/** Asks the person at the terminal; false where there is none. */
export async function confirmed(message: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  // An ES module, and needed only where somebody is asked.
  const { default: confirm } = await import('@inquirer/confirm');
  return await confirm({ message, default: false });
}
