// Stability: the map of rates over αλ and β, and the multipliers in the unit circle.
import { Axes, mark } from "./axes.js";
import { library } from "./library.js";
import { shown } from "./numbers.js";
import { between } from "./palette.js";

const LARGEST = 4;
const MAP_CELLS = [80, 60];
const STEADY = 40;

const maps = new Map();

function mapOf(rule, colors) {
    const key = `${rule} ${colors.low} ${colors.high}`;
    if (maps.has(key)) return maps.get(key);
    const [columns, rows] = MAP_CELLS;
    const rates = library().rate_map(rule, LARGEST, columns, rows);
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = MAP_CELLS;
    const context = picture.getContext("2d");
    const image = context.createImageData(columns, rows);
    rates.forEach((rate, index) => {
        const row = rows - 1 - Math.floor(index / columns);
        const color = rate < 1 ? between(colors.low, colors.high, rate ** 2) : [150, 150, 150];
        image.data.set([...color, rate < 1 ? 255 : 110], 4 * (row * columns + (index % columns)));
    });
    context.putImageData(image, 0, 0);
    const made = { picture, edge: library().stable_edge(rule, STEADY) };
    maps.set(key, made);
    return made;
}

/** The rule that these plots are about: the first that is on, momentum before the others. */
export function shownRule({ momentum, nesterov, descent }) {
    if (momentum) return "momentum";
    if (nesterov) return "nesterov";
    return descent ? "descent" : "momentum";
}

export const RULE_NAMES = { momentum: "Momentum", nesterov: "Nesterov", descent: "Gradient descent" };

/** α and β that the points stand for. */
function pointsOf({ state, rule, curvatures }) {
    const name = shownRule(state);
    const [alpha, beta] = name === "descent" ? [state.alpha, 0] : [rule.alpha, rule.beta];
    return curvatures.map((curvature) => ({ q: alpha * curvature, beta, curvature }));
}

/** The map of ρ, with a point for each curvature. */
export const stabilityPlot = {
    key: "stability", title: "Stability at the minimum", x: "αλ (no unit)", y: "β (no unit)",
    about(model) {
        const points = pointsOf(model);
        if (points.length === 0) return "No minimum is in view.";
        const name = shownRule(model.state);
        const said = points.map(({ q, beta, curvature }) => {
            const rate = library().multipliers(name, q, beta);
            return `λ = ${shown(curvature)} M/T²: ρ = ${shown(rate[4])} an iteration, ${rate[5] ? "it settles" : "it does not settle"}`;
        });
        return `${RULE_NAMES[name]}. ${said.join("; ")}. In the grey no run settles; the darker the blue, the faster. Drag the point.`;
    },
    axes(model, width, height) {
        return new Axes(width, height, [0, 0, LARGEST, 1]);
    },
    draw(surface, model, colors, axes) {
        const rule = shownRule(model.state);
        const { picture, edge } = mapOf(rule, colors);
        surface.picture(picture, axes.left, axes.top, ...axes.inner, true);
        const betas = edge.map((_, index) => index / STEADY);
        surface.line(axes.points(edge.map((end) => end || NaN), betas), colors.text, { width: 1.5 });
        for (const { q, beta } of pointsOf(model)) {
            mark(surface, "disc", axes.x(Math.min(q, LARGEST)), axes.y(Math.min(Math.max(beta, 0), 1)), 6, colors[rule], { outline: colors.text, width: 1.5 });
        }
    },
};

/** Where the draggable point is, in numbers; null without a minimum. */
export function stabilityPoint(model) {
    const points = pointsOf(model);
    return points[points.length - 1] ?? null;
}

/** The two multipliers of each curvature. */
export const circlePlot = {
    key: "circle", title: "Multipliers in the unit circle", x: "real part (no unit)", y: "imaginary part (no unit)",
    about: () => "Each curvature multiplies its error by two numbers an iteration. Inside the circle the run settles; off the real axis it oscillates.",
    axes(model, width, height) {
        const inner = [width - 64, height - 48];
        const half = [Math.max(1.35, (1.35 * inner[0]) / inner[1]), Math.max(1.35, (1.35 * inner[1]) / inner[0])];
        return new Axes(width, height, [-half[0], -half[1], half[0], half[1]]);
    },
    draw(surface, model, colors, axes) {
        const circle = new Float64Array(242);
        for (let index = 0; index < 121; index += 1) {
            const angle = (index * Math.PI) / 60;
            circle.set([axes.x(Math.cos(angle)), axes.y(Math.sin(angle))], 2 * index);
        }
        surface.line(circle, colors.text, { width: 1.5 });
        const rule = shownRule(model.state);
        pointsOf(model).forEach(({ q, beta }, index) => {
            const [a, b, c, d] = library().multipliers(rule, q, beta);
            for (const [x, y] of [[a, b], [c, d]]) {
                mark(surface, index === 0 ? "disc" : "square", axes.x(x), axes.y(y), 5, colors[rule], { outline: colors.text });
            }
        });
    },
};
