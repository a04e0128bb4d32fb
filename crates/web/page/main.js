// The application: a state, the model that follows from it, and the drawing of both, once a frame at most.
import { mark } from "./axes.js";
import { byId, element } from "./controls.js";
import { densityPlot } from "./density.js";
import { csvOf, pngOf, save, svgOf } from "./exports.js";
import { Handles, View } from "./handles.js";
import { drawLandscape, placer } from "./landscape.js";
import { attempt, library, startLibrary } from "./library.js";
import { basinsOf, CloudShow, escapePlot } from "./many.js";
import { barrierOf, compute, iterateAt, measuredOrder, sampleAt } from "./model.js";
import { clamp, shown } from "./numbers.js";
import { colors } from "./palette.js";
import { bathText, orderText, Panel } from "./panel.js";
import { energyPlot, gapPlot, phasePlot, positionPlot } from "./plots.js";
import { circlePlot, shownRule, stabilityPlot, stabilityPoint } from "./stability.js";
import { fromAddress, FUNCTIONS, initial, SUITABLE, toAddress } from "./state.js";
import { CanvasSurface } from "./surface.js";
import { TOUR } from "./tour.js";

const PLOTS = [positionPlot, gapPlot, energyPlot, phasePlot, stabilityPlot, circlePlot, densityPlot, escapePlot];
const calm = matchMedia("(prefers-reduced-motion: reduce)");

class App {
    constructor() {
        this.state = fromAddress(location.hash);
        this.moment = null;
        this.notice = "";
        this.measured = "";
        this.dragging = false;
        this.frames = { model: [], draw: [] };
        this.show = new CloudShow();
        this.barrier = { scene: null, found: null };
        this.model = compute(this.state);
        this.figure = byId("landscape");
        this.canvas = byId("landscape-canvas");
        this.cloudCanvas = byId("cloud-canvas");
        this.panel = new Panel(this);
        this.handles = new Handles(this, this.figure);
        this.view = new View(this, this.figure, this.canvas, this.handles);
        this.plots = PLOTS.map((plot) => this.addPlot(plot));
        this.addStabilityHandle();
        this.addButtons();
        this.showTour();
        new ResizeObserver(() => this.schedule()).observe(this.figure);
        new ResizeObserver(() => this.schedule()).observe(byId("plots"));
        window.addEventListener("hashchange", () => this.load(location.hash));
        this.changed();
    }

    /** Changes the state; the page follows in the next frame. */
    set(changes) {
        Object.assign(this.state, changes);
        this.notice = "";
        this.changed();
    }

    setRule(changes) {
        this.set(changes);
    }

    /** Moves mass, drag or Δt: α and β follow. */
    setBall(changes) {
        const { ball } = this.model;
        if (ball.error) return;
        const { mass, drag, dt } = { ...ball, ...changes };
        const { value, error } = attempt(() => library().to_rule(mass, drag, dt, this.state.row));
        if (error) {
            this.notice = error;
            this.changed();
            return;
        }
        this.set({ alpha: value[0], beta: value[1], given: { mass, drag, dt }[this.state.gauge] });
    }

    /** Keeps another of mass, step and drag when α or β moves. */
    setGauge(gauge) {
        const { ball } = this.model;
        this.set(ball.error ? { gauge } : { gauge, given: ball[gauge] });
    }

    /** Takes another function, with numbers that show something on it. */
    choose(f) {
        const { tour, formula, ...kept } = this.state;
        const [alpha, beta, steps] = SUITABLE[f];
        const fresh = initial(f);
        for (const key of ["momentum", "nesterov", "descent", "ball", "effective", "matched", "row", "gauge", "given"]) fresh[key] = kept[key];
        this.replace({ ...fresh, alpha, beta, steps, formula });
    }

    replace(state) {
        this.state = state;
        this.moment = null;
        this.notice = "";
        this.changed();
    }

    load(address) {
        if (address === this.address) return;
        this.replace(fromAddress(address));
        this.showTour();
    }

    resetBox() {
        this.set({ box: [...FUNCTIONS[this.state.f].box] });
    }

    changed() {
        this.stale = true;
        this.schedule();
        clearTimeout(this.later);
        this.later = setTimeout(() => this.settle(), 250);
    }

    schedule() {
        if (this.scheduled) return;
        this.scheduled = true;
        requestAnimationFrame((time) => {
            this.scheduled = false;
            this.frame(time);
        });
    }

    frame(time) {
        const seconds = this.last ? (time - this.last) / 1000 : 0;
        this.last = time;
        if (this.stale) this.renew();
        this.play(seconds);
        this.draw();
        this.moveCloud(seconds);
    }

