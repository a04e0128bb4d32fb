// The page as a reader uses it: by mouse, touch and keyboard, wide and narrow, with numbers that cannot work.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";
import { launch, messageOf, open, settled, stateOf } from "./browser.mjs";

let browser;
let opened = [];
before(async () => {
    browser = await launch();
});
after(() => browser.close());
afterEach(async () => {
    const done = opened;
    opened = [];
    for (const { faults, context } of done) {
        await context.close();
        assert.deepEqual(faults, [], "errors of the console, or requests");
    }
});

async function visit(hash, options) {
    const visited = await open(browser, hash, options);
    opened.push(visited);
    return visited.page;
}

async function type(page, selector, text) {
    await page.fill(selector, text);
    await page.press(selector, "Enter");
    await settled(page);
}

async function drag(page, selector, dx, dy) {
    const { x, y, width, height } = await page.locator(selector).boundingBox();
    const [px, py] = [x + width / 2, y + height / 2];
    await page.mouse.move(px, py);
    await page.mouse.down();
    for (let part = 1; part <= 5; part += 1) await page.mouse.move(px + (dx * part) / 5, py + (dy * part) / 5);
    await page.mouse.up();
    await settled(page);
}

/** Whether the page answers within that many milliseconds: it is not frozen. */
async function answers(page, limit = 4000) {
    const begin = Date.now();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    assert.ok(Date.now() - begin < limit, `frozen for ${Date.now() - begin} ms`);
}

test("it shows something within a second of being opened", async () => {
    const page = await visit("");
    const [paint] = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint").map(({ startTime }) => startTime));
    console.log(`first paint after ${Math.round(paint)} ms`);
    assert.ok(paint < 1000, `${paint} ms`);
    assert.equal(await messageOf(page), "");
});

test("the start and its velocity are dragged", async () => {
    const page = await visit("#f=double_well");
    const before = await stateOf(page);
    await drag(page, "#start-handle", 60, -40);
    const moved = await stateOf(page);
    assert.ok(moved.start[0] > before.start[0] + 0.1 && moved.start[1] > before.start[1] + 0.1, `${moved.start}`);
    await drag(page, "#velocity-handle", 50, -50);
    const kicked = await stateOf(page);
    assert.ok(kicked.velocity[0] > 0.1 && kicked.velocity[1] > 0.1, `${kicked.velocity}`);
    assert.deepEqual(kicked.start, moved.start);
});

test("the start is dragged by touch", async () => {
    const page = await visit("#f=double_well", { width: 390, height: 800, hasTouch: true, isMobile: true });
    await page.locator("#start-handle").scrollIntoViewIfNeeded();
    const { x, y, width, height } = await page.locator("#start-handle").boundingBox();
    const session = await page.context().newCDPSession(page);
    const send = (kind, dx) => session.send("Input.dispatchTouchEvent", { type: kind, touchPoints: kind === "touchEnd" ? [] : [{ x: x + width / 2 + dx, y: y + height / 2 }] });
    await send("touchStart", 0);
    for (const dx of [10, 20, 40]) await send("touchMove", dx);
    await send("touchEnd", 0);
    await settled(page);
    assert.ok((await stateOf(page)).start[0] > -1.4);
});

test("arrow keys move what the mouse moves", async () => {
    const page = await visit("#f=double_well&start=0,1");
    await page.focus("#velocity-handle");
    await page.keyboard.press("ArrowRight");
    await settled(page);
    assert.deepEqual((await stateOf(page)).velocity, [0.05, 0]);
    const end = await page.evaluate(() => {
        const { table } = window.heavyball.app.model.paths[0];
        return table.x[table.length - 1];
    });
    assert.ok(Math.abs(end - 1) < 1e-6, `a kick leaves the saddle: ${end}`);
    await page.focus("#start-handle");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("ArrowUp");
    await settled(page);
    const { start } = await stateOf(page);
    assert.ok(Math.abs(start[0] + 0.4) < 1e-9 && start[1] > 1, `${start}`);
    await page.focus("#beta-range");
    for (let press = 0; press < 3; press += 1) await page.keyboard.press("ArrowRight");
    await settled(page);
    assert.ok((await stateOf(page)).beta > 0.502);
    await page.focus("#landscape-canvas");
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowRight");
    await settled(page);
    assert.ok((await stateOf(page)).box[0] > -1.7);
    await page.keyboard.press("0");
    await settled(page);
    assert.equal((await stateOf(page)).box[0], -2);
});

