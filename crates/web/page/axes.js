// Axes: from numbers to pixels, with marks and names.
import { clamp, decades, shown, ticks } from "./numbers.js";

export class Axes {
    /** In a figure of that size, from `box` = [left, bottom, right, top] in numbers. */
    constructor(width, height, box, { left = 52, right = 12, top = 10, bottom = 38 } = {}) {
        Object.assign(this, { width, height, box, left, top });
        this.inner = [Math.max(width - left - right, 10), Math.max(height - top - bottom, 10)];
    }

    x(value) {
        return this.left + ((value - this.box[0]) / (this.box[2] - this.box[0])) * this.inner[0];
    }

    y(value) {
        return this.top + (1 - (value - this.box[1]) / (this.box[3] - this.box[1])) * this.inner[1];
    }

    /** The numbers at a pixel. */
    at(px, py) {
        const [left, bottom, right, top] = this.box;
        return [left + ((px - this.left) / this.inner[0]) * (right - left), top - ((py - this.top) / this.inner[1]) * (top - bottom)];
    }

    /** Pixels of a line through xs and ys. */
    points(xs, ys) {
        const points = new Float64Array(2 * xs.length);
        for (let index = 0; index < xs.length; index += 1) {
            points[2 * index] = this.x(xs[index]);
            points[2 * index + 1] = this.y(ys[index]);
        }
        return points;
    }

    clip(surface, draw) {
        surface.clip(this.left, this.top, ...this.inner, draw);
    }

    /** The frame, marks and names; `log` says that y is a power of ten. */
    frame(surface, colors, { x, y, log = false, grid = true } = {}) {
        const [left, bottom, right, top] = this.box;
        const [width, height] = this.inner;
        const xs = ticks(left, right, clamp(width / 80, 2, 10));
        const ys = log ? decades(bottom, top, height / 30) : ticks(bottom, top, clamp(height / 45, 2, 10));
        for (const value of xs) {
            const at = this.x(value);
            if (grid) surface.line([at, this.top, at, this.top + height], colors.line, { width: 0.5 });
            surface.text(shown(value), at, this.top + height + 15, colors.dim, { size: 11, align: "center" });
        }
        for (const value of ys) {
            const at = this.y(value);
            if (grid) surface.line([this.left, at, this.left + width, at], colors.line, { width: 0.5 });
            surface.text(log ? powerOfTen(value) : shown(value), this.left - 5, at, colors.dim, { size: 11, align: "right", base: "middle" });
        }
        const [endX, endY] = [this.left + width, this.top + height];
        surface.line([this.left, this.top, this.left, endY, endX, endY, endX, this.top, this.left, this.top], colors.line, { width: 1 });
        if (x) surface.text(x, this.left + width / 2, this.height - 4, colors.text, { size: 12, align: "center" });
        if (y) surface.text(y, 12, this.top + height / 2, colors.text, { size: 12, align: "center", turned: true });
    }
}

function powerOfTen(power) {
    const raised = String(power).replace(/./g, (digit) => ({ "-": "⁻" })[digit] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
    return `10${raised}`;
}

/** A mark of a rule: disc, square or triangle. */
export function mark(surface, shape, x, y, size, color, options = {}) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    if (shape === "square") {
        surface.polygon([x - size, y - size, x + size, y - size, x + size, y + size, x - size, y + size], color, options);
    } else if (shape === "triangle") {
        surface.polygon([x, y - 1.3 * size, x + 1.2 * size, y + size, x - 1.2 * size, y + size], color, options);
    } else {
        surface.disc(x, y, size, color, options);
    }
}
