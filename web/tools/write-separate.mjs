// `node write-separate.mjs FROM TO`: MicroPython's module for pages that run several.
import { readFileSync, writeFileSync } from "node:fs";
import { separate } from "./separate.mjs";

const [from, to] = process.argv.slice(2);
writeFileSync(to, separate(readFileSync(from, "utf8")));
