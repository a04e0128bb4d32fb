// Exports: what is seen, as PNG, SVG and CSV.
import { CanvasSurface, SvgSurface } from "./surface.js";

const [WIDTH, SCENE, PLOT] = [1400, 620, 300];
const [GAP, LEGEND] = [16, 260];

/** Draws the landscape, its legend beside it, and the plots below; parts are [title, draw(surface, width, height)]. */
function compose(surface, height, colors, { scene, legend, aspect, plots }) {
    surface.clear(WIDTH, height, colors.page);
    surface.text(scene[0], GAP, 22, colors.text, { size: 15 });
    const width = Math.min(SCENE * aspect, WIDTH - LEGEND);
    surface.shifted(0, 30, () => scene[1](surface, width, SCENE));
    legend.forEach(([text, draw], index) => {
        const y = 50 + 26 * index;
        draw(surface, width + 2 * GAP, y);
        surface.text(text, width + 2 * GAP + 26, y, colors.text, { size: 14, base: "middle" });
    });
    const wide = WIDTH / 3;
    plots.forEach(([title, draw], index) => {
        const [x, y] = [(index % 3) * wide, 30 + SCENE + GAP + Math.floor(index / 3) * (PLOT + 28)];
        surface.text(title, x + GAP, y + 14, colors.text, { size: 14 });
        surface.shifted(x, y + 20, () => draw(surface, wide - GAP, PLOT));
    });
}

function heightOf({ plots }) {
    return 30 + SCENE + GAP + Math.ceil(plots.length / 3) * (PLOT + 28) + GAP;
}

export function svgOf(parts, colors) {
    const height = heightOf(parts);
    const surface = new SvgSurface(WIDTH, height);
    compose(surface, height, colors, parts);
    return new Blob([surface.toString()], { type: "image/svg+xml" });
}

export function pngOf(parts, colors) {
    const height = heightOf(parts);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * WIDTH, 2 * height];
    compose(new CanvasSurface(canvas.getContext("2d"), 2), height, colors, parts);
    return new Promise((resolve) => {
        canvas.toBlob(resolve, "image/png");
    });
}

/** Every number that is drawn as a path: a row for each iterate and each sample. */
export function csvOf(model) {
    const lines = ["series,iteration,time,x,y,velocity_x,velocity_y,f"];
    const dt = model.ball.error ? NaN : model.ball.dt;
    for (const { rule, table, perIteration } of model.paths) {
        for (let index = 0; index < table.length; index += 1) {
            const k = index / perIteration;
            lines.push([rule.key, k, rule.key === "descent" ? "" : k * dt, table.x[index], table.y[index], table.vx[index], table.vy[index], table.f[index]].join(","));
        }
    }
    for (const [name, table] of [["ball", model.motion], ["effective", model.effective]]) {
        if (!table) continue;
        for (let index = 0; index < table.length; index += 1) {
            lines.push([name, table.t[index] / dt, table.t[index], table.x[index], table.y[index], table.ux[index], table.uy[index], table.f[index]].join(","));
        }
    }
    return new Blob([`${lines.join("\n")}\n`], { type: "text/csv" });
}

/** Offers a file under that name. */
export function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
