/** Names that both sides know. */

/** The name under which a worker asks for the element that shows its output. */
export const TARGET = "__pyrite_target__";
/** The name under which it tells how it waits for the page after all. */
export const WAY = "__pyrite_way__";