    renew() {
        const begin = performance.now();
        this.stale = false;
        this.model = compute(this.state);
        this.model.show = this.show;
        this.basins = null;
        this.basinError = null;
        if (this.state.basins && this.model.scene) {
            const { picture, error } = basinsOf(this.model, this.dragging);
            this.basins = picture;
            this.basinError = error;
        }
        this.frames.model.push(performance.now() - begin);
        this.panel.refresh();
        this.handles.refresh();
        const shownPlots = { escape: this.state.escape, density: this.state.cloud && this.state.temperature > 0 };
        for (const { plot, root } of this.plots) root.hidden = shownPlots[plot.key] === false;
        byId("moment").max = this.state.steps;
        this.tellBath();
        this.message();
    }

    message() {
        const messages = [this.notice, ...this.model.messages, this.basinError, this.cloudError].filter(Boolean);
        byId("message").textContent = messages.slice(0, 3).join(" · ");
    }

    tellBath() {
        const { model, barrier } = this;
        byId("bath").textContent = bathText(model, barrier.scene === model.scene ? barrier.found : null);
    }

    /** What takes longer waits until nothing moves: the address, the measured order, fine basins. */
    settle() {
        if (this.dragging) {
            this.later = setTimeout(() => this.settle(), 250);
            return;
        }
        this.address = toAddress(this.state);
        try {
            history.replaceState(null, "", this.address);
        } catch {
            location.replace(this.address);
        }
        if (this.state.basins) {
            this.stale = true;
            this.schedule();
        }
        const { scene } = this.model;
        this.barrier = { scene, found: scene ? barrierOf(this.model) : null };
        this.tellBath();
        this.measured = measuredOrder(this.model);
        byId("order").textContent = orderText(this.model, this.measured);
        this.settled = true;
    }

    play(seconds) {
        if (!this.playing) return;
        const length = calm.matches ? 20 : 8;
        this.moment = (this.moment ?? 0) + (seconds * this.state.steps) / length;
        if (this.moment >= this.state.steps) {
            this.moment = this.state.steps;
            this.setPlaying(false);
        }
        this.schedule();
    }

    setPlaying(on) {
        this.playing = on;
        byId("play").textContent = on ? "❚❚ Stop" : "▶ Play";
        this.schedule();
    }

    draw() {
        const begin = performance.now();
        this.colors = colors();
        const { surface, width, height } = prepared(this.canvas, this.figure);
        drawLandscape(surface, this.model, this.colors, width, height, { basins: this.basins, moment: this.moment });
        this.handles.refresh();
        this.handles.draw(surface, this.colors);
        for (const entry of this.plots) if (!entry.root.hidden) this.drawEntry(entry);
        this.placeStabilityHandle();
        this.read();
        this.frames.draw.push(performance.now() - begin);
    }

    drawEntry({ plot, canvas, figure, about }) {
        const sheet = prepared(canvas, figure);
        this.drawPlot(plot, sheet.surface, sheet.width, sheet.height);
        const text = this.model.scene ? plot.about(this.model) : "";
        if (about.textContent !== text) about.textContent = text;
    }

    drawPlot(plot, surface, width, height) {
        const { model } = this;
        surface.clear(width, height, this.colors.page);
        if (!model.scene) return;
        const axes = plot.axes(model, width, height);
        axes.frame(surface, this.colors, { x: plot.x ?? "iteration k (no unit)", y: plot.y, log: plot.log });
        axes.clip(surface, () => plot.draw(surface, model, this.colors, axes, this.moment));
    }

    /** What the marked iteration is, in numbers. */
    read() {
        const { moment, model } = this;
        byId("moment").value = moment ?? 0;
        byId("moment-value").textContent = moment === null ? "" : shown(Math.floor(moment));
        const parts = [];
        if (moment !== null) {
            for (const path of model.paths) {
                const index = iterateAt(path, moment);
                if (index === null) continue;
                const { table } = path;
                const place = model.dimension === 2 ? `(${shown(table.x[index])}, ${shown(table.y[index])})` : shown(table.x[index]);
                parts.push(`${path.rule.name}: x = ${place} L, f = ${shown(table.f[index])}`);
            }
            if (model.motion && !model.ball.error) {
                const index = sampleAt(model.motion, moment * model.ball.dt);
                const { t, x, y } = model.motion;
                const place = model.dimension === 2 ? `(${shown(x[index])}, ${shown(y[index])})` : shown(x[index]);
                parts.push(`Ball at t = ${shown(t[index])} T: x = ${place} L`);
            }
        }
        byId("reading").textContent = parts.length ? `Iteration ${Math.floor(moment)}. ${parts.join("; ")}.` : "Drag the circle to start elsewhere, the dashed circle to push. Point at a plot to mark an iteration.";
    }

