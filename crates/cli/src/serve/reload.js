// Reloads this page when a file of its folder changes, and shows what is wrong with it.
// `pyrite serve` adds this script to pages; `--no-reload` leaves it out.
(() => {
  "use strict";

  // A frame of a page that has this script is reloaded with that page.
  try {
    if (window.top !== window && window.top.location.origin === location.origin) return;
  } catch {
    // Framed by another site: this page looks after itself.
  }

  const SCROLL = `pyrite:scroll:${location.pathname}`;
  const RELOADED = `pyrite:reloaded:${location.pathname}`;
  const LONGEST_START = 15000;

  /** The state of the folder that this page shows. */
  let token = document.currentScript.dataset.token;
  /** @type {EventSource | undefined} */
  let source;
  /** @type {HTMLElement | undefined} */
  let overlay;

  const stored = {
    take(key) {
      try {
        const value = sessionStorage.getItem(key);
        sessionStorage.removeItem(key);
        return value;
      } catch {
        return null; // Storage is off in this browser: the page still reloads, at its top.
      }
    },
    peek(key) {
      try {
        return sessionStorage.getItem(key);
      } catch {
        return null;
      }
    },
    put(key, value) {
      try {
        sessionStorage.setItem(key, value);
      } catch {
        // As above.
      }
    },
  };

  const reload = (next) => {
    // If a cache gives the same old page again, reloading for ever would not help.
    const last = stored.take(RELOADED);
    stored.put(RELOADED, next);
    if (last === next) return;
    stored.put(SCROLL, JSON.stringify([scrollX, scrollY]));
    location.reload();
  };

  /** Python may fill the page long after it has loaded: tries until it is tall enough, or the reader moves it. */
  const restoreScroll = () => {
    const saved = stored.take(SCROLL);
    if (!saved) return;
    const [left, top] = JSON.parse(saved);
    if (!left && !top) return;
    const end = performance.now() + LONGEST_START;
    let moved = false;
    const stop = () => (moved = true);
    for (const type of ["wheel", "touchstart", "pointerdown", "keydown"]) {
      addEventListener(type, stop, { once: true, passive: true, capture: true });
    }
    const step = () => {
      if (moved || performance.now() > end) return;
      scrollTo({ left, top, behavior: "instant" });
      const there = Math.abs(scrollX - left) < 2 && Math.abs(scrollY - top) < 2;
      if (!there || document.readyState !== "complete") setTimeout(step, 50);
    };
    step();
  };

  /** Exchanges changed style sheets in place. False if one of them is not linked by this page. */
  const swapStyles = (paths) => {
    const links = [...document.querySelectorAll('link[rel~="stylesheet"][href]')];
    const changed = paths.map((path) => links.filter((link) => new URL(link.href).pathname === path));
    if (!changed.every((found) => found.length)) return false;
    for (const link of changed.flat()) {
      const address = new URL(link.href);
      address.searchParams.set("pyrite", token);
      const fresh = link.cloneNode();
      fresh.href = address.href;
      // The old one stays until the new one is there, so that the page never stands without style.
      fresh.onload = fresh.onerror = () => link.remove();
      link.after(fresh);
    }
    return true;
  };

  /** Whether this page names that configuration file. */
  const names = (path) =>
    [...document.querySelectorAll("[config], py-config[src], mpy-config[src]")].some((element) => {
      try {
        const name = element.getAttribute("config") || element.getAttribute("src") || "";
        return new URL(name, document.baseURI).pathname === path;
      } catch {
        return false;
      }
    });

  const element = (tag, style, text) => {
    const made = document.createElement(tag);
    // Set one by one: a content security policy may forbid the attribute.
    Object.assign(made.style, style);
    if (text) made.textContent = text;
    return made;
  };

  /** What was dismissed stays away over reloads, until there is something else to say. */
  const DISMISSED = `pyrite:dismissed:${location.pathname}`;

  const row = ({ level, code, file, line, column, message, hint }) => {
    const place = line ? `${file}, line ${line}, column ${column}` : file;
    const item = element("li", { margin: "0 0 0.75rem" });
    item.append(
      element("strong", { display: "block" }, code ? `${level} ${code} in ${place}` : place),
      element("code", { display: "block", whiteSpace: "pre-wrap", font: "14px/1.5 ui-monospace, monospace" }, message),
    );
    if (hint) item.append(element("span", { display: "block", color: "#d0d0d0" }, hint));
    return item;
  };

  /** Configuration that cannot be read, and what `pyrite check` finds. */
  const show = (problems, findings) => {
    const broken = problems.filter((problem) => problem.fresh || names(problem.path));
    // The check says it too, of those that the page names.
    const known = new Set(broken.map(({ file, line }) => `${file}:${line}`));
    const shown = [...broken, ...findings.filter(({ file, line }) => !known.has(`${file}:${line}`))];
    const key = JSON.stringify(shown);
    if (!shown.length) stored.take(DISMISSED);
    overlay?.remove();
    overlay = undefined;
    if (!shown.length || stored.peek(DISMISSED) === key) return;
    overlay = element("div", { position: "fixed", inset: "1rem 1rem auto", zIndex: 2147483647 });
    overlay.id = "pyrite-problems";
    overlay.setAttribute("role", "alert");
    // The page's own style sheets end here.
    const shadow = overlay.attachShadow({ mode: "open" });
    const box = element("section", {
      maxHeight: "60vh", overflow: "auto", maxWidth: "50rem", margin: "0 auto", padding: "1rem 1.25rem",
      boxSizing: "border-box", borderRadius: "8px", borderLeft: "6px solid #d92d20", background: "#1f1d1d", color: "#fff",
      textAlign: "left", font: "16px/1.5 system-ui, sans-serif", boxShadow: "0 8px 32px #0008",
    });
    box.setAttribute("aria-label", "What is wrong with this page");
    // A keyboard must be able to scroll it.
    box.tabIndex = 0;
    const list = element("ul", { listStyle: "none", margin: 0, padding: 0 });
    list.append(...shown.map(row));
    const text = "Correct it and save: the page reloads by itself. `pyrite check` says more.";
    const button = element("button", {
      font: "inherit", padding: "0.25rem 0.75rem", color: "inherit", background: "transparent",
      border: "1px solid #888", borderRadius: "6px", cursor: "pointer",
    }, "Dismiss");
    button.type = "button";
    const dismiss = () => {
      stored.put(DISMISSED, key);
      overlay?.remove();
      overlay = undefined;
    };
    button.onclick = dismiss;
    box.addEventListener("keydown", ({ key: pressed }) => pressed === "Escape" && dismiss());
    box.append(list, element("p", { margin: "0.75rem 0", color: "#d0d0d0" }, text), button);
    shadow.append(box);
    (document.body || document.documentElement).append(overlay);
  };

  let latest = 0;

  /** Asks what the check finds, and shows all of it. What is known already is shown at once. */
  const look = async (problems) => {
    const mine = ++latest;
    let findings = [];
    try {
      const answer = await fetch(`/_pyrite/findings?page=${location.pathname}`);
      if (answer.ok) findings = await answer.json();
    } catch {
      // The server is away, or the page allows no requests: the rest can still be told.
    }
    if (mine === latest) show(problems, findings);
  };

  const isStyle = (path) => path.endsWith(".css");

  const onChange = ({ token: next, paths, problems }) => {
    const broken = problems.some((problem) => paths.includes(problem.path));
    if (broken || (paths.every(isStyle) && swapStyles(paths))) {
      // The page as it is stays useful: what runs in it is not thrown away for a file that cannot be read.
      token = next;
      // Saved again and still broken: worth saying again.
      if (broken) stored.take(DISMISSED);
      look(problems);
    } else {
      reload(next);
    }
  };

  const connect = () => {
    // Browsers allow few connections to one server: only the pages that are seen hold one.
    if (source || document.hidden) return;
    source = new EventSource("/_pyrite/events");
    source.addEventListener("hello", ({ data }) => {
      const { token: now, problems } = JSON.parse(data);
      if (now === token) look(problems);
      else reload(now);
    });
    source.addEventListener("change", ({ data }) => onChange(JSON.parse(data)));
    source.onerror = () => {
      // While the server is away the browser tries again by itself, unless it was refused.
      if (source?.readyState !== EventSource.CLOSED) return;
      source = undefined;
      setTimeout(connect, 1000);
    };
  };

  const disconnect = () => {
    source?.close();
    source = undefined;
  };

  const start = () => {
    restoreScroll();
    connect();
    document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
    addEventListener("pagehide", disconnect);
    addEventListener("pageshow", connect);
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
