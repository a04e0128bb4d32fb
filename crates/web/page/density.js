// Density: where the balls of the warm cloud are, and Gibbs’s density, to which they tend.
import { Axes } from "./axes.js";
import { attempt } from "./library.js";
import { minimaOf } from "./model.js";

const [BARS, IN_A_BAR, GIBBS_ROWS] = [48, 5, 120];
let gibbs = { key: "" };

/** Gibbs’s density in the box that is shown: over x, and the share nearest to each minimum. */
export function gibbsOf(model) {
    const { state: { box, temperature }, scene } = model;
    const minima = minimaOf(model);
    const key = [...box, temperature, ...minima].join();
    if (gibbs.scene === scene && gibbs.key === key) return gibbs;
    const rows = Math.max(20, Math.round(GIBBS_ROWS * Math.min(1, 10 / scene.work())));
    const { value, error } = attempt(() => scene.gibbs(Float64Array.from(box), BARS * IN_A_BAR, rows, temperature, minima));
    const split = (numbers) => ({ density: numbers.slice(0, BARS * IN_A_BAR), shares: numbers.slice(BARS * IN_A_BAR) });
    gibbs = { key, scene, error, value: value && split(value) };
    return gibbs;
}

/** The share of the balls in the box per length, for each bar. */
function barsOf({ show, state: { box: [left, bottom, right, top] }, dimension }) {
    const bars = new Float64Array(BARS);
    let inside = 0;
    for (let index = 0; index < (show.now?.length ?? 0); index += 2) {
        const [x, y] = [show.now[index], show.now[index + 1]];
        if (!(x >= left && x < right && (dimension === 1 || (y >= bottom && y < top)))) continue;
        inside += 1;
        bars[Math.floor(((x - left) / (right - left)) * BARS)] += 1;
    }
    return bars.map((count) => (count * BARS) / ((inside || 1) * (right - left)));
}

/** The balls of the warm cloud over x, and the density that they tend to. */
export const densityPlot = {
    key: "density", title: "Where the balls are", x: "x (length L)", y: "share per length (1/L)",
    about: (model) => gibbsOf(model).error
        ?? "Bars: the balls that are in view now. Line: Gibbs’s density e^(−f/T), to which they tend whatever the drag; a large α is a little warmer.",
    axes(model, width, height) {
        const [left, , right] = model.state.box;
        const most = Math.max(...(gibbsOf(model).value?.density ?? []), 1e-9);
        return new Axes(width, height, [left, 0, right, 1.3 * most]);
    },
    draw(surface, model, colors, axes) {
        const { value } = gibbsOf(model);
        if (!value) return;
        const [left, , right] = model.state.box;
        const wide = (right - left) / BARS;
        barsOf(model).forEach((high, index) => {
            const [from, to] = [axes.x(left + wide * index), axes.x(left + wide * (index + 1))];
            const [ground, y] = [axes.y(0), Math.max(axes.y(high), axes.top - 2)];
            if (high > 0) surface.polygon([from, ground, from, y, to, y, to, ground], colors.momentum, { opacity: 0.55 });
        });
        const { density } = value;
        const xs = density.map((_, index) => left + (wide / IN_A_BAR) * (index + 0.5));
        surface.line(axes.points(xs, density), colors.text, { width: 2 });
    },
};
