/** Numbers for operators' names: a shader that finds a fault writes the number, the runtime turns it back into the name. */
const names: string[] = [];
const ids = new Map<string, number>();

/** The number of a name; names are numbered as they are met, the same for every device of the program. */
export function opId(name: string): number {
  let id = ids.get(name);
  if (id === undefined) {
    id = names.push(name) - 1;
    ids.set(name, id);
  }
  return id;
}

/** The name behind a number that `opId` gave, undefined for any other number. */
export const opName = (id: number): string | undefined => names[id];
