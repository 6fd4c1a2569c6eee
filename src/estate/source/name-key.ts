/** The form in which ids, names and addresses are compared: composed (NFC), without regard to case, the same in every locale. */
export function nameKey(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC');
}
