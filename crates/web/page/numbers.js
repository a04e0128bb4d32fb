// Numbers as text, and between the ends of a range.

/** A number to a few digits, with a true minus sign. */
export function shown(number, digits = 4) {
    if (!Number.isFinite(number)) return Number.isNaN(number) ? "not a number" : number > 0 ? "∞" : "−∞";
    if (number === 0) return "0";
    const size = Math.abs(number);
    const text = size >= 1e-3 && size < 1e5 ? String(Number(number.toPrecision(digits))) : number.toExponential(digits - 2).replace("e+", "e");
    return text.replace("-", "−").replace("e-", "e−");
}

/** A place in the plane, or on the line; what is 0 but for rounding is 0. */
export function shownPlace([x, y], dimension) {
    const tidy = (value) => shown(Math.abs(value) < 1e-9 ? 0 : value, 3);
    return dimension === 1 ? tidy(x) : `(${tidy(x)}, ${tidy(y)})`;
}

export function clamp(number, low, high) {
    return Math.min(Math.max(number, low), high);
}

/** Round positions for the marks of an axis, about `count` of them. */
export function ticks(low, high, count) {
    const span = high - low;
    if (!(span > 0) || !Number.isFinite(span)) return [];
    const rough = span / Math.max(count, 1);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
    const marks = [];
    for (let index = Math.ceil(low / step - 1e-9); index * step <= high + 1e-9 * span && marks.length < 50; index += 1) {
        marks.push(index * step);
    }
    return marks;
}

/** Powers of ten for a logarithmic axis from 10^low to 10^high, about `count` of them. */
export function decades(low, high, count) {
    const every = Math.max(1, Math.ceil((high - low) / Math.max(count, 1)));
    const marks = [];
    for (let power = Math.ceil(low / every) * every; power <= high + 1e-9; power += every) marks.push(power);
    return marks;
}

/** The least and the greatest of the finite numbers; null without one. */
export function extent(numbers) {
    let low = Infinity;
    let high = -Infinity;
    for (const number of numbers) {
        if (!Number.isFinite(number)) continue;
        if (number < low) low = number;
        if (number > high) high = number;
    }
    return low <= high ? [low, high] : null;
}