test("the keyboard alone reaches every control", async () => {
    const page = await visit("");
    await page.click("summary");
    const wanted = await page.evaluate(() => [...document.querySelectorAll("button, input, select, a, summary, canvas[tabindex]")]
        .filter((node) => node.offsetParent !== null && !node.disabled).map((node) => node.id || node.className || node.tagName));
    const reached = new Set();
    await page.evaluate(() => document.activeElement?.blur());
    for (let press = 0; press < wanted.length + 10; press += 1) {
        await page.keyboard.press("Tab");
        reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.tagName));
    }
    assert.deepEqual(wanted.filter((name) => !reached.has(name)), []);
});

test("everything that is used has a name", async () => {
    const page = await visit("");
    const nameless = await page.evaluate(() => [...document.querySelectorAll("button, input, select, canvas[role]")]
        .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.[0]?.textContent.trim() || node.getAttribute("aria-describedby")))
        .map((node) => node.outerHTML));
    assert.deepEqual(nameless, []);
});

test("sliders of the rule and of the ball move each other through the mapping", async () => {
    const page = await visit("#f=double_well&row=CentralDrag");
    await type(page, "#beta", "0.8");
    const ball = await page.evaluate(() => window.heavyball.app.model.ball);
    assert.ok(Math.abs(ball.drag * ball.dt - 2 * (0.2 / 1.8)) < 1e-12, "z of central drag");
    await type(page, "#drag", "0.5");
    const state = await stateOf(page);
    const z = 0.5 * ball.dt;
    assert.ok(Math.abs(state.beta - (1 - z / 2) / (1 + z / 2)) < 1e-9, `${state.beta}`);
    assert.ok(Math.abs(state.alpha - (ball.dt ** 2) / (1 + z / 2)) < 1e-9, `${state.alpha}`);
    assert.equal(await page.inputValue("#beta"), String(Number(state.beta.toPrecision(5))));
});

test("halvings of the step let the dots fall onto the ball", async () => {
    const page = await visit("#f=double_well&alpha=0.05&beta=0.8");
    const distance = () => page.evaluate(() => {
        const { paths: [{ table, perIteration }], motion } = window.heavyball.app.model;
        const share = 20 / 100;
        return Math.abs(table.x[20 * perIteration] - motion.x[Math.round(share * (motion.length - 1))]);
    });
    const coarse = await distance();
    await type(page, "#refine", "4");
    const fine = await distance();
    assert.ok(fine < coarse / 8, `${coarse} ${fine}`);
    assert.match(await page.textContent("#order"), /power 1\.\d\d .*half a step later, like Δt to the power 2\.\d\d/);
});

test("the point of the stability map changes the run", async () => {
    const page = await visit("#f=quartic");
    const before = await stateOf(page);
    await page.locator("#stability-handle").scrollIntoViewIfNeeded();
    await drag(page, "#stability-handle", -40, -20);
    const after = await stateOf(page);
    assert.ok(after.alpha < before.alpha && after.beta > before.beta, `${after.alpha} ${after.beta}`);
});

