// Runs before a page's own scripts and keeps, in order, what a test may ask about.
(() => {
    if (window.top !== window || "__recorder" in window) return;
    const entries = [];
    Object.defineProperty(window, "__recorder", { value: entries });

    const shown = value => {
        if (typeof value === "string") return value;
        if (value instanceof Error) return value.stack?.includes(value.message) ? value.stack : String(value);
        try {
            return JSON.stringify(value) ?? String(value);
        } catch {
            return String(value);
        }
    };

    for (const level of ["debug", "log", "info", "warn", "error"]) {
        const original = console[level];
        console[level] = function (...values) {
            entries.push({ kind: "console", level, text: values.map(shown).join(" ") });
            return original.apply(this, values);
        };
    }

    addEventListener("error", event => {
        const source = event.target?.src ?? event.target?.href;
        entries.push(source
            ? { kind: "resource", text: source }
            : { kind: "uncaught", text: event.error ? shown(event.error) : event.message });
    }, true);
    addEventListener("unhandledrejection", event => {
        entries.push({ kind: "uncaught", text: shown(event.reason) });
    });

    const names = ["py:all-done", "mpy:all-done"];
    for (const type of ["py", "mpy"])
        for (const what of ["ready", "done", "progress"]) names.push(`${type}:${what}`);
    for (const name of names)
        addEventListener(name, event => {
            const { target, detail } = event;
            const object = typeof detail === "object" && detail !== null;
            entries.push({
                kind: "event",
                name,
                class: event.constructor.name,
                target: target === window ? "window" : target.id || target.localName,
                bubbles: event.bubbles,
                cancelable: event.cancelable,
                text: typeof detail === "string" ? detail : null,
                worker: object ? detail.worker ?? null : null,
                script_is_target: object ? detail.script === target : false,
                wrap_type: object ? detail.wrap?.type ?? null : null,
            });
        }, true);
})();
