/** The files of the Python package, packed by `cargo xtask dist`. */
declare module "pyrite-package/*" {
  const files: Record<string, string>;
  export default files;
}