    moveCloud(seconds) {
        const { cloud } = this.state;
        this.cloudCanvas.hidden = !cloud;
        if (!cloud || !this.model.scene) {
            this.say(null);
            byId("cloud-reading").textContent = "";
            return;
        }
        const error = this.show.follow(this.model) ?? (calm.matches ? null : this.show.step(this.model, seconds));
        this.say(error);
        const ratio = ratioOf();
        const { width, height, context } = prepared(this.cloudCanvas, this.figure);
        this.show.draw(context, this.model, ratio, width, height);
        const density = this.plots.find(({ plot }) => plot === densityPlot);
        if (!density.root.hidden) this.drawEntry(density);
        const text = this.show.describe(this.model);
        if (byId("cloud-reading").textContent !== text) byId("cloud-reading").textContent = text;
        if (!calm.matches) this.scheduleCloud();
    }

    /** What is wrong with the cloud; null if nothing is. */
    say(error) {
        if (error === (this.cloudError ?? null)) return;
        this.cloudError = error;
        this.message();
    }

    /** The next frame of the cloud alone, unless something else changes as well. */
    scheduleCloud() {
        if (this.scheduled) return;
        this.scheduled = true;
        requestAnimationFrame((time) => {
            this.scheduled = false;
            if (this.stale || this.playing) {
                this.frame(time);
                return;
            }
            const seconds = this.last ? (time - this.last) / 1000 : 0;
            this.last = time;
            this.moveCloud(seconds);
        });
    }

    addPlot(plot) {
        const canvas = element("canvas", { role: "img", "aria-label": plot.title });
        const figure = element("div", { class: "figure" }, canvas);
        const about = element("p");
        const root = element("div", { class: "plot", id: `plot-${plot.key}` }, element("h2", {}, plot.title), figure, about);
        byId("plots").append(root);
        if (plot.onTime) {
            const mark = (event) => {
                const frame = canvas.getBoundingClientRect();
                const axes = plot.axes(this.model, figure.clientWidth, figure.clientHeight);
                this.mark(axes.at(event.clientX - frame.left, 0)[0]);
            };
            canvas.addEventListener("pointermove", mark);
            canvas.addEventListener("pointerdown", mark);
        }
        return { plot, root, canvas, figure, about };
    }

    mark(moment) {
        this.moment = clamp(moment, 0, this.state.steps);
        this.schedule();
    }

    /** Marks the iterate nearest to a point of the landscape. */
    hoverLandscape(px, py) {
        if (!this.model.scene || this.playing) return;
        const place = placer(this.handles.axes(), this.model.dimension);
        let best = [24, null];
        for (const { table, perIteration } of this.model.paths) {
            for (let index = 0; index < table.length; index += 1) {
                const [x, y] = place(table.x[index], table.y[index], table.f[index]);
                const distance = Math.hypot(x - px, y - py);
                if (distance < best[0]) best = [distance, index / perIteration];
            }
        }
        if (best[1] !== null) this.mark(best[1]);
    }

    addStabilityHandle() {
        const { figure } = this.plots.find(({ plot }) => plot.key === "stability");
        const handle = element("button", { type: "button", class: "handle point", id: "stability-handle" });
        figure.append(handle);
        this.stabilityHandle = handle;
        this.stabilityFigure = figure;
        const move = (q, beta) => {
            const point = stabilityPoint(this.model);
            if (!point) return;
            const alpha = Number((clamp(q, 1e-3, 4) / point.curvature).toPrecision(6));
            const changes = { alpha, refine: 0 };
            if (shownRule(this.state) !== "descent") changes.beta = Number(clamp(beta, 0, 1).toFixed(4));
            this.setRule(changes);
        };
        this.handles.dragged(handle, () => {});
        handle.addEventListener("pointermove", (event) => {
            if (!handle.hasPointerCapture(event.pointerId)) return;
            const frame = figure.getBoundingClientRect();
            const axes = stabilityPlot.axes(this.model, figure.clientWidth, figure.clientHeight);
            move(...axes.at(event.clientX - frame.left, event.clientY - frame.top));
        });
        this.handles.keys(handle, (dx, dy, fast) => {
            const point = stabilityPoint(this.model);
            if (point) move(point.q + dx * (fast ? 0.2 : 0.02), point.beta + dy * (fast ? 0.1 : 0.01));
        });
    }

    placeStabilityHandle() {
        const point = this.model.scene ? stabilityPoint(this.model) : null;
        this.stabilityHandle.hidden = !point;
        if (!point) return;
        const axes = stabilityPlot.axes(this.model, this.stabilityFigure.clientWidth, this.stabilityFigure.clientHeight);
        this.stabilityHandle.style.left = `${axes.x(clamp(point.q, 0, 4))}px`;
        this.stabilityHandle.style.top = `${axes.y(clamp(point.beta, 0, 1))}px`;
        this.handles.label(this.stabilityHandle, `αλ = ${shown(point.q)}, β = ${shown(point.beta)}, no units. Move it with the arrow keys.`);
    }

