// Controls: sliders with number fields, switches and choices, each tied to the application by a getter and a setter.
import { clamp, shown } from "./numbers.js";

/** The element of the page with that id. */
export function byId(id) {
    return document.getElementById(id);
}

/** An element with attributes and children. */
export function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === false || value === null || value === undefined) continue;
        made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children);
    return made;
}

const STEPS = 1000;

/** A slider and a number field for one number. `log` slides over powers of ten; `zero` makes its left end 0. */
export class Slider {
    constructor({ key, label, name, unit, low, high, log = false, zero = false, whole = false, get, set }) {
        Object.assign(this, { low, high, log, zero, whole, get, set });
        const title = `${name}, ${unit}`;
        this.range = element("input", { type: "range", min: 0, max: STEPS, step: 1, "aria-label": title, id: `${key}-range` });
        this.field = element("input", { type: "number", step: "any", "aria-label": title, id: key });
        this.root = element("div", { class: "slider" }, element("label", { for: key, title: name }, label), this.range, this.field, element("span", { class: "unit" }, unit));
        this.range.addEventListener("input", () => this.change(this.numberAt(Number(this.range.value))));
        this.field.addEventListener("change", () => this.change(Number(this.field.value)));
    }

    change(number) {
        if (Number.isFinite(number)) this.set(this.whole ? Math.round(number) : number);
    }

    numberAt(step) {
        if (this.zero && step === 0) return 0;
        const share = step / STEPS;
        const number = this.log ? this.low * (this.high / this.low) ** share : this.low + (this.high - this.low) * share;
        return Number(number.toPrecision(4));
    }

    stepAt(number) {
        if (this.log) return number > 0 ? (STEPS * Math.log(number / this.low)) / Math.log(this.high / this.low) : 0;
        return (STEPS * (number - this.low)) / (this.high - this.low);
    }

    /** Shows the number as it is now. */
    refresh() {
        const number = this.get();
        const is = Number.isFinite(number);
        this.range.disabled = !is;
        this.range.value = is ? clamp(Math.round(this.stepAt(number)), 0, STEPS) : 0;
        this.range.setAttribute("aria-valuetext", is ? shown(number) : "none");
        this.field.value = is ? Number(number.toPrecision(5)) : "";
    }
}

/** A box to tick. */
export class Switch {
    constructor({ key, label, get, set }) {
        this.get = get;
        this.box = element("input", { type: "checkbox", id: `show-${key}` });
        this.root = element("label", { class: "check" }, this.box, label);
        this.box.addEventListener("change", () => set(this.box.checked));
    }

    refresh() {
        this.box.checked = this.get();
    }
}

/** A number field with its name above it. */
export class Field {
    constructor({ key, label, get, set }) {
        this.get = get;
        this.input = element("input", { type: "number", step: "any", id: key });
        this.root = element("label", {}, label, this.input);
        this.input.addEventListener("change", () => {
            const number = Number(this.input.value);
            if (this.input.value !== "" && Number.isFinite(number)) set(number);
            else this.refresh();
        });
    }

    refresh() {
        const number = this.get();
        this.input.value = Number.isFinite(number) ? Number(number.toPrecision(7)) : "";
    }
}
