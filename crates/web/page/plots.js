// Plots over the iterations: position, height above the minimum, energy; and the phase portrait.
import { Axes, mark } from "./axes.js";
import { iterateAt, sampleAt } from "./model.js";
import { extent } from "./numbers.js";

function padded(numbers, share = 0.06) {
    const [low, high] = extent(numbers) ?? [0, 1];
    const margin = (high - low) * share || Math.abs(high) * share || 1;
    return [low - margin, high + margin];
}

// A run that leaves the picture would press everything else into a line.
function bounded(numbers, around) {
    const [low, high] = extent(numbers) ?? [0, 1];
    const [least, most] = around;
    const span = most - least;
    return [Math.max(low, least - 2 * span), Math.min(high, most + 2 * span)];
}

function times({ table, perIteration }) {
    return Float64Array.from({ length: table.length }, (_, index) => index / perIteration);
}

function iterations(table, dt) {
    return table.t.map((time) => time / dt);
}

function dots(surface, axes, path, xs, ys, colors) {
    const points = axes.points(xs, ys);
    const color = colors[path.rule.key];
    surface.line(points, color, { width: 1, opacity: 0.5 });
    const size = ys.length > 250 ? 1.5 : 2.4;
    for (let index = 0; index < ys.length; index += 1) mark(surface, path.rule.mark, points[2 * index], points[2 * index + 1], size, color);
}

function momentLine(surface, axes, colors, moment) {
    if (moment === null) return;
    const x = axes.x(moment);
    surface.line([x, axes.top, x, axes.top + axes.inner[1]], colors.accent, { width: 1.5, dash: [4, 3] });
}

/** x over k. */
export const positionPlot = {
    key: "position", title: "Position", onTime: true, y: "x (length L)",
    about: ({ ball }) => `Dots: iterates. Line: the ball at time kΔt${ball.error ? "" : ", marked in iterations of Δt"}.`,
    axes(model, width, height) {
        const seen = [...model.paths.map(({ table }) => table), ...[model.motion, model.effective].filter(Boolean)];
        const around = padded([model.state.box[0], model.state.box[2]], 0);
        const range = bounded(seen.flatMap(({ x }) => [...(extent(x) ?? [])]), around);
        return new Axes(width, height, [0, padded(range)[0], model.state.steps, padded(range)[1]]);
    },
    draw(surface, model, colors, axes, moment) {
        for (const [table, color, dash] of [[model.motion, colors.ball, []], [model.effective, colors.effective, [6, 4]]]) {
            if (table) surface.line(axes.points(iterations(table, model.ball.dt), table.x), color, { width: 2, dash });
        }
        for (const path of model.paths) dots(surface, axes, path, times(path), path.table.x, colors);
        momentLine(surface, axes, colors, moment);
    },
};

const FLOOR = -16;

function gaps(table, lowest) {
    return table.f.map((f) => Math.log10(Math.max(f - lowest, 10 ** FLOOR)));
}

/** f − f* on a logarithmic scale. */
export const gapPlot = {
    key: "gap", title: "Height above the lowest minimum", onTime: true, log: true, y: "f − f* (energy)",
    about: () => "A straight line downwards is a steady gain: the same number of iterations for each further digit.",
    axes(model, width, height) {
        const seen = [...model.paths.map(({ table }) => table), ...[model.motion].filter(Boolean)];
        const range = extent(seen.flatMap((table) => [...(extent(gaps(table, model.lowest)) ?? [])])) ?? [-1, 1];
        return new Axes(width, height, [0, Math.floor(range[0]) - 0.2, model.state.steps, Math.min(Math.ceil(range[1]) + 0.2, 12)]);
    },
    draw(surface, model, colors, axes, moment) {
        if (model.motion) surface.line(axes.points(iterations(model.motion, model.ball.dt), gaps(model.motion, model.lowest)), colors.ball, { width: 2 });
        for (const path of model.paths) dots(surface, axes, path, times(path), gaps(path.table, model.lowest), colors);
        momentLine(surface, axes, colors, moment);
    },
};

/** Kinetic and potential energy of the ball, and their sum. */
export const energyPlot = {
    key: "energy", title: "Energy of the ball", onTime: true, y: "energy M·L²/T²",
    about({ motion, state, dimension }) {
        if (!motion) return "Switch the ball on to see its energy.";
        const lines = "Solid: total. Dashed: potential f. Dotted: kinetic ½m|ẋ|². ";
        if (!(state.temperature > 0)) return `${lines}Drag takes the difference.`;
        return `${lines}Drag takes energy out and the bath puts it back: in the long run the kinetic energy is ${dimension === 2 ? "T" : "½T"} in the mean.`;
    },
    axes(model, width, height) {
        const { motion } = model;
        const range = motion ? padded([0, ...(extent(motion.f) ?? []), ...(extent(motion.kinetic) ?? []), ...(extent(total(motion)) ?? [])]) : [0, 1];
        return new Axes(width, height, [0, range[0], model.state.steps, range[1]]);
    },
    draw(surface, { motion, ball }, colors, axes, moment) {
        if (motion) {
            const at = iterations(motion, ball.dt);
            surface.line(axes.points(at, total(motion)), colors.ball, { width: 2.2 });
            surface.line(axes.points(at, motion.f), colors.momentum, { width: 1.8, dash: [7, 4] });
            surface.line(axes.points(at, motion.kinetic), colors.nesterov, { width: 1.8, dash: [2, 3] });
        }
        momentLine(surface, axes, colors, moment);
    },
};

function total(motion) {
    return motion.f.map((f, index) => f + motion.kinetic[index]);
}

/** ẋ over x. */
export const phasePlot = {
    key: "phase", title: "Phase portrait", x: "x (length L)", y: "ẋ (L/T)",
    about: ({ state }) => (state.ball || state.momentum || state.nesterov ? "Velocity over position. Drag makes the spiral shrink; without it the curve would close." : "Gradient descent keeps no velocity."),
    axes(model, width, height) {
        const { motion, paths, ball, rule, state } = model;
        const around = [state.box[0], state.box[2]];
        const xs = bounded([...(motion?.x ?? []), ...paths.flatMap(({ table }) => [...table.x])], around);
        const us = motion ? extent(motion.ux) : null;
        const speeds = extent(paths.flatMap(({ table, rule: { key } }) => (key === "descent" ? [] : [...table.vx.map((v) => v / rule.dt)]))) ?? [-1, 1];
        const range = us ? bounded([...us, ...speeds], us[1] > us[0] ? us : speeds) : speeds;
        const [low, high] = ball.error ? speeds : range;
        return new Axes(width, height, [padded(xs)[0], padded([low, high])[0], padded(xs)[1], padded([low, high])[1]]);
    },
    draw(surface, model, colors, axes, moment) {
        const { motion, paths, rule, ball } = model;
        if (motion) surface.line(axes.points(motion.x, motion.ux), colors.ball, { width: 2 });
        for (const path of paths.filter(({ rule: { key } }) => key !== "descent")) {
            dots(surface, axes, path, path.table.x, path.table.vx.map((v) => v / rule.dt), colors);
        }
        if (moment === null) return;
        for (const path of paths) {
            const index = iterateAt(path, moment);
            if (index !== null) mark(surface, path.rule.mark, axes.x(path.table.x[index]), axes.y(path.table.vx[index] / rule.dt), 6, colors[path.rule.key], { outline: colors.page });
        }
        if (motion) {
            const index = sampleAt(motion, moment * ball.dt);
            surface.disc(axes.x(motion.x[index]), axes.y(motion.ux[index]), 6, colors.ball, { outline: colors.page });
        }
    },
};
