// Many balls: a cloud that flows, the picture of the basins, and the share that escapes.
import { Axes } from "./axes.js";
import { gibbsOf } from "./density.js";
import { attempt } from "./library.js";
import { basinPicture, landscapeAxes } from "./landscape.js";
import { minimaOf, ruleFor } from "./model.js";
import { shown, shownPlace } from "./numbers.js";
import { basinColor, components } from "./palette.js";
import { shownRule } from "./stability.js";

export const MEMBERS = 10_000;
/** Iterations of the cloud in a second, and of a warm one, which has farther to go. */
const SPEED = 12;
const WARM_SPEED = 24;
/** The milliseconds that a warm cloud may take of a frame; on a slow device it becomes slower, and the page does not. */
const WARM_TIME = 12;
/** What the noise of an update costs, in gradients of a simple function. */
const NOISE = 250;
const BASIN_CELLS = [160, 120];
const RADIUS = 0.15;

function ruleOf(model) {
    const name = shownRule(model.state);
    const { alpha, beta } = ruleFor(model, name);
    return [name, alpha, beta];
}

function bathOf({ state: { temperature, seed } }) {
    return [temperature, seed];
}

/** Whether the cloud is one of balls that noise alone drives apart. */
function isWarm({ state: { temperature } }) {
    return temperature > 0;
}

/** As many members as a frame can advance: a long formula takes longer. */
function membersFor(scene) {
    return Math.round(Math.min(MEMBERS, Math.max(100, (40 * MEMBERS) / (scene.work() * slownessOf(scene).factor))));
}

/** As many warm members as take a third of the time: updates of a simple function in a second. */
function warmMembersFor({ scene, rule }) {
    const each = (scene.work() + NOISE) * WARM_SPEED * rule.finer;
    return Math.round(Math.min(MEMBERS, Math.max(200, 7e7 / each)));
}

/** Updates of a simple function that a run to the end may take, and the milliseconds that these should take. */
const [UPDATES, EXPECTED] = [4e7, 200];

// How much slower a function is than it looks: the sine of a huge number takes ten times as long as that of a small one.
let slowness = { scene: null, factor: 1 };

function slownessOf(scene) {
    if (slowness.scene !== scene) slowness = { scene, factor: 1 };
    return slowness;
}

function iterationsFor(model, members) {
    const { factor } = slownessOf(model.scene);
    const most = UPDATES / (factor * members * model.scene.work());
    return Math.max(1, Math.floor(Math.min(Math.max(400, model.state.steps * model.rule.finer), most)));
}

/** The result of a run of so many updates of members, whose time is remembered. */
function timed(scene, updates, run) {
    const begin = performance.now();
    const result = run();
    const expected = (EXPECTED * updates * scene.work()) / UPDATES;
    const now = slownessOf(scene);
    const seen = (performance.now() - begin) / Math.max(expected, 20);
    now.factor = Math.min(Math.max(seen, now.factor / 2, 0.1), 50);
    return result;
}

/** A cloud of starts on the landscape, and what it is doing. */
export class CloudShow {
    constructor() {
        this.scene = null;
        this.timings = { physics: [], drawing: [] };
    }

    /** Starts afresh if the model has changed. */
    follow(model) {
        const warm = isWarm(model);
        const about = warm ? [...bathOf(model), ...model.state.start] : model.state.box;
        const key = [...ruleOf(model), ...model.displacement, ...about].join();
        if (this.scene === model.scene && this.key === key) return null;
        const members = warm ? warmMembersFor(model) : membersFor(model.scene);
        const { value, error } = attempt(() => {
            if (warm) {
                const positions = model.scene.gather(members, Float64Array.from(model.state.start), model.displacement);
                return { positions, fates: model.scene.nearest(minimaOf(model)) };
            }
            const positions = model.scene.scatter(members, Float64Array.from(model.state.box), model.displacement, 1);
            const iterations = iterationsFor(model, members);
            const fates = timed(model.scene, members * iterations, () => (
                model.scene.fates(...ruleOf(model), iterations, minimaOf(model), RADIUS * scaleOf(model))
            ));
            return { positions, fates };
        });
        if (error) {
            this.scene = null;
            return error;
        }
        Object.assign(this, { scene: model.scene, key, members, before: value.positions, now: value.positions, fates: value.fates, share: 0, done: 0, each: WARM_TIME });
        this.heights = null;
        return null;
    }

