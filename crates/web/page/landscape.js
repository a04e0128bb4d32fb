// Landscape: the function as contours with a colour bar, or as a curve, with the paths on it.
import { Axes, mark } from "./axes.js";
import { isoline, Scale } from "./contours.js";
import { iterateAt, sampleAt } from "./model.js";
import { shown } from "./numbers.js";
import { basinColor, between, components } from "./palette.js";
import { CanvasSurface } from "./surface.js";

const COLUMNS = 140;
const LEVELS = 16;
const LABELS = { bottom: 40, top: 10, left: 56 };

let field = { key: "", scene: null };

/** f over the box that is shown, kept until that changes. */
function fieldOf({ scene }, box, rows) {
    const key = `${box.join()} ${rows}`;
    if (field.scene === scene && field.key === key) return field;
    const values = scene.grid(Float64Array.from(box), COLUMNS, rows);
    const scale = new Scale(values);
    const lines = [];
    for (let level = 1; level < LEVELS; level += 1) lines.push(isoline(values, COLUMNS, rows, scale.value(level / LEVELS)));
    field = { key, scene, values, scale, lines, rows, picture: null };
    return field;
}

function pictureOf(found, colors) {
    const theme = colors.low + colors.high;
    if (found.picture && found.theme === theme) return found.picture;
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = [COLUMNS, found.rows];
    const context = picture.getContext("2d");
    const image = context.createImageData(COLUMNS, found.rows);
    for (let row = 0; row < found.rows; row += 1) {
        for (let column = 0; column < COLUMNS; column += 1) {
            const value = found.values[(found.rows - 1 - row) * COLUMNS + column];
            const color = Number.isFinite(value) ? between(colors.low, colors.high, found.scale.share(value)) : components(colors.line);
            image.data.set([...color, 255], 4 * (row * COLUMNS + column));
        }
    }
    context.putImageData(image, 0, 0);
    Object.assign(found, { picture, theme });
    return picture;
}

// One length is as long upwards as sideways: the box grows in one direction.
function widened([left, bottom, right, top], width, height) {
    const unit = Math.max((right - left) / width, (top - bottom) / height);
    const [x, y] = [(left + right) / 2, (bottom + top) / 2];
    const [halfX, halfY] = [(unit * width) / 2, (unit * height) / 2];
    return [x - halfX, y - halfY, x + halfX, y + halfY];
}

/** The axes of the landscape in a figure of that size. */
export function landscapeAxes(state, dimension, width, height) {
    const right = dimension === 2 ? 68 : 14;
    const axes = new Axes(width, height, state.box, { ...LABELS, right });
    if (dimension === 2) axes.box = widened(state.box, ...axes.inner);
    return axes;
}

/** Draws everything but the cloud. `basins` is a picture of the basins, or null; `moment` an iteration to mark. */
export function drawLandscape(surface, model, colors, width, height, { basins = null, moment = null } = {}) {
    surface.clear(width, height, colors.page);
    const { state, dimension } = model;
    if (!model.scene) return;
    const axes = landscapeAxes(state, dimension, width, height);
    if (dimension === 2) drawPlane(surface, model, colors, axes, basins);
    else drawLine(surface, model, colors, axes, basins);
    axes.frame(surface, colors, { x: "x (length L)", y: dimension === 2 ? "y (length L)" : "f (energy)", grid: dimension === 1 });
    const place = placer(axes, dimension);
    axes.clip(surface, () => {
        drawMinima(surface, model, colors, place);
        drawPaths(surface, model, colors, place, moment);
    });
}

/** From x, y and f to pixels. */
export function placer(axes, dimension) {
    return (x, y, f) => [axes.x(x), axes.y(dimension === 2 ? y : f)];
}

function drawPlane(surface, model, colors, axes, basins) {
    const rows = Math.max(20, Math.round((COLUMNS * axes.inner[1]) / axes.inner[0]));
    const found = fieldOf(model, axes.box, Math.min(rows, 240));
    axes.clip(surface, () => {
        if (surface instanceof CanvasSurface && !basins) {
            surface.picture(groundOf(found, colors, axes, surface.ratio), axes.left, axes.top, ...axes.inner, false);
            return;
        }
        surface.picture(pictureOf(found, colors), axes.left, axes.top, ...axes.inner);
        if (basins) {
            const [left, bottom, right, top] = model.state.box;
            surface.picture(basins, axes.x(left), axes.y(top), axes.x(right) - axes.x(left), axes.y(bottom) - axes.y(top), false);
        }
        drawContours(surface, found, colors, axes.left, axes.top, axes.inner);
    });
    drawColorBar(surface, found, colors, axes);
}