test("pointing at a plot marks the same iteration everywhere", async () => {
    const page = await visit("#f=double_well");
    await page.locator("#plot-position canvas").hover({ position: { x: 150, y: 100 } });
    const moment = await page.evaluate(() => window.heavyball.app.moment);
    assert.ok(moment > 10 && moment < 90, `${moment}`);
    await settled(page);
    assert.match(await page.textContent("#reading"), /Iteration \d+\. Momentum: x = \(.*Ball at t =/);
});

test("mistakes in a formula are told at their character", async () => {
    const page = await visit("#f=formula");
    assert.equal(await page.textContent("#formula-mistake"), "");
    await page.fill("#formula", "x^2 + foo(y)");
    await settled(page);
    const told = await page.textContent("#formula-mistake");
    assert.match(told, /^x\^2 \+ foo\(y\)\n {6}\^\ncharacter 7: “foo” is unknown/);
    assert.equal(await page.getAttribute("#formula", "aria-invalid"), "true");
    await page.fill("#formula", "x^2 + 3y^2");
    await settled(page);
    assert.equal(await page.textContent("#formula-mistake"), "");
    assert.equal(await messageOf(page), "");
    const minimum = await page.evaluate(() => window.heavyball.app.model.minima[0]);
    assert.ok(Math.hypot(minimum.x, minimum.y) < 1e-9 && minimum.curvatures[1] === 6);
});

test("a formula of a hundred thousand operations is refused", async () => {
    const page = await visit("#f=formula");
    await page.fill("#formula", `${"x+".repeat(100_000)}x`);
    await settled(page);
    await answers(page);
    assert.match(await page.textContent("#formula-mistake"), /more than 300 operations/);
});

test("a formula as long as is allowed does not freeze the page", async () => {
    const page = await visit("#f=formula&cloud=1&basins=1");
    const begin = Date.now();
    await page.fill("#formula", `${"sin(x*y)+".repeat(58)}x^2+y^2`);
    await settled(page);
    await answers(page);
    assert.ok(Date.now() - begin < 8000, `busy for ${Date.now() - begin} ms`);
    const last = await page.evaluate(() => window.heavyball.app.frames.model.at(-1));
    assert.ok(last < 1500, `a change takes ${last} ms`);
    assert.equal(await page.textContent("#formula-mistake"), "");
});

test("formulas that are no numbers give a message or a picture", async () => {
    const page = await visit("#f=formula&cloud=1&basins=1");
    for (const [formula, isNumber] of [["sqrt(-1 - x^2)", false], ["1/(x - x)", false], ["ln(x^2) + y^2", true]]) {
        await page.fill("#formula", formula);
        await settled(page);
        await answers(page);
        if (!isNumber) assert.notEqual(await messageOf(page), "", formula);
    }
});

test("numbers that cannot work give a message, and the page goes on", async () => {
    const page = await visit("#f=double_well");
    const usual = "#f=double_well&nesterov=1&descent=1&effective=1&cloud=1&basins=1";
    for (const [field, text] of [
        ["alpha", "1e308"], ["alpha", "-1"], ["alpha", "0"], ["beta", "-3"], ["beta", "2"], ["mass", "1e-320"], ["drag", "1e300"], ["dt", "1e154"], ["dt", "4"],
        ["start-x", "1e300"], ["velocity-x", "1e200"],
    ]) {
        await page.evaluate((hash) => {
            window.heavyball.app.address = "";
            window.heavyball.app.load(hash);
        }, usual);
        await settled(page);
        assert.equal(await messageOf(page), "", `before ${field} = ${text}`);
        await type(page, `#${field}`, text);
        await answers(page);
        assert.notEqual(await messageOf(page), "", `${field} = ${text}`);
    }
});

test("numbers beyond the limits are brought back", async () => {
    const page = await visit("#f=double_well&steps=1e9&refine=99&box=1,1,0,0&start=NaN,1&tour=77&gauge=evil&row=Nothing");
    await answers(page);
    const state = await stateOf(page);
    assert.equal(state.steps, 5000);
    assert.equal(state.refine, 6);
    assert.deepEqual(state.start, [-1.5, -1.5]);
    assert.match(await messageOf(page), /no discretisation called “Nothing”/);
});

test("Δt at the limit of stability gives a message", async () => {
    const page = await visit("#f=quartic");
    await type(page, "#dt", "0.39");
    await answers(page);
    await type(page, "#dt", "0.6");
    await answers(page);
    assert.match(await messageOf(page), /Momentum: /);
});

test("the address holds the whole state", async () => {
    const page = await visit("#f=quadratic&parameters=33,-20&nesterov=1");
    await type(page, "#alpha", "0.0123456789012345");
    await type(page, "#drag", "0.7");
    await drag(page, "#start-handle", 30, 30);
    await page.click("#zoom-in");
    await page.click("#basins");
    await settled(page);
    const state = await stateOf(page);
    const hash = await page.evaluate(() => location.hash);
    const again = await visit(hash);
    assert.deepEqual(await stateOf(again), state);
    const table = (of) => of.evaluate(() => [...window.heavyball.app.model.paths[0].table.x]);
    assert.deepEqual(await table(again), await table(page));
});

test("PNG, SVG and CSV decode", async () => {
    const page = await visit("#f=himmelblau&nesterov=1&effective=1&basins=1");
    const files = {};
    for (const kind of ["png", "svg", "csv"]) {
        const [download] = await Promise.all([page.waitForEvent("download"), page.click(`#${kind}`)]);
        assert.equal(download.suggestedFilename(), `heavyball.${kind}`);
        files[kind] = readFileSync(await download.path());
    }
    const decoded = await page.evaluate(async ({ png, svg }) => {
        const bitmap = await createImageBitmap(await (async () => new Blob([Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0))], { type: "image/png" }))());
        const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
        return { width: bitmap.width, height: bitmap.height, error: parsed.querySelector("parsererror")?.textContent ?? "", circles: parsed.querySelectorAll("circle").length, texts: parsed.querySelectorAll("text").length };
    }, { png: files.png.toString("base64"), svg: files.svg.toString("utf8") });
    assert.equal(decoded.width, 2800);
    assert.ok(decoded.height > 2000);
    assert.equal(decoded.error, "");
    assert.ok(decoded.circles > 100 && decoded.texts > 40);
    const rows = files.csv.toString("utf8").trim().split("\n").map((line) => line.split(","));
    assert.ok(rows.every((row) => row.length === 8));
    assert.equal(rows.filter(([series]) => series === "momentum").length, 121);
    assert.deepEqual([...new Set(rows.slice(1).map(([series]) => series))], ["momentum", "nesterov", "ball", "effective"]);
});