    /** Moves on by `seconds`; starts again once the run is over. Returns an error or null. */
    step(model, seconds) {
        if (!this.scene) return null;
        const warm = isWarm(model);
        this.share += Math.min(seconds, 0.1) * (warm ? WARM_SPEED : SPEED) * model.rule.finer;
        const due = Math.floor(this.share);
        if (due === 0) return null;
        const whole = warm ? Math.min(due, Math.max(1, Math.floor(WARM_TIME / this.each))) : due;
        this.share -= due;
        this.done += whole;
        const begin = performance.now();
        if (!warm && this.done > Math.min(model.state.steps, 240) * model.rule.finer) {
            this.key = "";
            return this.follow(model);
        }
        const { value, error } = attempt(() => model.scene.flow(...ruleOf(model), whole, ...bathOf(model)));
        if (error) return error;
        [this.before, this.now] = [this.now, value];
        if (warm) this.fates = model.scene.nearest(minimaOf(model));
        this.timings.physics.push(performance.now() - begin);
        this.each = (performance.now() - begin) / whole;
        return null;
    }

    /** Draws the members into a picture of pixels: between two iterations they move along a straight line. */
    draw(context, model, ratio, width, height) {
        const begin = performance.now();
        const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
        if (!this.image || this.image.width !== wide || this.image.height !== high) {
            this.image = context.createImageData(wide, high);
            this.pixels = new Uint32Array(this.image.data.buffer);
        }
        this.pixels.fill(0);
        if (this.scene) this.fill(model, ratio, width, height, wide);
        context.putImageData(this.image, 0, 0);
        this.timings.drawing.push(performance.now() - begin);
    }

    fill(model, ratio, width, height, wide) {
        const { state, dimension } = model;
        const axes = landscapeAxes(state, dimension, width, height);
        // Members of a line are spread upwards a little, or they would hide one another.
        const lift = (index) => (dimension === 1 ? 22 * ratio * ((index * 0.6180339887) % 1) : 0);
        const dot = Math.max(1, Math.round(1.6 * ratio));
        const low = [axes.left * ratio, axes.top * ratio];
        const high = [(axes.left + axes.inner[0]) * ratio - dot, (axes.top + axes.inner[1]) * ratio - dot];
        const [left, bottom, right, top] = axes.box;
        const [scaleX, scaleY] = [(axes.inner[0] * ratio) / (right - left), (axes.inner[1] * ratio) / (top - bottom)];
        const inks = new Map();
        for (let code = -2; code < 24; code += 1) {
            const [red, green, blue] = components(basinColor(code));
            inks.set(code, (255 << 24) | (blue << 16) | (green << 8) | red);
        }
        const xs = new Float64Array(this.members);
        for (let index = 0; index < this.members; index += 1) xs[index] = this.before[2 * index] + (this.now[2 * index] - this.before[2 * index]) * this.share;
        const ys = dimension === 1 ? model.scene.values(xs) : null;
        for (let index = 0; index < this.members; index += 1) {
            const from = this.before[2 * index + 1];
            const y = ys ? ys[index] : from + (this.now[2 * index + 1] - from) * this.share;
            const px = low[0] + (xs[index] - left) * scaleX;
            const py = low[1] + (top - y) * scaleY - lift(index);
            if (!(px >= low[0] && px <= high[0] && py >= low[1] && py <= high[1])) continue;
            const ink = inks.get(this.fates[index]);
            for (let row = 0; row < dot; row += 1) {
                const start = (Math.floor(py) + row) * wide + Math.floor(px);
                this.pixels.fill(ink, start, start + dot);
            }
        }
    }

    /** What the colours mean, as text. */
    describe(model) {
        if (!this.scene) return "";
        const counts = new Map();
        for (const fate of this.fates) counts.set(fate, (counts.get(fate) ?? 0) + 1);
        if (isWarm(model)) return this.describeWarm(model, counts);
        const share = (code) => `${shown((100 * (counts.get(code) ?? 0)) / this.members, 3)} %`;
        const minima = model.minima.map(({ x, y }, index) => `${share(index)} reach ${shownPlace([x, y], model.dimension)}`);
        const others = [[-1, "reach none"], [-2, "leave all bounds"]].filter(([code]) => counts.has(code)).map(([code, text]) => `${share(code)} ${text}`);
        return `${this.members} starts: ${[...minima, ...others].join(", ")}.`;
    }

    /** Where the noise has carried the balls, and where it will. */
    describeWarm(model, counts) {
        const percent = (share) => `${shown(100 * share, 3)} %`;
        const { shares } = gibbsOf(model).value ?? {};
        const minima = model.minima.map((minimum, index) => {
            const last = shares ? ` (in the end ${percent(shares[index])})` : "";
            return `${percent((counts.get(index) ?? 0) / this.members)} nearest to ${shownPlace([minimum.x, minimum.y], model.dimension)}${last}`;
        });
        if (counts.has(-2)) minima.push(`${percent(counts.get(-2) / this.members)} leave all bounds`);
        return `${this.members} balls from one start after ${this.done} iterations${minima.length ? `: ${minima.join(", ")}` : ""}.`;
    }
}

