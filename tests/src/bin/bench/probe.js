window.measured = {};
addEventListener("END_EVENT", async () => {
  measured.done = performance.now();
  try {
    await window.finish?.();
  } catch (error) {
    console.error(error);
  }
  // What is still on its way is part of the visit's bytes.
  setTimeout(() => {
    const loads = performance.getEntriesByType("resource").map(load => ({
      path: new URL(load.name).pathname,
      start: load.startTime,
      first_byte: load.responseStart,
      end: load.responseEnd,
    }));
    navigator.sendBeacon("/measured", JSON.stringify({
      values: measured,
      proof: document.body.dataset.proof ?? null,
      loads,
    }));
  }, 500);
}, { capture: true, once: true });
