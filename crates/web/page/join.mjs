// Joins the page, its style, its modules and the WebAssembly into one file: node join.mjs BINDINGS FINGERPRINT OUTPUT.
//
// The modules share one scope in the result: their imports are left out and their exports become plain declarations, in
// the order in which they need each other. The WebAssembly is compressed, because base64 makes it a third larger.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const folder = dirname(fileURLToPath(import.meta.url));
const [bindings, fingerprint, output] = process.argv.slice(2);
const read = (name) => readFileSync(join(folder, name), "utf8");

const joined = new Set();
const declared = new Map();

function module(name) {
    if (joined.has(name)) return "";
    joined.add(name);
    let before = "";
    const text = read(name).replace(/^import \{[^}]*\} from "\.\/([^"]+)";\n/gm, (_, other) => {
        before += module(other);
        return "";
    });
    if (/^import /m.test(text)) throw new Error(`${name}: an import that is not understood`);
    for (const [, what] of text.matchAll(/^(?:export )?(?:async )?(?:function\*?|class|const|let) ([A-Za-z_$][\w$]*)/gm)) {
        if (declared.has(what)) throw new Error(`${what} is declared in ${declared.get(what)} and in ${name}`);
        declared.set(what, name);
    }
    return `${before}// ${name}\n${text.replace(/^export /gm, "")}\n`;
}

const wasm = gzipSync(readFileSync(join(bindings, "heavyball_web_bg.wasm")), { level: 9 }).toString("base64");
// Its comments are those of src/scene.rs.
const glue = readFileSync(join(bindings, "heavyball_web.js"), "utf8").replace(/^ *\/\*\*[^]*?\*\/\n/gm, "");
const parts = {
    FINGERPRINT: fingerprint,
    STYLE: read("style.css"),
    GLUE: glue,
    WASM: wasm,
    PAGE: module("main.js"),
};
const page = read("index.html").replace(/<!--([A-Z]+)-->/g, (_, name) => parts[name]);
writeFileSync(output, page);
