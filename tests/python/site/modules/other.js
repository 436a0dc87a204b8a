export const name = "other";
