// The panel of controls: what stands where, and what each moves.
import { byId, element, Field, Slider, Switch } from "./controls.js";
import { library } from "./library.js";
import { gradientVariance } from "./model.js";
import { shown, shownPlace } from "./numbers.js";
import { RULE_NAMES, shownRule } from "./stability.js";
import { FUNCTIONS, wholeSeed } from "./state.js";

const ROWS = [
    ["ExplicitDrag", "explicit drag: Sutskever’s update (order 1)"], ["ImplicitDrag", "implicit drag (order 1)"],
    ["DampKickDrift", "damp, kick, drift (order 1)"], ["KickDampDrift", "kick, damp, drift (order 1)"],
    ["ExponentialDrag", "exponential drag (order 2)"], ["CentralDrag", "central drag: Verlet (order 2)"],
    ["Obabo", "OBABO (order 2)"], ["Boaob", "BOAOB (order 2)"],
];

/** The marks of the legend. */
const SHAPES = {
    disc: '<circle cx="15" cy="6" r="4.5"/>', square: '<rect x="11" y="2" width="8" height="8"/>', triangle: '<path d="M15 0 L20.5 11 L9.5 11Z"/>',
};

/** All controls of the page. */
export class Panel {
    constructor(app) {
        this.app = app;
        this.parts = [];
        this.addFunctions();
        this.addRules();
        this.addBall();
        this.addBath();
        this.addStart();
        for (const key of ["cloud", "basins", "escape"]) byId(key).addEventListener("click", () => app.set({ [key]: !app.state[key] }));
    }

    add(box, ...parts) {
        for (const part of parts) {
            this.parts.push(part);
            box.append(part.root);
        }
    }

    addFunctions() {
        const { app } = this;
        const choice = byId("function");
        for (const [key, { name }] of Object.entries(FUNCTIONS)) choice.append(element("option", { value: key }, name));
        choice.addEventListener("change", () => app.choose(choice.value));
        const formula = byId("formula");
        formula.addEventListener("input", () => app.set({ formula: formula.value }));
    }

    /** The parameters differ from function to function. */
    refreshParameters() {
        const { app } = this;
        const box = byId("function-parameters");
        if (this.parametersOf !== app.state.f) {
            this.parametersOf = app.state.f;
            box.replaceChildren();
            this.parameters = FUNCTIONS[app.state.f].parameters.map(([label, unit, low, high], index) => new Slider({
                key: `parameter-${index}`, label, name: label, unit, low, high,
                get: () => app.state.parameters[index],
                set: (value) => app.set({ parameters: app.state.parameters.map((old, at) => (at === index ? value : old)) }),
            }));
            box.append(...this.parameters.map(({ root }) => root));
        }
        this.parameters.forEach((slider) => slider.refresh());
    }

    addRules() {
        const { app } = this;
        const toggle = (key, label) => new Switch({ key, label, get: () => app.state[key], set: (on) => app.set({ [key]: on }) });
        this.add(byId("rules"), toggle("momentum", "Momentum"), toggle("nesterov", "Nesterov"), toggle("descent", "Gradient descent"));
        this.add(
            byId("rule-sliders"),
            new Slider({ key: "alpha", label: "rate α", name: "learning rate alpha", unit: "T²/M", low: 1e-4, high: 1, log: true, get: () => app.state.alpha, set: (alpha) => app.setRule({ alpha }) }),
            new Slider({ key: "beta", label: "decay β", name: "momentum decay beta", unit: "no unit", low: 0, high: 1, get: () => app.state.beta, set: (beta) => app.setRule({ beta }) }),
        );
    }

    addBall() {
        const { app } = this;
        const toggle = (key, label) => new Switch({ key, label, get: () => app.state[key], set: (on) => app.set({ [key]: on }) });
        const slide = (key, label, name, unit, low, high, zero = false) => new Slider({
            key, label, name, unit, low, high, log: true, zero, get: () => app.model.ball[key], set: (value) => app.setBall({ [key]: value }),
        });
        const box = byId("ball-sliders");
        this.add(box, toggle("ball", "The ball"), toggle("effective", "Effective particle, half a step later"));
        this.add(box, slide("mass", "mass m", "mass", "M", 0.01, 100), slide("drag", "drag γ", "drag gamma", "M/T", 1e-3, 100, true), slide("dt", "step Δt", "time step", "T", 1e-3, 10));
        const row = byId("row");
        for (const [key, name] of ROWS) row.append(element("option", { value: key }, name));
        row.addEventListener("change", () => app.set({ row: row.value }));
        const gauge = byId("gauge");
        gauge.addEventListener("change", () => app.setGauge(gauge.value));
        byId("matched").addEventListener("change", ({ target }) => app.set({ matched: target.checked }));
        this.add(byId("refine-slider"), new Slider({
            key: "refine", label: "halvings", name: "halvings of the step of the same ball", unit: "no unit", low: 0, high: 6, whole: true,
            get: () => app.state.refine, set: (refine) => app.set({ refine: Math.min(Math.max(refine, 0), 6) }),
        }));
    }

    addBath() {
        const { app } = this;
        this.add(byId("bath-slider"), new Slider({
            key: "temperature", label: "temp. T", name: "temperature of the bath", unit: "energy", low: 1e-3, high: 100, log: true, zero: true,
            get: () => app.state.temperature, set: (temperature) => app.set({ temperature }),
        }));
        const seed = new Field({ key: "seed", label: "seed", get: () => app.state.seed, set: (number) => app.set({ seed: wholeSeed(number) }) });
        this.add(byId("bath-seed"), seed);
        byId("redraw").addEventListener("click", () => app.set({ seed: wholeSeed(app.state.seed + 1) }));
    }

