#!/usr/bin/env node
// SPDX-License-Identifier: MIT
/**
 * Serves web/dist on this machine's loopback, under the policy that the page promises to work with.
 * scripts/play ends in it, and the browser tests start it.
 * usage: scripts/serve.mjs [--port N] [--root DIR]     (port 0 takes any that is free)
 */

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

const headers = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; " +
    "style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
    "frame-src 'self'; base-uri 'none'; form-action 'none'",
  "X-Content-Type-Options": "nosniff",
  // Lessons on other origins may embed what is served here.
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Cache-Control": "no-cache",
};

/** The file that an address names, or null; nothing outside the root is one. */
async function fileFor(root, address) {
  let path;
  try {
    path = decodeURIComponent(new URL(address, "http://localhost").pathname);
  } catch {
    return null;
  }
  if (path.includes("\0")) return null;
  const file = normalize(join(root, path.endsWith("/") ? `${path}index.html` : path));
  if (!file.startsWith(root + sep)) return null;
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? { file, size: found.size } : null;
}

async function answer(root, request, response) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { ...headers, Allow: "GET, HEAD" }).end();
    return;
  }
  const found = await fileFor(root, request.url ?? "/");
  if (!found) {
    response.writeHead(404, { ...headers, "Content-Type": "text/plain" }).end("Not found\n");
    return;
  }
  response.writeHead(200, {
    ...headers,
    "Content-Type": types[extname(found.file)] ?? "application/octet-stream",
    "Content-Length": found.size,
  });
  if (request.method === "HEAD") response.end();
  else createReadStream(found.file).pipe(response);
}

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8000" },
    root: { type: "string", default: fileURLToPath(new URL("../web/dist", import.meta.url)) },
  },
});
const port = Number(values.port);
if (!/^\d+$/.test(values.port) || port > 65535) {
  console.error(`serve: ${values.port} is no port; a port is a number from 0 to 65535`);
  process.exit(2);
}
const root = normalize(values.root).replace(/[/\\]$/, "");
const server = createServer((request, response) => void answer(root, request, response));
server.on("error", (error) => {
  const remedy = error.code === "EADDRINUSE" ? "; choose another with --port N" : "";
  console.error(`serve: cannot listen on port ${values.port}: ${error.message}${remedy}`);
  process.exit(1);
});
server.listen(port, "127.0.0.1", () => {
  console.log(`StepLab: http://127.0.0.1:${server.address().port}/`);
});
