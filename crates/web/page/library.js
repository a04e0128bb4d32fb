// The library: the WebAssembly, unpacked once, and its functions as calls that return plain objects.

let wasm;

async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
}

/** Unpacks and starts the library. */
export async function startLibrary() {
    const module = await unpack(document.getElementById("wasm").textContent);
    await wasm_bindgen({ module_or_path: module });
    wasm = wasm_bindgen;
}

/** The functions of the library that need no scene. */
export function library() {
    return wasm;
}

/** The result of `call`, or its error as text: one of the two is null. */
export function attempt(call) {
    try {
        return { value: call(), error: null };
    } catch (error) {
        return { value: null, error: sentence(error) };
    }
}

function sentence(error) {
    const text = error instanceof WebAssembly.RuntimeError ? "this was too much for the page; choose smaller numbers" : String(error.message ?? error);
    return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A table of the library as columns, taken out of its memory. */
export function columns(rows, names) {
    const { columns: width, numbers, note } = rows;
    rows.free();
    const length = numbers.length / width;
    const table = { length, note };
    names.forEach((name, column) => {
        const values = new Float64Array(length);
        for (let row = 0; row < length; row += 1) values[row] = numbers[row * width + column];
        table[name] = values;
    });
    return table;
}

let scene = null;
let sceneKey = "";

/** The scene of a state: kept as long as its function stays the same. Throws what the library says. */
export function sceneOf(state) {
    const key = JSON.stringify([state.f, state.parameters, state.f === "formula" ? state.formula : ""]);
    if (scene && key === sceneKey) return scene;
    // What is left behind is freed by the browser once nothing shows it any more.
    scene = new wasm.Scene(state.f, new Float64Array(state.parameters), state.formula);
    sceneKey = key;
    return scene;
}
