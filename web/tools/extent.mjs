/**
 * How Python's standard library is cut into two files, for those who put it together: pages (web/library.ts), and what makes
 * snapshots and compiles.
 */

/**
 * How many bytes of an archive's end the last records may have, where Python looks for them: 22 + 76 and a comment (PKWARE's
 * APPNOTE.TXT, 4.3.14 to 16).
 */
export const RECORDS = 98 + 0xffff;

/**
 * What the first file says about the whole archive: where the second one's bytes begin and end, and how many bytes it has. The
 * first has the archive's directory, and at least as many bytes of its end as the last records may have.
 */
export const extentOf = (first) => {
  const record = new DataView(first.buffer, first.byteOffset + first.length - 22);
  const directory = record.getUint32(12, true) + 22;
  const tail = Math.max(directory, RECORDS);
  const size = record.getUint32(16, true) + directory;
  return [first.length - tail, size - tail, size];
};