test("many balls reach the minima, and drag decides who escapes", async () => {
    const page = await visit("#f=himmelblau&cloud=1");
    await page.waitForTimeout(300);
    assert.match(await page.textContent("#cloud-reading"), /^10000 starts: .* % reach \(3\.58, −1\.85\)/);
    await page.goto(`${page.url().split("#")[0]}#f=tilted&escape=1&start=1.4,0`);
    await settled(page);
    const text = await page.textContent("#plot-escape p");
    assert.match(text, /γ\* = 0\.19611 M\/T/);
    assert.match(text, /95 % interval/);
});

/** The iterates, the ball and the effective particle of the page. */
function runs(page) {
    return page.evaluate(() => {
        const { paths, motion, effective } = window.heavyball.app.model;
        return [...paths.map(({ table }) => table), motion, effective].map(({ x, y, t }) => [...x, ...y, ...(t ?? [])]);
    });
}

const WARM = "#f=double_well&nesterov=1&descent=1&effective=1";

test("the temperature shakes every run, and T = 0 is the page without it to the bit", async () => {
    const page = await visit(WARM);
    const cold = await runs(page);
    await type(page, "#seed", "12");
    assert.deepEqual(await runs(page), cold);
    await type(page, "#temperature", "0.2");
    const warm = await runs(page);
    assert.equal(warm.length, cold.length);
    warm.forEach((run, index) => assert.notDeepEqual(run, cold[index]));
    assert.ok(warm.flat().every(Number.isFinite));
    await page.focus("#temperature-range");
    await page.keyboard.press("Home");
    await settled(page);
    assert.equal((await stateOf(page)).temperature, 0);
    assert.deepEqual(await runs(page), cold);
    for (let press = 0; press < 3; press += 1) await page.keyboard.press("ArrowRight");
    await settled(page);
    assert.ok((await stateOf(page)).temperature > 1e-3);
});

