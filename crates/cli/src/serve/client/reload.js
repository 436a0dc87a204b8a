// Brings this page up to date when a file of its folder changes, and shows what is wrong with it.
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

  /** Why the page was loaded anew, for its author. */
  const REASON = `pyrite:reason:${location.pathname}`;

  const rerun = rerunner();
  const retype = retyper();
  /** The state of the folder that this page shows. */
  let { token } = document.currentScript.dataset;
  /** The latest that it has heard of. */
  let heard = token;
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

  const reload = (next, why = "") => {
    // If a cache gives the same old page again, reloading for ever would not help.
    const last = stored.take(RELOADED);
    stored.put(RELOADED, next);
    if (last === next) return;
    stored.put(REASON, why);
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

  const pathOf = (address) => decodeURIComponent(new URL(address, document.baseURI).pathname);

  /** Exchanges changed style sheets and images in place. Gives a file that this page has in another way, if there is one. */
  const exchange = (paths) => {
    const links = [...document.querySelectorAll('link[rel~="stylesheet"][href]')];
    const images = [...document.images].filter((image) => image.getAttribute("src") && !image.srcset);
    const has = (path) => (element) => pathOf(element.href ?? element.src) === path;
    const found = paths.map((path) => [...links, ...images].filter(has(path)));
    const missing = found.findIndex((elements) => !elements.length);
    if (missing >= 0) return paths[missing];
    for (const one of found.flat()) {
      const address = new URL(one.href ?? one.src);
      address.searchParams.set("pyrite", token);
      if (one.src) {
        one.src = address.href;
        continue;
      }
      const fresh = one.cloneNode();
      fresh.href = address.href;
      // The old one stays until the new one is there, so that the page never stands without style.
      fresh.onload = fresh.onerror = () => one.remove();
      one.after(fresh);
    }
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
    const text = "Correct it and save: the page follows by itself. `pyrite check` says more.";
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

  const say = (text) => console.info(`Pyrite: ${text}`);

  /** Does what the server thinks is enough. Gives why that is not possible, if so. */
  const carryOut = ({ reload: why, exchange: paths, scripts, editors, counts }) => {
    if (why) return why;
    const obstacle = rerun(scripts, counts[0]) ?? retype(editors, counts[1], say);
    if (obstacle) return obstacle;
    const other = exchange(paths);
    if (other) return `the page uses ${other.slice(1)}`;
    const names = scripts.map(({ name }) => name);
    if (names.length) say(`${names.join(" and ")} ran again; all else is as it was.`);
    for (const path of paths) say(`${path.slice(1)} was exchanged.`);
  };

  let isAsking = false;
  /** What was heard meanwhile. */
  let waiting;

  /** Brings the page up to date, one step after the other. */
  const update = async (next, problems) => {
    if (isAsking) {
      waiting = [next, problems];
      return;
    }
    isAsking = true;
    let why;
    try {
      const answer = await fetch(`/_pyrite/change?token=${token}&page=${location.pathname}`);
      if (answer.ok) {
        const asked = await answer.json();
        const before = token;
        token = heard = asked.token ?? next;
        why = carryOut(asked);
        if (!why && token !== before) look(problems);
      } else {
        why = "the server does not know this page any more";
      }
    } catch (error) {
      why = `the change could not be taken over (${error})`;
    }
    isAsking = false;
    if (why) return reload(next, why);
    const later = waiting;
    waiting = undefined;
    // The answer may have known of it already.
    if (later) later[0] === token ? look(later[1]) : update(...later);
  };

  const onChange = ({ token: next, paths, problems }) => {
    const broken = problems.some((problem) => paths.includes(problem.path));
    if (broken) {
      // The page as it is stays useful: what runs in it is not thrown away for a file that cannot be read.
      heard = next;
      // Saved again and still broken: worth saying again.
      stored.take(DISMISSED);
      look(problems);
    } else {
      update(next, problems);
    }
  };

  const connect = () => {
    // Browsers allow few connections to one server: only the pages that are seen hold one.
    if (source || document.hidden) return;
    source = new EventSource("/_pyrite/events");
    source.addEventListener("hello", ({ data }) => {
      const { token: now, problems } = JSON.parse(data);
      if (now === heard) look(problems);
      else update(now, problems);
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
    const why = stored.take(REASON);
    if (why) say(`this page was loaded anew because ${why}.`);
    restoreScroll();
    connect();
    document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
    addEventListener("pagehide", disconnect);
    addEventListener("pageshow", connect);
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
