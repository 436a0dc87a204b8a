// Runs scripts of this page again: the old element makes way for a new one, which the runtime takes on as any script that
// comes into the page.

const SCRIPTS = "script[type=py],script[type=mpy],py-script,mpy-script";

const rerunner = () => {
  const book = keepBook();
  /** The scripts of the page's text, in its order. */
  let scripts = [];
  /** Those that were put in place of others. */
  const fresh = new WeakSet();
  /** The ids that the outputs of those before had. */
  const ids = new WeakMap();

  const collect = () => (scripts = [...document.querySelectorAll(SCRIPTS)]);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", collect);
  else collect();

  for (const kind of ["py", "mpy"])
    document.addEventListener(`${kind}:ready`, ({ target }) => {
      if (ids.has(target) && target.target) target.target.id = ids.get(target);
    }, true);

  const normalised = (text) => text.replace(/\r\n?/g, "\n").trim();

  /** Why a script cannot be run again as things are now, if so. */
  const obstacle = ({ index, before, name }, count) => {
    const script = scripts[index];
    if (scripts.length !== count || !script?.isConnected) return "the scripts of the page are not those of its file";
    const isInline = script.localName === "script" && !script.getAttribute("src");
    if (isInline && !fresh.has(script) && normalised(script.textContent) !== normalised(before)) return "the scripts of the page are not those of its file";
    const kept = book.of(script);
    if (!kept) return `${name} had not begun yet`;
    if (kept.kind === "mpy" && !kept.worker && !kept.isDone) return `${name} is still running, which MicroPython cannot end`;
  };

  /** Takes away what was said about a script that runs no more. */
  const clearBanners = ({ name, lines: [first, last] }, isInline) => {
    for (const banner of document.querySelectorAll(".py-error")) {
      const [, file, line] = /File "([^"]+)", line (\d+)/.exec(banner.querySelector(".py-error-place")?.textContent ?? "") ?? [];
      if (!file) continue;
      const own = isInline ? !file.endsWith(".py") && first <= +line && +line <= last : name === file || name.endsWith(`/${file}`);
      if (own) banner.remove();
    }
  };

  const one = (asked) => {
    const script = scripts[asked.index];
    const kept = book.of(script);
    const isInline = !script.getAttribute("src");
    const next = script.cloneNode(false);
    // As many lines in front as there are in the page, so that a traceback tells its lines.
    if (isInline) next.textContent = "\n".repeat(asked.line - 1) + asked.code;
    if (kept.worker) {
      script.xworker?.terminate();
      const output = document.getElementById(`${script.id}-target`);
      if (script.localName === "script") output?.replaceChildren();
    } else {
      const why = book.takeBack(kept);
      if (why) return why;
      const output = script.localName === "script" && script.hasAttribute("target") ? undefined : script.target;
      if (output?.childNodes.length) return `something else is shown where ${asked.name} shows its output`;
      if (output && output !== script) {
        ids.set(next, output.id);
        output.remove();
      }
    }
    clearBanners(asked, isInline);
    fresh.add(next);
    scripts[asked.index] = next;
    // What it has started ends when it is out of the page: nobody hears of that.
    script.replaceWith(next);
    if (!kept.worker) book.forget(kept, asked.names);
  };

  /** Runs them again. Gives why that cannot be, if so. */
  return (asked, count) => {
    for (const each of asked) {
      const why = obstacle(each, count);
      if (why) return why;
    }
    for (const each of asked) {
      const why = one(each);
      if (why) return why;
    }
  };
};