    addStart() {
        const { app } = this;
        const component = (list, index) => ({
            get: () => app.state[list][index],
            set: (value) => app.set({ [list]: app.state[list].map((old, at) => (at === index ? value : old)) }),
        });
        const box = byId("start-fields");
        box.className = "fields";
        this.add(
            box,
            new Field({ key: "start-x", label: "start x (L)", ...component("start", 0) }),
            new Field({ key: "start-y", label: "start y (L)", ...component("start", 1) }),
            new Field({ key: "velocity-x", label: "velocity ẋ (L/T)", ...component("velocity", 0) }),
            new Field({ key: "velocity-y", label: "velocity ẏ (L/T)", ...component("velocity", 1) }),
            new Field({ key: "steps", label: "iterations (no unit)", get: () => app.state.steps, set: (steps) => app.set({ steps: Math.min(Math.max(Math.round(steps), 1), 5000) }) }),
            new Field({ key: "spread", label: "spread of starts (L)", get: () => app.state.spread, set: (spread) => app.set({ spread: Math.abs(spread) }) }),
        );
    }

    /** Shows the state as it is now. */
    refresh() {
        const { state, model } = this.app;
        byId("function").value = state.f;
        this.refreshParameters();
        for (const part of this.parts) part.refresh();
        const isPlane = FUNCTIONS[state.f].dimension === 2;
        for (const id of ["start-y", "velocity-y"]) byId(id).closest("label").hidden = !isPlane;
        byId("spread").closest("label").hidden = !state.escape;
        byId("row").value = state.row;
        byId("gauge").value = state.gauge;
        byId("matched").checked = state.matched;
        for (const key of ["cloud", "basins", "escape"]) byId(key).setAttribute("aria-pressed", String(state[key]));
        this.refreshFormula();
        this.refreshLegend(model);
    }

    refreshFormula() {
        const { state } = this.app;
        byId("formula-box").hidden = state.f !== "formula";
        if (state.f !== "formula") return;
        const input = byId("formula");
        if (input.value !== state.formula) input.value = state.formula;
        const mistake = library().formula_mistake(state.formula);
        input.setAttribute("aria-invalid", String(mistake !== ""));
        byId("formula-mistake").textContent = mistake ? pointed(state.formula, library().formula_mistake_at(state.formula), mistake) : "";
    }

    refreshLegend(model) {
        const entry = (color, shape, text) => `<li><svg aria-hidden="true" fill="var(--${color})" stroke="var(--${color})">${shape}</svg>${text}</li>`;
        const line = (dash) => `<line x1="1" y1="6" x2="29" y2="6" stroke-width="3" stroke-dasharray="${dash}"/>`;
        const entries = model.paths.map(({ rule }) => entry(rule.key, SHAPES[rule.mark], rule.name));
        if (model.motion) entries.push(entry("ball", line(""), "The ball itself"));
        if (model.effective) entries.push(entry("effective", line("6 4"), "The effective particle"));
        if (model.minima?.length) entries.push(entry("text", '<path d="M10 1 L20 11 M10 11 L20 1" stroke-width="1.5"/>', "Minimum"));
        byId("legend").innerHTML = entries.join("");
    }
}

const AROUND = 24;

/** The part of a formula about a mistake, with a mark under the character, and the message. */
function pointed(formula, character, mistake) {
    if (character === 0) return mistake;
    const letters = [...formula];
    const from = Math.max(0, character - 1 - AROUND);
    const part = letters.slice(from, character + AROUND).join("");
    const before = from > 0 ? "…" : "";
    return `${before}${part}\n${" ".repeat(before.length + character - 1 - from)}^\n${mistake}`;
}

/** What the page says about the smaller steps. */
export function orderText(model, measured) {
    const { rule, ball } = model;
    if (ball.error) return "";
    const now = `Δt = ${shown(rule.dt)} T, α = ${shown(rule.alpha)} T²/M, β = ${shown(rule.beta)} (no unit). `;
    const cold = model.state.temperature > 0 ? "Without noise. " : "";
    return measured ? now + cold + measured : "";
}

/** What the page says about the temperature: the barrier beside it, and the noise that makes a gradient as warm. */
export function bathText(model, barrier) {
    const { state, scene, dimension } = model;
    if (!scene) return "";
    const { temperature } = state;
    const place = (at) => `${dimension === 1 ? "x = " : ""}${shownPlace(at, dimension)}`;
    const parts = [];
    if (barrier) {
        const share = temperature > 0 ? `, ΔE/T = ${shown(barrier.height / temperature, 3)}` : "";
        parts.push(`Barrier: ΔE = ${shown(barrier.height)} from ${place(barrier.bottom)} over ${place(barrier.top)}${share}.`);
    } else {
        parts.push("No barrier: no second minimum is in view.");
    }
    if (!(temperature > 0)) return [...parts, "T = 0: nothing shakes the ball."].join(" ");
    const name = shownRule(state);
    const variance = gradientVariance(model, name);
    if (variance === 0) parts.push("Without drag, at β = 1, the bath does not touch the ball.");
    else if (variance !== null) {
        const formula = name === "descent" ? "2T/α" : "2(1 − β)T/α";
        parts.push(`${RULE_NAMES[name]} has this temperature if each component of its gradient has noise of variance σ² = ${formula} = ${shown(variance)}.`);
    }
    if (state.basins || state.escape) parts.push("Basins and escape are those without noise.");
    return parts.join(" ");
}