    addButtons() {
        const click = (id, call) => byId(id).addEventListener("click", call);
        click("play", () => {
            if (this.moment === null || this.moment >= this.state.steps) this.moment = 0;
            this.setPlaying(!this.playing);
        });
        byId("moment").addEventListener("input", ({ target }) => this.mark(Number(target.value)));
        click("zoom-in", () => this.view.zoom(0.7));
        click("zoom-out", () => this.view.zoom(1 / 0.7));
        click("zoom-reset", () => this.resetBox());
        click("reset", () => {
            this.replace(initial());
            this.showTour();
        });
        click("theme", () => this.setTheme(document.documentElement.dataset.theme !== "dark"));
        click("copy", () => this.copy());
        click("svg", () => save(svgOf(this.parts(), this.colors), "heavyball.svg"));
        click("png", async () => save(await pngOf(this.parts(), this.colors), "heavyball.png"));
        click("csv", () => save(csvOf(this.model), "heavyball.csv"));
        click("tour-open", () => this.goTo(1));
        click("tour-back", () => this.goTo(Math.max(1, this.state.tour - 1)));
        click("tour-next", () => this.goTo(this.state.tour >= TOUR.length ? 0 : this.state.tour + 1));
        click("tour-close", () => this.goTo(0));
    }

    /** The landscape and the plots, as exports take them. */
    parts() {
        const shownPlots = this.plots.filter(({ root }) => !root.hidden);
        const scene = [FUNCTIONS[this.state.f].name, (surface, width, height) => {
            drawLandscape(surface, this.model, this.colors, width, height, { basins: this.basins, moment: this.moment });
            if (this.state.cloud) surface.picture(this.cloudCanvas, 0, 0, width, height);
        }];
        const { paths, motion, effective } = this.model;
        const line = (color, dash) => (surface, x, y) => surface.line([x, y, x + 20, y], color, { width: 2.4, dash });
        const legend = paths.map(({ rule }) => [rule.name, (surface, x, y) => mark(surface, rule.mark, x + 10, y, 4, this.colors[rule.key])]);
        if (motion) legend.push(["The ball itself", line(this.colors.ball, [])]);
        if (effective) legend.push(["The effective particle", line(this.colors.effective, [6, 4])]);
        const aspect = this.figure.clientWidth / this.figure.clientHeight;
        const plots = shownPlots.map(({ plot }) => [plot.title, (surface, width, height) => this.drawPlot(plot, surface, width, height)]);
        return { scene, legend, aspect, plots };
    }

    async copy() {
        const link = location.href.replace(/#.*$/, "") + toAddress(this.state);
        const { error } = await navigator.clipboard.writeText(link).then(() => ({}), (failure) => ({ error: failure }));
        this.notice = error ? `This browser does not let the page copy; the address is ${link}` : "The address of this state was copied.";
        this.message();
    }

    setTheme(dark) {
        document.documentElement.dataset.theme = dark ? "dark" : "light";
        byId("theme").setAttribute("aria-pressed", String(dark));
        this.schedule();
    }

    /** Goes to a step of the tour; 0 leaves it. */
    goTo(step) {
        if (step === 0) this.set({ tour: 0 });
        else this.replace({ ...structuredClone(TOUR[step - 1].state), tour: step });
        this.showTour();
        if (step > 0) byId("tour-title").focus();
    }

    showTour() {
        const step = Math.round(this.state.tour);
        const part = TOUR[step - 1];
        byId("tour").hidden = !part;
        document.querySelector(".looked")?.classList.remove("looked");
        if (!part) return;
        byId("tour-title").textContent = `${step} of ${TOUR.length}: ${part.title}`;
        byId("tour-text").textContent = part.text;
        const looked = byId(part.look);
        (looked.closest(".slider") ?? looked).classList.add("looked");
        byId("tour-back").disabled = step === 1;
        byId("tour-next").textContent = step === TOUR.length ? "Finish" : "Next";
    }
}

function ratioOf() {
    return Math.min(window.devicePixelRatio || 1, 2);
}

/** A canvas of the size of its figure, ready to be drawn on. */
function prepared(canvas, figure) {
    const ratio = ratioOf();
    const [width, height] = [figure.clientWidth, figure.clientHeight];
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
    const context = canvas.getContext("2d");
    return { surface: new CanvasSurface(context, ratio), context, width, height };
}

async function start() {
    document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    byId("theme").setAttribute("aria-pressed", String(document.documentElement.dataset.theme === "dark"));
    try {
        await startLibrary();
        window.heavyball = { app: new App(), library: library(), compute, initial };
    } catch (error) {
        byId("message").textContent = `The page could not start: ${error.message}. It needs a browser of 2023 or later, with WebAssembly.`;
    }
}

start();
