// State: all that the page shows follows from it, and it is all in the address.

/** The functions, with the box that is shown, a start, and their parameters as [name, unit, low, high, value]. */
export const FUNCTIONS = {
    quartic: { name: "The lecture’s quartic x⁴ − 3x³ + 2", dimension: 1, box: [-1.1, -8, 3.2, 9], start: [-0.5, 0], parameters: [] },
    tilted: { name: "Tilted double well x⁴/4 − x²/2 + cx", dimension: 1, box: [-2, -0.6, 2, 2], start: [1.4, 0], parameters: [["tilt c", "M·L/T²", 0, 0.38, 0.1]] },
    double_well: { name: "The lecture’s double well x⁴ − 2x² + y²", dimension: 2, box: [-2, -1.75, 2, 1.75], start: [-1.5, -1.5], parameters: [] },
    himmelblau: { name: "Himmelblau’s function, four minima", dimension: 2, box: [-6, -6, 6, 6], start: [0.5, -0.5], parameters: [] },
    rosenbrock: { name: "Rosenbrock’s curved valley", dimension: 2, box: [-2, -1.2, 2, 3], start: [-1.2, 1], parameters: [] },
    quadratic: {
        name: "A quadratic bowl", dimension: 2, box: [-2.2, -2, 2.2, 2], start: [1.6, 1.2],
        parameters: [["κ = L/μ", "no unit", 1, 100, 20], ["direction", "degrees", -90, 90, 30]],
    },
    formula: { name: "Your own f(x, y)", dimension: 2, box: [-3, -3, 3, 3], start: [2, 1], parameters: [] },
};

/** Where α, β and the number of iterations show something on each function. */
export const SUITABLE = {
    quartic: [0.1, 0.5, 100], tilted: [0.1, 0.9, 150], double_well: [0.1, 0.5, 100], himmelblau: [0.004, 0.9, 120],
    rosenbrock: [0.0005, 0.95, 600], quadratic: [0.05, 0.8, 100], formula: [0.05, 0.8, 100],
};

const FORMULA = "x^2/4 + y^2 + sin(3x)*cos(2y)";

/** The state of the page at first, on a function. */
export function initial(f = "double_well") {
    const { box, start, parameters } = FUNCTIONS[f];
    const [alpha, beta, steps] = SUITABLE[f];
    return {
        f, formula: FORMULA, parameters: [0, 1].map((index) => parameters[index]?.[4] ?? 0),
        momentum: true, nesterov: false, descent: false, ball: true, effective: false,
        alpha, beta, row: "ExplicitDrag", gauge: "mass", given: 1, matched: false,
        temperature: 0, seed: 1, refine: 0, start: [...start], velocity: [0, 0], steps, box: [...box],
        cloud: false, basins: false, escape: false, spread: 0.05, tour: 0,
    };
}

const SWITCHES = ["momentum", "nesterov", "descent", "ball", "effective", "matched", "cloud", "basins", "escape"];
const NUMBERS = ["alpha", "beta", "given", "temperature", "seed", "refine", "steps", "spread", "tour"];
const LISTS = { parameters: 2, start: 2, velocity: 2, box: 4 };
const WORDS = { row: /^[A-Za-z]{1,20}$/, gauge: /^(mass|dt|drag)$/ };

const SEEDS = 2 ** 32;

/** A number as a seed: whole, and below 2³². */
export function wholeSeed(number) {
    return Math.min(Math.max(Math.round(number), 0), SEEDS - 1);
}

/** The state as the part of an address after the #, without what is as at first. */
export function toAddress(state) {
    const plain = initial(state.f);
    const parts = new URLSearchParams({ f: state.f });
    const add = (name, text, usual) => {
        if (text !== usual) parts.set(name, text);
    };
    for (const name of SWITCHES) add(name, state[name] ? "1" : "0", plain[name] ? "1" : "0");
    for (const name of NUMBERS) add(name, String(state[name]), String(plain[name]));
    for (const name of Object.keys(LISTS)) add(name, state[name].join(","), plain[name].join(","));
    for (const name of Object.keys(WORDS)) add(name, state[name], plain[name]);
    if (state.f === "formula") add("formula", state.formula, plain.formula);
    return `#${parts}`;
}

/** The state of an address; what it does not say, or says wrongly, is as at first. */
export function fromAddress(address) {
    const parts = new URLSearchParams(address.replace(/^#/, ""));
    const f = Object.hasOwn(FUNCTIONS, parts.get("f") ?? "") ? parts.get("f") : "double_well";
    const state = initial(f);
    for (const name of SWITCHES) if (parts.has(name)) state[name] = parts.get(name) === "1";
    for (const name of NUMBERS) {
        const number = Number(parts.get(name) ?? NaN);
        if (Number.isFinite(number)) state[name] = number;
    }
    for (const [name, length] of Object.entries(LISTS)) {
        const numbers = (parts.get(name) ?? "").split(",").map(Number);
        if (numbers.length === length && numbers.every(Number.isFinite)) state[name] = numbers;
    }
    for (const [name, pattern] of Object.entries(WORDS)) if (pattern.test(parts.get(name) ?? "")) state[name] = parts.get(name);
    if (parts.has("formula")) state.formula = parts.get("formula").slice(0, 1e6);
    const [left, bottom, right, top] = state.box;
    if (!(left < right && bottom < top)) state.box = [...FUNCTIONS[f].box];
    state.seed = wholeSeed(state.seed);
    state.refine = Math.min(Math.max(Math.round(state.refine), 0), 6);
    state.steps = Math.min(Math.max(Math.round(state.steps), 1), 5000);
    return state;
}
