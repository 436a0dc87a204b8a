/** Which side of a folder that is in two places has to be changed, and how: values in, steps out. */

/** What is known of a file, or of a folder, without reading it. */
export interface Stamp {
  readonly folder: boolean;
  readonly time: number;
  readonly size: number;
}

/** Paths below the folder, with `/` between the parts. */
export type Tree = ReadonlyMap<string, Stamp>;

/** How both sides were when they were last the same. */
export type Base = ReadonlyMap<string, { readonly here: Stamp; readonly there: Stamp }>;

/** Something to do: bring a path to the other side, or delete it on one. */
export interface Step {
  readonly path: string;
  readonly act: "save" | "load" | "delete there" | "delete here" | "same";
}

const same = (one: Stamp | undefined, other: Stamp | undefined): boolean =>
  one === other ||
  (!!one && !!other && one.folder === other.folder && (one.folder || (one.time === other.time && one.size === other.size)));

const decide = (base: { here: Stamp; there: Stamp } | undefined, here?: Stamp, there?: Stamp): Step["act"] | undefined => {
  if (!base) {
    // What was kept before wins over what a page puts there at its start.
    return there ? (here?.folder && there.folder ? "same" : "load") : "save";
  }
  const changedHere = !same(base.here, here);
  const changedThere = !same(base.there, there);
  if (!changedHere && !changedThere) return undefined;
  if (!here && !there) return "same";
  // A change is more than a deletion, and the later change more than the earlier.
  if (changedHere && changedThere && here && there) return here.time >= there.time ? "save" : "load";
  if (changedThere && there) return "load";
  if (changedHere && here) return "save";
  return here ? "delete here" : "delete there";
};

/** Decides for each path. Folders come before what is in them, deletions last and from the bottom. */
export const merge = (base: Base, here: Tree, there: Tree): Step[] => {
  const steps: Step[] = [];
  for (const path of new Set([...base.keys(), ...here.keys(), ...there.keys()])) {
    const act = decide(base.get(path), here.get(path), there.get(path));
    if (act) steps.push({ path, act });
  }
  const deletes = ({ act }: Step) => act.startsWith("delete");
  return steps.sort((a, b) =>
    deletes(a) !== deletes(b) ? (deletes(a) ? 1 : -1) : (a.path < b.path ? -1 : 1) * (deletes(a) ? -1 : 1));
};