test("noise is drawn anew by a button, and the address holds temperature and seed", async () => {
    const page = await visit(`${WARM}&temperature=0.2`);
    const first = await runs(page);
    await page.click("#redraw");
    await settled(page);
    const second = await runs(page);
    assert.notDeepEqual(second, first);
    assert.equal((await stateOf(page)).seed, 2);
    const again = await visit(await page.evaluate(() => location.hash));
    assert.deepEqual(await stateOf(again), await stateOf(page));
    assert.deepEqual(await runs(again), second);
    const back = await visit(`${WARM}&temperature=0.2&seed=1`);
    assert.deepEqual(await runs(back), first);
});

test("halvings of the step let the dots fall onto the warm ball too", async () => {
    const page = await visit("#f=double_well&alpha=0.05&beta=0.8&temperature=0.3");
    const distance = () => page.evaluate(() => {
        const { paths: [{ table, perIteration }], motion } = window.heavyball.app.model;
        let sum = 0;
        for (let k = 1; k <= 50; k += 1) {
            const at = (k * (motion.length - 1)) / 100;
            sum += Math.hypot(table.x[k * perIteration] - motion.x[at], table.y[k * perIteration] - motion.y[at]);
        }
        return sum;
    });
    const ball = () => page.evaluate(() => [...window.heavyball.app.model.motion.x]);
    const [coarse, before] = [await distance(), await ball()];
    await type(page, "#refine", "4");
    const fine = await distance();
    assert.deepEqual(await ball(), before);
    assert.ok(fine < coarse / 6, `${coarse} ${fine}`);
    assert.match(await page.textContent("#order"), /Without noise\. Measured/);
});

test("beside the temperature stand the barrier and the noise of a gradient that is as warm", async () => {
    const page = await visit("#f=double_well&temperature=0.25&alpha=0.1&beta=0.5");
    const text = await page.textContent("#bath");
    assert.match(text, /ΔE = 1 from \(−1, 0\) over \(0, 0\), ΔE\/T = 4\./);
    assert.match(text, /Momentum .* σ² = 2\(1 − β\)T\/α = 2\.5\./);
    await page.click("#show-momentum");
    await page.click("#show-descent");
    await settled(page);
    assert.match(await page.textContent("#bath"), /Gradient descent .* σ² = 2T\/α = 5\./);
    await page.goto(`${page.url().split("#")[0]}#f=quartic`);
    await settled(page);
    assert.match(await page.textContent("#bath"), /^No barrier.* T = 0/);
    await page.goto(`${page.url().split("#")[0]}#f=double_well&beta=1&alpha=0.01&temperature=1`);
    await settled(page);
    assert.match(await page.textContent("#bath"), /Without drag/);
    assert.equal(await messageOf(page), "");
});

test("temperatures that cannot be give a message", async () => {
    const page = await visit("#f=double_well&cloud=1");
    for (const text of ["-1", "1e300"]) {
        await type(page, "#temperature", text);
        await answers(page);
        assert.notEqual(await messageOf(page), "", text);
    }
    await type(page, "#temperature", "0");
    assert.equal(await messageOf(page), "");
    await page.goto(`${page.url().split("#")[0]}#f=double_well&temperature=NaN&seed=-3.7`);
    await settled(page);
    const { temperature, seed } = await stateOf(page);
    assert.deepEqual([temperature, seed], [0, 0]);
});

