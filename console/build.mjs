// Bundles the page into functions/console/page, where the function finds it: node console/build.mjs [FOLDER]
import { build } from "esbuild";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const into = process.argv[2] ?? join(here, "..", "functions", "console", "page");
await mkdir(into, { recursive: true });
await build({
  entryPoints: [join(here, "src", "app.tsx"), join(here, "src", "app.css")],
  outdir: into, bundle: true, minify: true, format: "esm", target: "es2022",
  jsx: "automatic", jsxImportSource: "preact", legalComments: "none",
});
for (const name of ["index.html", "icon.svg"]) await copyFile(join(here, "src", name), join(into, name));
