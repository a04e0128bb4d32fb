// How fast the page is: CHROMIUM=… node measure.mjs. Frames a second while 10 000 members move and while the start is
// dragged, with the time of physics and of drawing in a frame, without a graphics processor.
import { launch, open } from "./browser.mjs";

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
const most = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(0.95 * numbers.length)] ?? NaN;
const said = (numbers) => `${median(numbers).toFixed(1)} ms (95 %: ${most(numbers).toFixed(1)} ms)`;

/** Frames of the page while `act` runs. */
async function frames(page, act) {
    await page.evaluate(() => {
        const { app } = window.heavyball;
        app.frames = { model: [], draw: [] };
        app.show.timings = { physics: [], drawing: [] };
        window.counted = [];
        window.counting = true;
        const count = (time) => {
            window.counted.push(time);
            if (window.counting) requestAnimationFrame(count);
        };
        requestAnimationFrame(count);
    });
    await act();
    return page.evaluate(() => {
        window.counting = false;
        const { app, counted } = window.heavyball && { app: window.heavyball.app, counted: window.counted };
        const seconds = (counted.at(-1) - counted[0]) / 1000;
        return { rate: (counted.length - 1) / seconds, ...app.frames, ...app.show.timings };
    });
}

async function drag(page, seconds) {
    const { x, y, width, height } = await page.locator("#start-handle").boundingBox();
    const [px, py] = [x + width / 2, y + height / 2];
    await page.mouse.move(px, py);
    await page.mouse.down();
    const begin = Date.now();
    while (Date.now() - begin < 1000 * seconds) {
        const angle = (Date.now() - begin) / 300;
        await page.mouse.move(px + 60 * Math.sin(angle), py - 60 * (1 - Math.cos(angle)));
    }
    await page.mouse.up();
}

const browser = await launch();
for (const [width, height] of [[1280, 800], [1920, 1080]]) {
    for (const [name, hash, act] of [
        ["10 000 members move", "#f=himmelblau&cloud=1", (page) => page.waitForTimeout(4000)],
        ["the start is dragged", "#f=double_well&effective=1&nesterov=1", (page) => drag(page, 4)],
        ["both", "#f=himmelblau&cloud=1", (page) => drag(page, 4)],
        ["10 000 warm balls move", "#f=himmelblau&cloud=1&temperature=10", (page) => page.waitForTimeout(4000)],
        ["the start is dragged in a warm bath", "#f=double_well&effective=1&nesterov=1&temperature=0.2", (page) => drag(page, 4)],
        ["the start is dragged over basins", "#f=himmelblau&basins=1", (page) => drag(page, 4)],
    ]) {
        const { page, context } = await open(browser, hash, { width, height });
        const { rate, model, draw, physics, drawing } = await frames(page, () => act(page));
        console.log(`${width} × ${height}, ${name}: ${rate.toFixed(0)} frames a second; physics: runs ${said(model)}, cloud ${said(physics)}; drawing: figures ${said(draw)}, cloud ${said(drawing)}`);
        await context.close();
    }
}
const { page } = await open(browser);
const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
console.log(`first paint after ${Math.round(paint)} ms`);
await browser.close();
