// Handles: the start and the velocity, dragged by mouse, touch and arrow keys; zoom and pan of the landscape.
import { landscapeAxes, placer } from "./landscape.js";
import { shown } from "./numbers.js";

/** The velocity’s handle at rest is this far from the start, in pixels. */
const REST = 34;
/** The arrow for 1 L/T is as long as this many L, if the box is this wide. */
const REACH = 0.25;

/** Where the handles are and what moving them means. */
export class Handles {
    constructor(app, figure) {
        Object.assign(this, { app, figure });
        this.start = document.getElementById("start-handle");
        this.velocity = document.getElementById("velocity-handle");
        this.dragged(this.start, (x, y) => this.moveStart(x, y));
        this.dragged(this.velocity, (x, y) => this.moveVelocity(x, y));
        this.keys(this.start, (dx, dy, fast) => {
            const [left, bottom, right, top] = app.state.box;
            const step = fast ? 0.1 : 0.01;
            const [x, y] = app.state.start;
            const plane = app.model.dimension === 2;
            app.set({ start: [tidy(x + dx * step * (right - left)), plane ? tidy(y + dy * step * (top - bottom)) : y] });
        });
        this.keys(this.velocity, (dx, dy, fast) => {
            const [u, w] = app.state.velocity;
            const step = fast ? 0.5 : 0.05;
            const plane = app.model.dimension === 2;
            app.set({ velocity: [tidy(u + dx * step), plane ? tidy(w + dy * step) : w] });
        });
    }

    size() {
        return [this.figure.clientWidth, this.figure.clientHeight];
    }

    axes() {
        return landscapeAxes(this.app.state, this.app.model.dimension, ...this.size());
    }

    dragged(handle, move) {
        handle.addEventListener("pointerdown", (event) => {
            handle.setPointerCapture(event.pointerId);
            this.app.dragging = true;
            event.preventDefault();
            handle.focus();
        });
        handle.addEventListener("pointermove", (event) => {
            if (!handle.hasPointerCapture(event.pointerId)) return;
            const frame = this.figure.getBoundingClientRect();
            move(event.clientX - frame.left, event.clientY - frame.top);
        });
        const end = () => {
            this.app.dragging = false;
            this.app.changed();
        };
        handle.addEventListener("pointerup", end);
        handle.addEventListener("pointercancel", end);
    }

    keys(handle, move) {
        handle.addEventListener("keydown", (event) => {
            const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
            if (!step) return;
            event.preventDefault();
            move(...step, event.shiftKey);
        });
    }

    moveStart(px, py) {
        const [x, y] = this.axes().at(px, py);
        const { model, state } = this.app;
        this.app.set({ start: [tidy(x), model.dimension === 2 ? tidy(y) : state.start[1]] });
    }

    /** Pixels of the arrow for a velocity of 1. */
    scale() {
        return REACH * this.axes().inner[0] / 2;
    }

    moveVelocity(px, py) {
        const [sx, sy] = this.place();
        const [dx, dy] = [px - sx, py - sy];
        if (this.app.model.dimension === 1) {
            const u = dx / this.scale();
            this.app.set({ velocity: [Math.abs(dx) < 6 ? 0 : tidy(u), 0] });
            return;
        }
        const length = Math.hypot(dx, dy);
        const beyond = Math.max(0, length - REST) / this.scale();
        this.app.set({ velocity: length <= REST + 3 ? [0, 0] : [tidy((dx / length) * beyond), tidy((-dy / length) * beyond)] });
    }

    place() {
        const { state, model } = this.app;
        const [x, y] = state.start;
        const f = model.dimension === 1 ? model.scene?.values(Float64Array.of(x))[0] : 0;
        return placer(this.axes(), model.dimension)(x, y, f);
    }

    velocityPlace([sx, sy]) {
        const [u, w] = this.app.state.velocity;
        if (this.app.model.dimension === 1) return [sx + u * this.scale(), sy - REST];
        const speed = Math.hypot(u, w);
        if (speed === 0) return [sx + REST * 0.7, sy - REST * 0.7];
        const length = REST + speed * this.scale();
        return [sx + (u / speed) * length, sy - (w / speed) * length];
    }

