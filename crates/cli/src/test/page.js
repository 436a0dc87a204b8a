// What `pyrite test` adds to pages: it keeps their errors, and on the page of the tests it is where Python and the
// command meet.
(() => {
  "use strict";
  if ("pyriteTest" in window) return;

  const errors = [];
  const told = [];
  let done = false;
  let wake = () => {};

  const shown = (value) => (value instanceof Error && value.stack?.includes(value.message) ? value.stack : String(value));
  const original = console.error;
  console.error = function (...values) {
    errors.push(values.map(shown).join(" "));
    return original.apply(this, values);
  };
  addEventListener("error", (event) => errors.push(event.error ? shown(event.error) : event.message));
  addEventListener("unhandledrejection", (event) => errors.push(shown(event.reason)));
  addEventListener("py:all-done", () => {
    done = true;
    wake();
  });

  const PYTHON = "script[type=py], script[type=mpy], py-script, mpy-script";
  /** As users cause them: what listens above hears them too. */
  const options = { bubbles: true, cancelable: true, composed: true };

  const api = {
    errors,
    /** How often the page was photographed, or could not be. */
    pictures: 0,
    /** How many messages there were, and how many the command has. */
    get count() {
      return told.length;
    },
    heard: 0,
    get done() {
      return done;
    },

    tell(text) {
      told.push(text);
      wake();
    },

    /** What was told from that number on: at once, or when there is more, or after a second. */
    async next(from, pictures) {
      api.heard = from;
      api.pictures = pictures;
      if (told.length <= from && !done) {
        await new Promise((resolve) => {
          wake = resolve;
          setTimeout(resolve, 1000);
        });
      }
      return { told: told.slice(from), done, errors };
    },

    open(path) {
      const frame = document.createElement("iframe");
      Object.assign(frame.style, { position: "fixed", inset: 0, width: "100%", height: "100%", border: 0, background: "#fff" });
      frame.src = new URL(path, new URL("/", location.href));
      document.body.append(frame);
      return frame;
    },

    /** Whether a page is there, and if `wait`, its scripts have run. */
    opened(frame, wait) {
      const page = frame.contentWindow;
      const there = page.pyriteTest;
      if (!there || page.document.readyState !== "complete") return false;
      return !wait || there.done || !page.document.querySelector(PYTHON);
    },

    fill(element, value) {
      element.focus();
      element.value = value;
      for (const type of ["input", "change"]) element.dispatchEvent(new Event(type, options));
    },

    press(element, key) {
      element.focus();
      for (const type of ["keydown", "keyup"]) element.dispatchEvent(new KeyboardEvent(type, { ...options, key }));
    },

    clear() {
      for (const frame of document.querySelectorAll("iframe")) frame.remove();
      document.querySelector("#pyrite-stage")?.replaceChildren();
    },
  };
  Object.defineProperty(window, "pyriteTest", { value: api });
})();
