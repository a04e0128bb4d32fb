// The page against the library: the same 200 random settings, computed by the program NATIVE and by the page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";

const settings = readFileSync(process.env.NATIVE, "utf8").trim().split("\n").map((line) => JSON.parse(line));
/** Without sines and exponentials the iterates and the mapping are arithmetic alone. */
const ARITHMETIC = ["quartic", "tilted", "double_well", "himmelblau", "rosenbrock"];
const RATIONAL = ["ExplicitDrag", "ImplicitDrag", "CentralDrag"];
const EVERY = 20;
const EVERY_STEP = 48;

let browser;
let page;
before(async () => {
    browser = await launch();
    ({ page } = await open(browser));
});
after(() => browser.close());

/** What the page would draw, without noise and at the temperature of the setting. */
function drawn(setting) {
    return page.evaluate(({ setting: { function: f, parameters, formula, rule, row, alpha, beta, start, velocity, temperature, seed }, every, everyStep }) => {
        const { compute, initial, library } = window.heavyball;
        const rules = { momentum: false, nesterov: false, descent: false, [rule]: true };
        const state = {
            ...initial(f), ...rules, parameters, formula, row, alpha, beta, start, velocity, gauge: "mass", given: 1, effective: true, steps: 60,
        };
        const model = compute({ ...state, seed });
        const warm = compute({ ...state, temperature, seed });
        const { ball, paths: [{ table }], motion, dimension } = model;
        const messages = [...model.messages, ...warm.messages];
        const columns = (names) => names.filter((name) => dimension === 2 || !/y$/.test(name));
        const rows = (of, names, step) => {
            const numbers = [];
            for (let row = 0; row < of.length; row += step) for (const name of columns(names)) numbers.push(of[name][row]);
            return numbers;
        };
        return {
            messages,
            ball: [ball.mass, ball.drag, ball.dt],
            back: [...library.to_rule(ball.mass, ball.drag, ball.dt, row)],
            effective: [...library.effective_particle(alpha, beta, ball.dt)],
            iterates: rows(table, ["x", "y", "vx", "vy"], 1),
            motion: rows(motion, ["t", "x", "y", "ux", "uy"], every),
            warm_iterates: rows(warm.paths[0].table, ["x", "y", "vx", "vy"], 1),
            warm_motion: rows(warm.motion, ["x", "y", "ux", "uy"], everyStep),
        };
    }, { setting, every: EVERY, everyStep: EVERY_STEP });
}

/** The largest difference, relative to numbers above 1. */
function difference(ours, theirs) {
    assert.equal(ours.length, theirs.length);
    return Math.max(...ours.map((number, index) => Math.abs(number - theirs[index]) / Math.max(1, Math.abs(theirs[index]))));
}

test("the states of 200 random settings are the library's", async () => {
    assert.equal(settings.length, 200);
    let identical = 0;
    const worst = { iterates: 0, motion: 0, mapping: 0, warm_iterates: 0, warm_motion: 0 };
    for (const setting of settings) {
        const page = await drawn(setting);
        const name = `${setting.rule} on ${setting.function} by ${setting.row}, α = ${setting.alpha}, β = ${setting.beta}`;
        assert.deepEqual(page.messages, [], name);
        const isArithmetic = ARITHMETIC.includes(setting.function) && RATIONAL.includes(setting.row);
        if (isArithmetic) {
            for (const part of ["iterates", "warm_iterates", "ball", "back", "effective"]) {
                assert.ok(page[part].every((number, index) => Object.is(number, setting[part][index])), `${part} of ${name}`);
            }
            identical += 1;
        }
        for (const part of ["iterates", "motion", "warm_iterates", "warm_motion"]) worst[part] = Math.max(worst[part], difference(page[part], setting[part]));
        for (const part of ["ball", "back", "effective"]) worst.mapping = Math.max(worst.mapping, difference(page[part], setting[part]));
    }
    console.log(`${identical} settings to the bit; largest differences elsewhere: ${JSON.stringify(worst)}`);
    assert.ok(identical > 40, `only ${identical} settings without exponentials`);
    for (const [part, largest] of Object.entries(worst)) assert.ok(largest < 1e-12, `${part}: ${largest}`);
});

test("a member of the cloud is the path from its start", async () => {
    const isSame = await page.evaluate(() => {
        const scene = new window.heavyball.library.Scene("himmelblau", new Float64Array(2), "");
        const rest = new Float64Array(2);
        const starts = scene.scatter(200, Float64Array.of(-6, -6, 6, 6), rest, 3);
        scene.flow("momentum", 0.004, 0.9, 7, 0, 1);
        const ends = scene.flow("momentum", 0.004, 0.9, 23, 0, 1);
        return Array.from({ length: 200 }, (_, member) => {
            const path = scene.path("momentum", 0.004, 0.9, starts.slice(2 * member, 2 * member + 2), rest, 30, 0, 1, 1);
            return path.numbers[150] === ends[2 * member] && path.numbers[151] === ends[2 * member + 1];
        }).every(Boolean);
    });
    assert.ok(isSame);
});