    /** Puts the handles where the state says, within the figure, and names them. */
    refresh() {
        const { state, model } = this.app;
        const is = model.scene !== null;
        this.start.hidden = !is;
        this.velocity.hidden = !is;
        if (!is) return;
        const [width, height] = this.size();
        const within = ([x, y]) => [Math.min(Math.max(x, 8), width - 8), Math.min(Math.max(y, 8), height - 8)];
        const at = within(this.place());
        const tip = within(this.velocityPlace(at));
        this.arrow = [...at, ...tip];
        for (const [handle, [x, y]] of [[this.start, at], [this.velocity, tip]]) {
            handle.style.left = `${x}px`;
            handle.style.top = `${y}px`;
        }
        const [x, y] = state.start.map((value) => shown(value));
        const [u, w] = state.velocity.map((value) => shown(value));
        const plane = model.dimension === 2;
        this.label(this.start, plane ? `Start, x = ${x} L, y = ${y} L. Move it with the arrow keys.` : `Start, x = ${x} L. Move it with the arrow keys.`);
        this.label(this.velocity, plane ? `Velocity at the start, ${u} and ${w} L/T. Change it with the arrow keys.` : `Velocity at the start, ${u} L/T. Change it with the arrow keys.`);
    }

    label(handle, text) {
        handle.setAttribute("aria-label", text);
        handle.title = text;
    }

    /** The arrow, on the landscape. */
    draw(surface, colors) {
        if (!this.arrow) return;
        const [x, y, tipX, tipY] = this.arrow;
        const angle = Math.atan2(tipY - y, tipX - x);
        const end = [tipX - 12 * Math.cos(angle), tipY - 12 * Math.sin(angle)];
        surface.line([x + 15 * Math.cos(angle), y + 15 * Math.sin(angle), ...end], colors.text, { width: 2 });
        const wing = (turn) => [end[0] - 7 * Math.cos(angle + turn), end[1] - 7 * Math.sin(angle + turn)];
        surface.line([...wing(0.5), ...end, ...wing(-0.5)], colors.text, { width: 2 });
    }
}

function tidy(value) {
    return Number(value.toPrecision(5));
}

/** Zoom about a point of the box, and pan. */
export class View {
    constructor(app, figure, canvas, handles) {
        Object.assign(this, { app, handles });
        const pointers = new Map();
        const place = (event) => {
            const frame = figure.getBoundingClientRect();
            return [event.clientX - frame.left, event.clientY - frame.top];
        };
        canvas.addEventListener("wheel", (event) => {
            if (!event.ctrlKey && document.activeElement !== canvas) return;
            event.preventDefault();
            this.zoom(Math.exp(event.deltaY * 0.002), place(event));
        }, { passive: false });
        canvas.addEventListener("pointerdown", (event) => {
            pointers.set(event.pointerId, place(event));
            if (event.pointerType !== "touch") canvas.setPointerCapture(event.pointerId);
        });
        canvas.addEventListener("pointermove", (event) => {
            const before = pointers.get(event.pointerId);
            const now = place(event);
            if (!before) {
                app.hoverLandscape(...now);
                return;
            }
            if (pointers.size === 1) this.pan(now[0] - before[0], now[1] - before[1]);
            else this.pinch(pointers, event.pointerId, now);
            pointers.set(event.pointerId, now);
        });
        for (const name of ["pointerup", "pointercancel", "pointerleave"]) canvas.addEventListener(name, (event) => pointers.delete(event.pointerId));
        canvas.addEventListener("keydown", (event) => {
            const pan = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key];
            if (pan) this.pan(...pan);
            else if (event.key === "+" || event.key === "=") this.zoom(0.8);
            else if (event.key === "-") this.zoom(1.25);
            else if (event.key === "0") app.resetBox();
            else return;
            event.preventDefault();
        });
    }

    pinch(pointers, moved, now) {
        const other = [...pointers].find(([id]) => id !== moved)?.[1];
        const before = pointers.get(moved);
        if (!other) return;
        const distance = ([x, y]) => Math.max(Math.hypot(x - other[0], y - other[1]), 10);
        this.zoom(distance(before) / distance(now), [(other[0] + now[0]) / 2, (other[1] + now[1]) / 2]);
    }

    zoom(factor, at = null) {
        const axes = this.handles.axes();
        const [left, bottom, right, top] = this.app.state.box;
        const [x, y] = at ? axes.at(...at) : [(left + right) / 2, (bottom + top) / 2];
        const width = (right - left) * factor;
        if (width < 1e-6 || width > 1e6) return;
        this.app.set({ box: [x + (left - x) * factor, y + (bottom - y) * factor, x + (right - x) * factor, y + (top - y) * factor] });
    }

    pan(dx, dy) {
        const axes = this.handles.axes();
        const [left, bottom, right, top] = this.app.state.box;
        const [seenLeft, seenBottom, seenRight, seenTop] = axes.box;
        const [x, y] = [(-dx * (seenRight - seenLeft)) / axes.inner[0], (dy * (seenTop - seenBottom)) / axes.inner[1]];
        this.app.set({ box: [left + x, bottom + y, right + x, top + y] });
    }
}
