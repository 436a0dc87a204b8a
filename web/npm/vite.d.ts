/** Vite's plugin: serves the distribution while you work, and copies it into what is built. */
export default function pyrite(options?: { /** The folder of the distribution in the site; `pyrite`. */ folder?: string }): {
  name: string;
  [hook: string]: any;
};
