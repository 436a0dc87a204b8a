/** Where in the archive the second file's bytes begin and end, and how many bytes the archive has. */
export type Extent = readonly [from: number, to: number, size: number];

export const extentOf: (first: Uint8Array) => Extent;
