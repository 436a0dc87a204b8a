import pyrite from "@pyrite/core/vite";

export default { plugins: [pyrite()], build: { target: "esnext" }, logLevel: "warn" };