/** Minima nearer than this much of the box count as reached. */
function scaleOf({ state: { box } }) {
    return Math.min(1, (box[2] - box[0]) / 4);
}

/** The picture of the basins; coarse while something is dragged. */
export function basinsOf(model, coarse) {
    const share = coarse ? 0.5 : 1;
    const work = Math.min(1, Math.sqrt(10 / (model.scene.work() * slownessOf(model.scene).factor)));
    const columns = Math.max(8, Math.round(BASIN_CELLS[0] * share * work));
    const rows = model.dimension === 1 ? 1 : Math.max(8, Math.round(BASIN_CELLS[1] * share * work));
    const iterations = iterationsFor(model, columns * rows);
    const { value, error } = attempt(() => timed(model.scene, columns * rows * iterations, () => model.scene.basins(
        ...ruleOf(model), Float64Array.from(model.state.box), columns, rows, model.displacement, iterations, minimaOf(model), RADIUS * scaleOf(model),
    )));
    if (error) return { picture: null, error };
    return { picture: basinPicture(value, columns, rows, model.dimension === 1 ? 1 : model.state.cloud ? 0.35 : 0.6), error: null };
}

const DRAGS = 25;
const EACH = 400;
let study = { key: "" };

/** The share that escapes over γ, γ*, and the share at the γ of the page. */
export function escapeOf(model) {
    const { state, scene, ball, tops } = model;
    const key = JSON.stringify([state.f, state.parameters, state.start[0], state.spread, ball.mass, ball.drag, ball.dt]);
    if (study.key === key) return study;
    const points = Float64Array.from(tops, ({ x }) => x);
    const result = attempt(() => {
        if (ball.error) throw new Error(ball.error);
        const critical = scene.critical_drag(state.start[0], points, ball.mass);
        const most = 2 * critical;
        // Long enough for a slow ball, with steps fine enough for the ball itself.
        const unit = Math.sqrt(ball.mass);
        const [dt, end] = [0.02 * unit, 30 * unit];
        const at = (drag, balls) => scene.escaping(points, ball.mass, drag, state.start[0], state.spread, balls, 7, dt, end);
        const rows = Array.from({ length: DRAGS }, (_, index) => {
            const drag = (most * index) / (DRAGS - 1);
            return [drag, ...at(drag, EACH)];
        });
        return { critical, most: Math.max(most, 1.1 * Math.min(ball.drag, 2 * most)), rows, own: at(ball.drag, MEMBERS / 4) };
    });
    study = { key, ...result };
    return study;
}

/** The share that escapes over the drag. */
export const escapePlot = {
    key: "escape", title: "Escape from the bad well", x: "drag γ (M/T)", y: "share that escapes (no unit)",
    about(model) {
        const found = escapeOf(model);
        const cold = isWarm(model) ? "Without noise. " : "";
        if (found.error) return cold + found.error;
        const { critical, own: [share, low, high] } = found.value;
        return `${cold}Released at rest about x = ${shown(model.state.start[0])} with spread ${shown(model.state.spread)} L. The dashed line is γ* = ${shown(critical, 6)} M/T for the start itself. `
            + `At γ = ${shown(model.ball.drag)} M/T ${shown(100 * share, 3)} % escape (95 % interval ${shown(100 * low, 3)} to ${shown(100 * high, 3)} %, ${MEMBERS / 4} balls).`;
    },
    axes(model, width, height) {
        return new Axes(width, height, [0, -0.03, escapeOf(model).value?.most ?? 1, 1.03]);
    },
    draw(surface, model, colors, axes) {
        const { value } = escapeOf(model);
        if (!value) return;
        const { critical, rows, own: [share, low, high] } = value;
        const x = axes.x(critical);
        surface.line([x, axes.top, x, axes.top + axes.inner[1]], colors.text, { dash: [5, 4] });
        for (const [drag, part, least, most] of rows) {
            surface.line([axes.x(drag), axes.y(least), axes.x(drag), axes.y(most)], colors.momentum, { width: 2 });
            surface.disc(axes.x(drag), axes.y(part), 2.5, colors.momentum);
        }
        const at = axes.x(Math.min(model.ball.drag, axes.box[2]));
        surface.line([at, axes.y(low), at, axes.y(high)], colors.nesterov, { width: 3 });
        surface.disc(at, axes.y(share), 5, colors.nesterov, { outline: colors.text });
    },
};

