// Builds the web app into dist/web, and runs its unit specs.
import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where `vite` finds the API while developing; the built app is served by the API itself. */
const API = "http://127.0.0.1:3000";

export default defineConfig({
  root: here("."),
  plugins: [react(), tailwind()],
  resolve: {
    alias: {
      "~": here("."),
      "@parley/client": here("../../libs/client/index.ts"),
      "mdast-util-to-markdown": here("build/no-markdown-writer.ts"),
      "@ungap/structured-clone": here("build/structured-clone.ts"),
    },
  },
  worker: { format: "es" },
  build: {
    outDir: here("../../dist/web"),
    emptyOutDir: true,
    // Fonts as data: URLs would break the policy `font-src 'self'`.
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: { "/api": { target: API, xfwd: true }, "/socket.io": { target: API, ws: true } },
  },
  test: { include: ["**/*.spec.{ts,tsx}"], environment: "node" },
});
