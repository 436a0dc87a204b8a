window.bytesGiven = new Uint8Array(1 << 20);
window.listGiven = Array.from({ length: 1000 }, (_, i) => i);

/** What is left to measure when Python has ended. */
window.finish = async () => {
  const spend = async (work, milliseconds) => {
    const start = performance.now();
    let done = 0;
    while (performance.now() < start + milliseconds) {
      await work();
      done += 1;
    }
    return (performance.now() - start) / done;
  };
  if ((await called(41)) !== 42) throw new Error("the worker's function does not answer");
  await spend(() => called(1), 100);
  measured.callback = await spend(() => called(1), 250);
  measured.floor = await floor();
};

/** Milliseconds of a bare round trip: one word of shared memory, both sides looking at it all the time. */
const floor = async () => {
  const code = `onmessage = ({ data: word }) => {
    const trip = () => {
      Atomics.store(word, 0, 1);
      while (Atomics.load(word, 0) === 1);
    };
    const times = [];
    for (let part = 0; part < 50; part++) {
      const start = performance.now();
      for (let i = 0; i < 1000; i++) trip();
      times.push((performance.now() - start) / 1000);
    }
    Atomics.store(word, 0, 2);
    postMessage(times.sort((a, b) => a - b)[25]);
  }`;
  const worker = new Worker(URL.createObjectURL(new Blob([code])));
  const word = new Int32Array(new SharedArrayBuffer(4));
  const answer = new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
  worker.postMessage(word);
  // Until the worker has started, others get their turn.
  while (Atomics.load(word, 0) === 0) await new Promise((resolve) => setTimeout(resolve));
  for (let seen; (seen = Atomics.load(word, 0)) !== 2; ) if (seen === 1) Atomics.store(word, 0, 0);
  const time = await answer;
  worker.terminate();
  return time;
};
