//! Sums: the inner products of one iteration, w·w, w·g and so on, in one pass over memory.

use crate::parameter::Parameter;

/// Sums that are taken side by side, so that the processor can use vector instructions.
const LANES: usize = 4;

/// Inner products of the displacement w = x − x₋, the gradient g and the last gradient g₋; and |a − b|²/4 for the gradients
/// a and b of two half batches.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Sums {
    pub(crate) ww: f64,
    pub(crate) wg: f64,
    /// w·(g − g₋), from the differences: w·g − w·g₋ would lose it to rounding.
    pub(crate) w_change: f64,
    pub(crate) gg: f64,
    /// g·g₋, for Nesterov's rule only.
    pub(crate) g_last: f64,
    /// For half batches only.
    pub(crate) noise: f64,
}

impl Sums {
    fn each(&mut self, other: &Self, mut join: impl FnMut(&mut f64, f64)) {
        join(&mut self.ww, other.ww);
        join(&mut self.wg, other.wg);
        join(&mut self.w_change, other.w_change);
        join(&mut self.gg, other.gg);
        join(&mut self.g_last, other.g_last);
        join(&mut self.noise, other.noise);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.each(other, |sum, term| *sum += term);
    }

    pub(crate) fn scaled(mut self, factor: f64) -> Self {
        self.each(&Self::default(), |sum, _| *sum *= factor);
        self
    }

    pub(crate) fn is_finite(&self) -> bool {
        let mut finite = true;
        let mut copy = *self;
        copy.each(self, |_, sum| finite &= sum.is_finite());
        finite
    }
}

/// One sum of [`Sums`], in lanes.
type Lane = [f64; LANES];

/// [`Sums`] in lanes: a struct of arrays, which the compiler keeps in registers.
#[derive(Default)]
struct InLanes {
    ww: Lane,
    wg: Lane,
    w_change: Lane,
    gg: Lane,
    g_last: Lane,
    noise: Lane,
}

/// sum + a·b, lane by lane.
#[inline(always)]
fn add_products(sum: &mut Lane, a: &Lane, b: &Lane) {
    for ((sum, a), b) in sum.iter_mut().zip(a).zip(b) {
        *sum += a * b;
    }
}

#[inline(always)]
fn difference(a: &Lane, b: &Lane) -> Lane {
    std::array::from_fn(|lane| a[lane] - b[lane])
}

impl InLanes {
    /// Adds as many components as there are lanes; `last_x` and `last_g` become those of this iteration.
    #[inline(always)]
    fn add<T: Parameter, const HALVES: bool, const NESTEROV: bool>(
        &mut self,
        [x, a, b]: [&[T; LANES]; 3],
        last_x: &mut [T; LANES],
        last_g: &mut [T; LANES],
    ) {
        let numbers = |values: &[T; LANES]| -> Lane { values.map(Into::into) };
        let (w, old) = (difference(&numbers(x), &numbers(last_x)), numbers(last_g));
        let mut g = numbers(a);
        *last_x = *x;
        if HALVES {
            let half = difference(&g, &numbers(b)).map(|difference| 0.5 * difference);
            add_products(&mut self.noise, &half, &half);
            g = difference(&g, &half);
            *last_g = g.map(T::nearest);
        } else {
            *last_g = *a;
        }
        add_products(&mut self.ww, &w, &w);
        add_products(&mut self.wg, &w, &g);
        add_products(&mut self.w_change, &w, &difference(&g, &old));
        add_products(&mut self.gg, &g, &g);
        if NESTEROV {
            add_products(&mut self.g_last, &g, &old);
        }
    }

    fn sums(&self) -> Sums {
        let sum = |lane: &Lane| lane.iter().sum();
        Sums {
            ww: sum(&self.ww),
            wg: sum(&self.wg),
            w_change: sum(&self.w_change),
            gg: sum(&self.gg),
            g_last: sum(&self.g_last),
            noise: sum(&self.noise),
        }
    }
}

/// The sums over slices of one length; `last_x` and `last_g` become those of this iteration. `second` is read only with
/// `halves`.
pub(crate) fn pass<T: Parameter>(
    (halves, nesterov): (bool, bool),
    x: &[T],
    gradients: (&[T], &[T]),
    last_x: &mut [T],
    last_g: &mut [T],
) -> Sums {
    match (halves, nesterov) {
        (false, false) => pass_of::<T, false, false>(x, gradients, last_x, last_g),
        (false, true) => pass_of::<T, false, true>(x, gradients, last_x, last_g),
        (true, false) => pass_of::<T, true, false>(x, gradients, last_x, last_g),
        (true, true) => pass_of::<T, true, true>(x, gradients, last_x, last_g),
    }
}

fn pass_of<T: Parameter, const HALVES: bool, const NESTEROV: bool>(
    x: &[T],
    (a, b): (&[T], &[T]),
    last_x: &mut [T],
    last_g: &mut [T],
) -> Sums {
    let mut sums = InLanes::default();
    let (x, x_rest) = x.as_chunks();
    let (a, a_rest) = a.as_chunks();
    let (b, b_rest) = b.as_chunks();
    let (last_x, last_x_rest) = last_x.as_chunks_mut();
    let (last_g, last_g_rest) = last_g.as_chunks_mut();
    for ((((x, a), b), last_x), last_g) in x.iter().zip(a).zip(b).zip(last_x).zip(last_g) {
        sums.add::<T, HALVES, NESTEROV>([x, a, b], last_x, last_g);
    }
    // What is left, filled up with zeros, which add nothing.
    let filled = |rest: &[T]| {
        let mut lanes = [T::default(); LANES];
        lanes
            .iter_mut()
            .zip(rest)
            .for_each(|(lane, value)| *lane = *value);
        lanes
    };
    let [x, a, b] = [x_rest, a_rest, b_rest].map(filled);
    let [mut x_then, mut g_then] = [filled(last_x_rest), filled(last_g_rest)];
    sums.add::<T, HALVES, NESTEROV>([&x, &a, &b], &mut x_then, &mut g_then);
    for (rest, lanes) in [(last_x_rest, x_then), (last_g_rest, g_then)] {
        rest.iter_mut()
            .zip(lanes)
            .for_each(|(slot, value)| *slot = value);
    }
    sums.sums()
}