function drawContours(surface, found, colors, left, top, [width, height]) {
    const [cellX, cellY] = [width / (COLUMNS - 1), height / (found.rows - 1)];
    for (const line of found.lines) {
        const points = line.map((value, index) => (index % 2 === 0 ? left + value * cellX : top + height - value * cellY));
        surface.line(points, colors.isoline, { width: 0.8, opacity: 0.8 });
    }
}

/** Colours and contours as one picture: they stay while a start is dragged. */
function groundOf(found, colors, { inner: [width, height] }, ratio) {
    const key = [width, height, ratio, colors.low, colors.isoline].join();
    if (found.ground?.key === key) return found.ground.picture;
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const surface = new CanvasSurface(picture.getContext("2d"), ratio);
    surface.picture(pictureOf(found, colors), 0, 0, width, height);
    drawContours(surface, found, colors, 0, 0, [width, height]);
    found.ground = { key, picture };
    return picture;
}

function drawColorBar(surface, found, colors, axes) {
    const [left, width, height] = [axes.left + axes.inner[0] + 8, 12, axes.inner[1]];
    const strips = 48;
    for (let strip = 0; strip < strips; strip += 1) {
        const color = between(colors.low, colors.high, (strip + 0.5) / strips);
        const y = axes.top + height * (1 - (strip + 1) / strips);
        surface.polygon([left, y, left + width, y, left + width, y + height / strips + 0.5, left, y + height / strips + 0.5], `rgb(${color})`);
    }
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
        const y = axes.top + height * (1 - share);
        surface.text(shown(found.scale.value(share), 3), left + width + 3, Math.min(Math.max(y, axes.top + 5), axes.top + height - 5), colors.dim, { size: 10, base: "middle" });
    }
    surface.text("f (energy)", axes.width - 4, axes.height - 4, colors.dim, { size: 12, align: "right" });
}

function drawLine(surface, { scene, state }, colors, axes, basins) {
    const count = 400;
    const xs = Float64Array.from({ length: count }, (_, index) => state.box[0] + ((state.box[2] - state.box[0]) * index) / (count - 1));
    const curve = axes.points(xs, scene.values(xs));
    axes.clip(surface, () => {
        if (basins) surface.picture(basins, axes.left, axes.top + axes.inner[1] - 14, axes.inner[0], 14, false);
        surface.line(curve, colors.isoline, { width: 3 });
    });
}

function drawMinima(surface, { minima }, colors, place) {
    for (const { x, y, f } of minima) {
        const [px, py] = place(x, y, f);
        surface.line([px - 5, py - 5, px + 5, py + 5, NaN, NaN, px - 5, py + 5, px + 5, py - 5], colors.text, { width: 1.5 });
    }
}

function drawPaths(surface, model, colors, place, moment) {
    const { motion, effective, paths, ball } = model;
    const along = (table) => {
        const points = new Float64Array(2 * table.length);
        for (let index = 0; index < table.length; index += 1) points.set(place(table.x[index], table.y[index], table.f[index]), 2 * index);
        return points;
    };
    if (motion) surface.line(along(motion), colors.ball, { width: 2.4 });
    if (effective) surface.line(along(effective), colors.effective, { width: 2, dash: [6, 4] });
    for (const { rule, table } of paths) {
        const points = along(table);
        const color = colors[rule.key];
        surface.line(points, color, { width: 1, opacity: 0.55 });
        const size = table.length > 400 ? 1.8 : 3.2;
        for (let index = 0; index < table.length; index += 1) mark(surface, rule.mark, points[2 * index], points[2 * index + 1], size, color);
    }
    if (moment === null) return;
    for (const path of paths) {
        const index = iterateAt(path, moment);
        if (index === null) continue;
        const { table, rule } = path;
        const [x, y] = place(table.x[index], table.y[index], table.f[index]);
        mark(surface, rule.mark, x, y, 7, colors[rule.key], { outline: colors.page, width: 2 });
    }
    if (motion && !ball.error) {
        const index = sampleAt(motion, moment * ball.dt);
        const [x, y] = place(motion.x[index], motion.y[index], motion.f[index]);
        surface.disc(x, y, 8, colors.ball, { outline: colors.page, width: 2 });
    }
}

/** The picture of basins: a pixel for each cell. */
export function basinPicture(codes, columns, rows, opacity = 0.55) {
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = [columns, rows];
    const context = picture.getContext("2d");
    const image = context.createImageData(columns, rows);
    for (let index = 0; index < codes.length; index += 1) {
        const row = rows - 1 - Math.floor(index / columns);
        image.data.set([...components(basinColor(codes[index])), 255 * opacity], 4 * (row * columns + (index % columns)));
    }
    context.putImageData(image, 0, 0);
    return picture;
}
