// Model: what follows from a state, computed by the library.
import { attempt, columns, library, sceneOf } from "./library.js";
import { FUNCTIONS } from "./state.js";

export const RULES = [
    { key: "descent", name: "Gradient descent", mark: "square" },
    { key: "momentum", name: "Momentum", mark: "disc" },
    { key: "nesterov", name: "Nesterov", mark: "triangle" },
];

/** Steps of the warm ball in a step of the rule that is not refined: up to four halvings see the same noise in finer parts. */
const PARTS = 16;
/** The samples of the warm ball that are drawn, at least, if it makes so many steps. */
const SHOWN = 1000;

const ITERATE = ["x", "y", "vx", "vy", "f"];
const SAMPLE = ["t", "x", "y", "ux", "uy", "f", "kinetic"];

/** The ball of a state’s α and β: mass, drag and Δt, or the reason why there is none. */
export function ballOf({ alpha, beta, row, gauge, given }) {
    const { value, error } = attempt(() => library().to_ball(alpha, beta, row, gauge, given));
    return value ? { mass: value[0], drag: value[1], dt: value[2], error: null } : { error };
}

let lastFormula = null;

/** Everything that is drawn, with a list of messages about what cannot be. */
export function compute(state) {
    const messages = [];
    const say = (text) => {
        if (text && !messages.includes(text)) messages.push(text);
    };
    const { value: made, error } = attempt(() => sceneOf(state));
    // A mistake in a formula is told under its field, while the last formula without one stays in view.
    const scene = made ?? (state.f === "formula" ? lastFormula : null);
    if (state.f === "formula") lastFormula = scene;
    else say(error);
    if (!scene) return { state, messages, scene: null, paths: [], critical: [], minima: [], tops: [], curvatures: [], ball: ballOf(state) };
    const dimension = FUNCTIONS[state.f].dimension;
    const { temperature, seed } = state;
    const model = { state, scene, dimension, messages, paths: [], motion: null, effective: null };
    Object.assign(model, criticalPoints(scene, state));

    const ball = ballOf(state);
    say(ball.error);
    model.ball = ball;
    const finer = 2 ** state.refine;
    model.rule = refined(state, ball, finer, say);
    model.displacement = displacement(state, scene, ball, model.rule, say);
    const parts = Math.max(PARTS, model.rule.finer);
    for (const rule of RULES) {
        if (!state[rule.key]) continue;
        const count = rule.key === "descent" ? 1 : model.rule.finer;
        const { alpha, beta } = ruleFor(model, rule.key);
        const run = attempt(() => columns(
            scene.path(rule.key, alpha, beta, Float64Array.from(state.start), model.displacement, state.steps * count, temperature, seed, parts / count), ITERATE,
        ));
        say(run.error);
        if (!run.value) continue;
        if (run.value.note) say(`${rule.name}: ${run.value.note}`);
        model.paths.push({ rule, table: run.value, perIteration: count });
    }
    if (!ball.error) {
        const end = state.steps * ball.dt;
        const samples = Math.min(Math.max(400, state.steps * 6), 4000);
        const [start, velocity] = [Float64Array.from(state.start), Float64Array.from(state.velocity)];
        const steps = state.steps * parts;
        const every = 2 ** Math.ceil(Math.log2(Math.max(1, steps / Math.max(samples, SHOWN))));
        const solve = (name, cold, warm) => {
            const { value, error } = attempt(() => columns(temperature === 0 ? cold() : warm(), SAMPLE));
            if (error ?? value.note) say(`${name}: ${error ?? value.note}`);
            return value;
        };
        if (state.ball) {
            model.motion = solve(
                "The ball",
                () => scene.motion(ball.mass, ball.drag, start, velocity, end, samples),
                () => scene.warm_motion(ball.mass, ball.drag, start, velocity, ball.dt / parts, steps, every, temperature, seed),
            );
        }
        if (state.effective) {
            const { alpha, beta, dt, finer } = model.rule;
            // Half a step of the rule longer, since it begins that much earlier.
            const longer = steps + parts / finer / 2;
            model.effective = solve(
                "The effective particle",
                () => scene.effective_motion(alpha, beta, dt, start, model.displacement, end, samples),
                () => scene.warm_effective_motion(alpha, beta, dt, start, model.displacement, parts / finer, longer, every, temperature, seed),
            );
        }
    }
    model.lowest = lowest(model);
    model.curvatures = curvatures(model);
    return model;
}

/** α and β with which a rule runs: gradient descent is never refined. */
export function ruleFor({ state, rule }, name) {
    return name === "descent" ? state : rule;
}

/** σ², the variance of the gradient’s noise that gives a rule the temperature of the state. */
export function gradientVariance(model, name) {
    const { alpha, beta } = ruleFor(model, name);
    return attempt(() => library().gradient_variance(name, alpha, beta, model.state.temperature)).value;
}