test("warm balls of one start tend to the density of Gibbs", async () => {
    // Δt = 0.1: the dots are a little warmer than T, by less than the tolerance.
    const page = await visit("#f=double_well&alpha=0.01&beta=0.9&temperature=0.5&start=-1,0&cloud=1");
    const shares = () => page.evaluate(() => {
        const { fates, members } = window.heavyball.app.show;
        const { minima } = window.heavyball.app.model;
        const left = minima.findIndex(({ x }) => x < 0);
        return [fates.filter((fate) => fate === left).length / members, members];
    });
    const [early, members] = await shares();
    assert.equal(members, 10_000);
    assert.ok(early > 0.9, `${early}`);
    await page.evaluate(() => {
        const { app } = window.heavyball;
        app.playing = false;
        while (app.show.done < 600) app.show.step(app.model, 0.1);
        app.scheduleCloud();
    });
    await settled(page);
    const [late] = await shares();
    // Four standard errors of 10 000 members.
    assert.ok(Math.abs(late - 0.5) < 0.02, `${late}`);
    assert.match(await page.textContent("#cloud-reading"), /10000 balls from one start after \d+ iterations: .*\(in the end 50 %\)/);
    assert.ok(await page.locator("#plot-density").isVisible());
    await type(page, "#temperature", "0");
    assert.ok(await page.locator("#plot-density").isHidden());
    assert.match(await page.textContent("#cloud-reading"), /^10000 starts: /);
});

test("the ball of the tour leaves the bad well, and cold it stays", async () => {
    const page = await visit("");
    const ends = () => page.evaluate(() => {
        const { motion, paths: [{ table }] } = window.heavyball.app.model;
        return [Math.min(...motion.x), Math.min(...table.x)];
    });
    await page.evaluate(() => window.heavyball.app.goTo(10));
    await settled(page);
    assert.ok((await ends()).every((x) => x < -0.5), `${await ends()}`);
    await type(page, "#temperature", "0");
    assert.ok((await ends()).every((x) => x > 0.9), `${await ends()}`);
});

test("the tour has ten steps, each a state", async () => {
    const page = await visit("");
    await page.click("#tour-open");
    for (let step = 1; step <= 10; step += 1) {
        await settled(page);
        assert.match(await page.textContent("#tour-title"), new RegExp(`^${step} of 10`));
        assert.equal((await stateOf(page)).tour, step);
        assert.equal(await messageOf(page), "", `step ${step}`);
        await page.click("#tour-next");
    }
    assert.ok(await page.locator("#tour").isHidden());
});

for (const width of [360, 1024, 1920]) {
    test(`nothing is cut off at ${width} pixels`, async () => {
        const page = await visit("#f=quadratic&effective=1&nesterov=1&descent=1&tour=4&temperature=0.1&seed=4294967295&cloud=1", { width, height: 900 });
        const wide = await page.evaluate(() => [...document.querySelectorAll("body *")].filter((node) => {
            const { right, left, width: size } = node.getBoundingClientRect();
            return size > 1 && (right > window.innerWidth + 1 || left < -1) && !node.closest(".skip, .hidden");
        }).map((node) => `${node.tagName}#${node.id} ${node.className}`));
        assert.deepEqual(wide, []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    });
}

test("who asked for little motion sees none", async () => {
    const page = await visit("#f=himmelblau&cloud=1", { reducedMotion: "reduce" });
    const positions = () => page.evaluate(() => [...window.heavyball.app.show.now.slice(0, 20)]);
    const before = await positions();
    await page.waitForTimeout(400);
    assert.deepEqual(await positions(), before);
});

test("dark and light both read", async () => {
    const page = await visit("", { colorScheme: "dark" });
    const contrast = () => page.evaluate(() => {
        const style = getComputedStyle(document.documentElement);
        const light = (name) => {
            const number = Number.parseInt(style.getPropertyValue(name).trim().slice(1), 16);
            const [red, green, blue] = [16, 8, 0].map((shift) => ((number >> shift) & 255) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
        return [ratio("--text", "--page"), ratio("--dim", "--page"), ratio("--dim", "--panel"), ratio("--error", "--page"), ratio("--accent", "--page")];
    });
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    assert.ok((await contrast()).every((ratio) => ratio >= 4.5), `${await contrast()}`);
    await page.click("#theme");
    assert.ok((await contrast()).every((ratio) => ratio >= 4.5), `${await contrast()}`);
});
