// Model: what follows from a state, computed by the library.
import { attempt, columns, library, sceneOf } from "./library.js";
import { FUNCTIONS } from "./state.js";

export const RULES = [
    { key: "descent", name: "Gradient descent", mark: "square" },
    { key: "momentum", name: "Momentum", mark: "disc" },
    { key: "nesterov", name: "Nesterov", mark: "triangle" },
];

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
    const model = { state, scene, dimension, messages, paths: [], motion: null, effective: null };
    Object.assign(model, criticalPoints(scene, state));

    const ball = ballOf(state);
    say(ball.error);
    model.ball = ball;
    const finer = 2 ** state.refine;
    model.rule = refined(state, ball, finer, say);
    model.displacement = displacement(state, scene, ball, model.rule, say);
    for (const rule of RULES) {
        if (!state[rule.key]) continue;
        const isRefined = rule.key !== "descent";
        const count = isRefined ? model.rule.finer : 1;
        const { alpha, beta } = isRefined ? model.rule : state;
        const run = attempt(() => columns(
            scene.path(rule.key, alpha, beta, Float64Array.from(state.start), model.displacement, state.steps * count), ITERATE,
        ));
        say(run.error);
        if (!run.value) continue;
        if (run.value.note) say(`${rule.name}: ${run.value.note}`);
        model.paths.push({ rule, table: run.value, perIteration: count });
    }
    if (!ball.error) {
        const end = state.steps * ball.dt;
        const samples = Math.min(Math.max(400, state.steps * 6), 4000);
        if (state.ball) {
            const run = attempt(() => columns(
                scene.motion(ball.mass, ball.drag, Float64Array.from(state.start), Float64Array.from(state.velocity), end, samples), SAMPLE,
            ));
            if (run.error) say(`The ball: ${run.error}`);
            model.motion = run.value;
        }
        if (state.effective) {
            const { alpha, beta, dt } = model.rule;
            const run = attempt(() => columns(
                scene.effective_motion(alpha, beta, dt, Float64Array.from(state.start), model.displacement, end, samples), SAMPLE,
            ));
            if (run.error) say(`The effective particle: ${run.error}`);
            model.effective = run.value;
        }
    }
    model.lowest = lowest(model);
    model.curvatures = curvatures(model);
    return model;
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
    const usual = FUNCTIONS[state.f].box;
    const [a, b] = [usual, state.box];
    const box = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
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
