// Contours: lines of equal f through a grid, by marching squares, and the scale of its colours.
import { extent } from "./numbers.js";

/** Lines as lists of segments [x0, y0, x1, y1, NaN, NaN, …] in cells of the grid. */
export function isoline(values, columns, rows, level) {
    const points = [];
    const cut = (a, b) => (level - a) / (b - a);
    for (let row = 0; row + 1 < rows; row += 1) {
        for (let column = 0; column + 1 < columns; column += 1) {
            const at = row * columns + column;
            const [a, b, c, d] = [values[at], values[at + 1], values[at + columns + 1], values[at + columns]];
            const inside = (a > level ? 1 : 0) + (b > level ? 2 : 0) + (c > level ? 4 : 0) + (d > level ? 8 : 0);
            if (inside === 0 || inside === 15 || !Number.isFinite(a + b + c + d)) continue;
            const bottom = [column + cut(a, b), row];
            const right = [column + 1, row + cut(b, c)];
            const top = [column + cut(d, c), row + 1];
            const left = [column, row + cut(a, d)];
            for (const [from, to] of pieces(inside, bottom, right, top, left)) points.push(...from, ...to, NaN, NaN);
        }
    }
    return points;
}

function pieces(inside, bottom, right, top, left) {
    switch (inside) {
        case 1: case 14: return [[left, bottom]];
        case 2: case 13: return [[bottom, right]];
        case 3: case 12: return [[left, right]];
        case 4: case 11: return [[right, top]];
        case 6: case 9: return [[bottom, top]];
        case 7: case 8: return [[left, top]];
        case 5: return [[left, bottom], [right, top]];
        default: return [[left, top], [bottom, right]];
    }
}

// Wells are low and their walls high: with the cube root both have contours.
const POWER = 3;

/** From f to a share between 0 and 1, and back. */
export class Scale {
    constructor(values) {
        [this.low, this.high] = extent(values) ?? [0, 1];
        if (!(this.high > this.low)) this.high = this.low + 1;
    }

    share(value) {
        return Math.max(0, (value - this.low) / (this.high - this.low)) ** (1 / POWER);
    }

    value(share) {
        return this.low + (this.high - this.low) * share ** POWER;
    }
}