/** The lowest way out of the well of the start, within the usual box and that which is shown; null without one. */
export function barrierOf({ scene, state }) {
    const { value } = attempt(() => scene.barrier(Float64Array.from(wholeBox(state)), Float64Array.from(state.start)));
    if (!value?.length) return null;
    const [x, y, topX, topY, height] = value;
    return { bottom: [x, y], top: [topX, topY], height };
}

function wholeBox(state) {
    const [a, b] = [FUNCTIONS[state.f].box, state.box];
    return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function refined(state, ball, finer, say) {
    const plain = { alpha: state.alpha, beta: state.beta, dt: ball.error ? 1 : ball.dt, finer: 1 };
    if (ball.error || finer === 1) return plain;
    const dt = ball.dt / finer;
    const { value, error } = attempt(() => library().to_rule(ball.mass, ball.drag, dt, state.row));
    say(error);
    return value ? { alpha: value[0], beta: value[1], dt, finer } : plain;
}

function displacement(state, scene, ball, rule, say) {
    const plain = Float64Array.from(state.velocity, (u) => u * rule.dt);
    if (ball.error || !state.matched) return plain;
    const { value, error } = attempt(() => scene.first_displacement(
        ball.mass, ball.drag, rule.dt, state.row, Float64Array.from(state.start), Float64Array.from(state.velocity), true,
    ));
    say(error);
    return value ?? plain;
}

let kept = { scene: null, key: "", points: [] };

function criticalPoints(scene, state) {
    const box = wholeBox(state);
    const key = box.join();
    if (kept.scene !== scene || kept.key !== key) {
        const numbers = scene.critical_points(Float64Array.from(box));
        const points = [];
        for (let index = 0; index < numbers.length; index += 5) {
            const [x, y, f, small, large] = numbers.slice(index, index + 5);
            points.push({ x, y, f, curvatures: [small, large] });
        }
        kept = { scene, key, points };
    }
    const critical = kept.points;
    return {
        critical,
        minima: critical.filter(({ curvatures: [small] }) => small > 1e-9),
        tops: critical.filter(({ curvatures: [small] }) => small < -1e-9),
    };
}

function lowest({ minima, paths, motion }) {
    const values = minima.map(({ f }) => f);
    if (values.length > 0) return Math.min(...values);
    const seen = [...paths.map(({ table }) => table), ...(motion ? [motion] : [])];
    return Math.min(...seen.flatMap(({ f }) => [...f]).filter(Number.isFinite));
}

/** The curvatures at the minimum that the first run ends nearest to. */
function curvatures({ minima, paths, state, dimension }) {
    const table = (paths.find(({ rule }) => rule.key === "momentum") ?? paths[0])?.table;
    const last = table ? table.length - 1 : -1;
    const [x, y] = last >= 0 ? [table.x[last], table.y[last]] : state.start;
    const near = [...minima].sort((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y))[0];
    if (!near) return [];
    const [small, large] = near.curvatures;
    return dimension === 1 || large - small < 1e-9 * large ? [large] : [small, large];
}

/** The position of the run `table` at iteration `moment` of the unrefined rule: the last iterate before it. */
export function iterateAt({ table, perIteration }, moment) {
    const index = Math.min(Math.floor(moment * perIteration + 1e-9), table.length - 1);
    return index < 0 ? null : index;
}

/** The sample of a motion at time `time`. */
export function sampleAt(table, time) {
    const [from, to] = [table.t[0], table.t[table.length - 1]];
    const index = Math.round(((time - from) / (to - from || 1)) * (table.length - 1));
    return Math.min(Math.max(index, 0), table.length - 1);
}

/** Both coordinates of each minimum. */
export function minimaOf({ minima }) {
    return Float64Array.from(minima.flatMap(({ x, y }) => [x, y]));
}

/** The measured order of the iterates without noise, as text; empty where there is nothing to measure. */
export function measuredOrder(model) {
    const { state } = model;
    if (!model.scene || model.ball.error || !(state.momentum || state.nesterov)) return "";
    // A run that left the numbers, or a ball that could not be solved, has been reported already.
    if (model.paths.some(({ table }) => table.note) || (state.ball && !model.motion)) return "";
    const { mass, drag, dt } = model.ball;
    const end = Math.min(state.steps, 40) * dt;
    const name = state.nesterov && !state.momentum ? "nesterov" : "momentum";
    const measure = (compared, velocity) => attempt(() => model.scene.order(
        name, state.row, compared, mass, drag, Float64Array.from(state.start), velocity, dt, end,
    ));
    const velocity = Float64Array.from(state.velocity);
    const plain = measure(state.matched ? "matched" : "naive", velocity);
    if (plain.error) return `No order can be measured: ${plain.error}`;
    const said = ([order, error]) => (Number.isFinite(order) ? `Δt to the power ${order.toFixed(2)} ± ${error.toFixed(2)}` : "no power of Δt");
    let text = `Measured over five halvings: the distance of the dots from the ball falls like ${said(plain.value)}`;
    if (name === "momentum" && !state.matched && velocity.every((u) => u === 0)) {
        const late = measure("effective", velocity);
        if (late.value) text += `; from the effective particle, half a step later, like ${said(late.value)}`;
    }
    return `${text}.`;
}
