// A person's name where there is little room.

/** `Joanna Clarke` → `Joanna C.` @param {string} person */
export function initialled(person) {
  const [first, ...rest] = person.trim().split(/\s+/);
  const last = rest.at(-1);
  return last ? `${first} ${last.charAt(0)}.` : first;
}
