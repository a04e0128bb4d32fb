// Colours: those of the library's figures, which readers with any colour vision can tell apart. The style sheet has them.

/** One for each minimum: blue, orange, green, purple, sky, vermillion. */
export const BASINS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];
export const NO_BASIN = "#8a8a8a";
export const LOST = "#000000";

/** The colour of a minimum's index, −1 for none and −2 for a member that left the numbers. */
export function basinColor(code) {
    if (code === -2) return LOST;
    return code < 0 ? NO_BASIN : BASINS[code % BASINS.length];
}

/** The colours of the style sheet as it is now, light or dark. */
export function colors() {
    const style = getComputedStyle(document.documentElement);
    const names = ["page", "panel", "line", "text", "dim", "accent", "momentum", "nesterov", "descent", "ball", "effective", "low", "high", "isoline", "error"];
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export function components(color) {
    const number = Number.parseInt(color.slice(1), 16);
    return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

/** The colour between two, `share` of the way from the first. */
export function between(first, second, share) {
    const [a, b] = [components(first), components(second)];
    return a.map((value, index) => Math.round(value + (b[index] - value) * share));
}
