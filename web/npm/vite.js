/**
 * Vite's plugin. The distribution is a folder whose files find each other by their places, so it is not bundled: it is
 * served as it is while you work, and copied into what is built.
 */
import { createReadStream } from "node:fs";
import { cp, stat } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("./dist", import.meta.url));
const TYPES = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
/** So that workers can share memory with their page. */
const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export default function pyrite({ folder = "pyrite" } = {}) {
  let config;
  return {
    name: "pyrite",
    enforce: "pre",
    config: () => ({ server: { headers: ISOLATED }, preview: { headers: ISOLATED }, optimizeDeps: { exclude: ["@pyrite/core"] } }),
    configResolved(resolved) {
      config = resolved;
    },
    resolveId(id) {
      const file = { "@pyrite/core": "core.js", "@pyrite/core/storage": "storage.js" }[id];
      // Addresses that begin with the site's base stay as they are.
      return file && { id: `${config.base}${folder}/${file}`, external: "absolute" };
    },
    configureServer(server) {
      const start = `${config.base}${folder}/`;
      server.middlewares.use(async (request, response, next) => {
        const path = decodeURI(request.url.split(/[?#]/)[0]);
        const file = normalize(join(dist, path.slice(start.length)));
        if (!path.startsWith(start) || !file.startsWith(dist + sep)) return next();
        const found = await stat(file).catch(() => undefined);
        if (!found?.isFile()) return next();
        response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", ...ISOLATED });
        createReadStream(file).pipe(response);
      });
    },
    async writeBundle({ dir }) {
      await cp(dist, join(dir, folder), { recursive: true });
    },
  };
}
