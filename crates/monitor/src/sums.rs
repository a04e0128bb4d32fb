//! Sums: the inner products of one iteration, w·w, w·g and so on, in one pass over memory.

use crate::parameter::Parameter;

/// Sums that are taken side by side, so that the processor can use vector instructions.
const LANES: usize = 2;

/// Inner products of the displacement w = x − x₋, the gradient g and the last gradient g₋; and |a − b|²/4 for the gradients
/// a and b of two half batches.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Sums {
    pub(crate) ww: f64,
    pub(crate) wg: f64,
    pub(crate) w_last: f64,
    /// w·(g − g₋), from the differences, which the two sums above would lose to rounding.
    pub(crate) w_change: f64,
    pub(crate) gg: f64,
    pub(crate) g_last: f64,
    pub(crate) last_last: f64,
    pub(crate) noise: f64,
}

/// One sum of [`Sums`], in lanes.
type Lane = [f64; LANES];

/// [`Sums`] in lanes: a struct of arrays, which the compiler keeps in registers.
#[derive(Default)]
struct InLanes {
    ww: Lane,
    wg: Lane,
    w_last: Lane,
    w_change: Lane,
    gg: Lane,
    g_last: Lane,
    last_last: Lane,
    noise: Lane,
}

impl InLanes {
    #[inline(always)]
    fn add(&mut self, lane: usize, w: f64, (g, old): (f64, f64), half: f64) {
        self.ww[lane] += w * w;
        self.wg[lane] += w * g;
        self.w_last[lane] += w * old;
        self.w_change[lane] += w * (g - old);
        self.gg[lane] += g * g;
        self.g_last[lane] += g * old;
        self.last_last[lane] += old * old;
        self.noise[lane] += half * half;
    }

    fn sums(&self) -> Sums {
        let sum = |lane: &Lane| lane.iter().sum();
        Sums {
            ww: sum(&self.ww),
            wg: sum(&self.wg),
            w_last: sum(&self.w_last),
            w_change: sum(&self.w_change),
            gg: sum(&self.gg),
            g_last: sum(&self.g_last),
            last_last: sum(&self.last_last),
            noise: sum(&self.noise),
        }
    }
}

impl Sums {
    pub(crate) fn add(&mut self, other: &Self) {
        self.ww += other.ww;
        self.wg += other.wg;
        self.w_last += other.w_last;
        self.w_change += other.w_change;
        self.gg += other.gg;
        self.g_last += other.g_last;
        self.last_last += other.last_last;
        self.noise += other.noise;
    }

    pub(crate) fn scaled(&self, factor: f64) -> Self {
        Self {
            ww: factor * self.ww,
            wg: factor * self.wg,
            w_last: factor * self.w_last,
            w_change: factor * self.w_change,
            gg: factor * self.gg,
            g_last: factor * self.g_last,
            last_last: factor * self.last_last,
            noise: factor * self.noise,
        }
    }

    pub(crate) fn is_finite(&self) -> bool {
        [
            self.ww,
            self.wg,
            self.w_last,
            self.w_change,
            self.gg,
            self.g_last,
            self.noise,
        ]
        .iter()
        .all(|sum| sum.is_finite())
    }
}

/// Adds one component; `last_x` and `last_g` become those of this iteration.
#[inline(always)]
fn add<T: Parameter>(
    sums: &mut InLanes,
    lane: usize,
    (x, a, b): (T, T, T),
    last_x: &mut T,
    last_g: &mut T,
) {
    let (here, a, b): (f64, f64, f64) = (x.into(), a.into(), b.into());
    let (before, old): (f64, f64) = ((*last_x).into(), (*last_g).into());
    let (g, half) = (0.5 * (a + b), 0.5 * (a - b));
    sums.add(lane, here - before, (g, old), half);
    *last_x = x;
    *last_g = T::nearest(g);
}

/// The sums over slices of one length; `last_x` and `last_g` become those of this iteration.
pub(crate) fn pass<T: Parameter>(
    x: &[T],
    (a, b): (&[T], &[T]),
    last_x: &mut [T],
    last_g: &mut [T],
) -> Sums {
    let mut sums = InLanes::default();
    let (x, x_rest) = x.as_chunks::<LANES>();
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let (last_x, last_x_rest) = last_x.as_chunks_mut::<LANES>();
    let (last_g, last_g_rest) = last_g.as_chunks_mut::<LANES>();
    for ((((x, a), b), last_x), last_g) in x.iter().zip(a).zip(b).zip(last_x).zip(last_g) {
        for lane in 0..LANES {
            let here = (x[lane], a[lane], b[lane]);
            add(&mut sums, lane, here, &mut last_x[lane], &mut last_g[lane]);
        }
    }
    let rest = x_rest.iter().zip(a_rest).zip(b_rest);
    for (((x, a), b), (last_x, last_g)) in rest.zip(last_x_rest.iter_mut().zip(last_g_rest)) {
        add(&mut sums, 0, (*x, *a, *b), last_x, last_g);
    }
    sums.sums()
}
