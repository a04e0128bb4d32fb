//! Extension: the polynomial of order 7 through each step of Dop853, from its stages and three more.
//!
//! Reference: E. Hairer, S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed.,
//! section II.6 for the construction; the coefficients are those of their program DOP853. The stages
//! k₂ to k₅ of a step enter nothing here and are not kept.

use crate::check::{all_finite, magnitude};
use crate::ode::adaptive::dop853::staged::{Recorder, Spoiled};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::System;
use std::cell::{Cell, RefCell};

/// Stages that the polynomial is made of: k₁, k₆ to k₁₂ of the step, k₁₃ at its end, and three of its own.
const STAGES: usize = 12;

/// The place of k₁₃ among them.
const LAST: usize = 8;

/// The three stages of its own: the part of the step at which each is taken, and what it weighs of the stages before it.
const INNER: [(f64, [(usize, f64); 8]); 3] = [
    (
        0.1,
        [
            (0, 5.616_750_228_304_795_4e-2),
            (2, 0.253_500_210_216_624_83),
            (3, -0.246_239_037_470_802_5),
            (4, -0.124_191_423_263_816_36),
            (5, 0.153_291_798_278_765_68),
            (6, 8.201_052_295_634_69e-3),
            (7, 7.567_897_660_545_699e-3),
            (8, -8.298e-3),
        ],
    ),
    (
        0.2,
        [
            (0, 3.183_464_816_350_214e-2),
            (1, 2.830_090_967_236_677_6e-2),
            (2, 5.354_198_830_743_856_6e-2),
            (3, -5.492_374_857_139_099e-2),
            (6, -1.083_473_286_972_493_2e-4),
            (7, 3.825_710_908_356_584e-4),
            (8, -3.404_650_086_874_045_6e-4),
            (9, 0.141_312_443_674_632_5),
        ],
    ),
    (
        7.0 / 9.0,
        [
            (0, -0.428_896_301_583_791_94),
            (1, -4.697_621_415_361_164),
            (2, 7.683_421_196_062_599),
            (3, 4.068_989_818_397_11),
            (4, 0.356_727_187_455_281_1),
            (8, -1.399_024_165_159_014_5e-3),
            (9, 2.947_514_789_152_772_4),
            (10, -9.150_958_472_179_87),
        ],
    ),
];

/// The weights of all stages in the four corrections.
const CORRECTIONS: [[f64; STAGES]; 4] = [
    [
        -8.428_938_276_109_013,
        0.566_714_953_519_377_7,
        -3.068_949_945_949_891_7,
        2.384_667_656_512_07,
        2.117_034_582_445_028,
        -0.871_391_583_777_973,
        2.240_437_430_260_788_3,
        0.631_578_778_769_468_8,
        -8.899_033_645_133_331e-2,
        18.148_505_520_854_727,
        -9.194_632_392_478_356,
        -4.436_036_387_594_894,
    ],
    [
        10.427_508_642_579_134,
        242.283_491_775_258_17,
        165.200_451_717_270_28,
        -374.546_754_722_690_2,
        -22.113_666_853_125_306,
        7.733_432_668_472_264,
        -30.674_084_731_089_398,
        -9.332_130_526_430_229,
        15.697_238_121_770_844,
        -31.139_403_219_565_178,
        -9.352_924_358_844_48,
        35.816_841_486_394_08,
    ],
    [
        19.985_053_242_002_433,
        -387.037_308_749_351_8,
        -189.178_138_195_167_57,
        527.808_159_205_423_6,
        -11.573_902_539_959_63,
        6.881_232_694_696_3,
        -1.000_605_096_691_083_8,
        0.777_713_779_805_344_3,
        -2.778_205_752_353_508,
        -60.196_695_231_264_12,
        84.320_405_506_677_16,
        11.992_291_136_182_79,
    ],
    [
        -25.693_933_462_703_75,
        -154.189_748_690_236_43,
        -231.529_379_176_045_5,
        357.639_117_910_614_1,
        93.405_324_183_624_31,
        -37.458_323_136_451_63,
        104.099_649_508_962_3,
        29.840_293_426_660_5,
        -43.533_456_590_011_14,
        96.324_553_959_188_28,
        -39.177_261_675_615_44,
        -149.726_836_257_985_63,
    ],
];

/// The polynomials through the steps of a run.
#[derive(Debug, Clone)]
pub(crate) struct Extension<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// The derivatives at the ends of the steps, that at the start first.
    rates: Vec<OVector<f64, D>>,
    /// What each step adds to the cubic through its ends, lowest power first.
    corrections: Vec<[OVector<f64, D>; 4]>,
}

impl<D: Dim> Extension<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The state at `time`, between steps that end at the times `ends` in `states`; the first is the start.
    ///
    /// With θ the part of the step and θ̄ = 1 − θ: y₀ + θ(Δ + θ̄(b + θ(c + θ̄(d₁ + θ(d₂ + θ̄(d₃ + θd₄)))))), where Δ, b = hk₁ − Δ
    /// and c = Δ − hk₁₃ − b are the cubic through both ends.
    pub(crate) fn at(
        &self,
        ends: &[f64],
        states: &[OVector<f64, D>],
        time: f64,
    ) -> Option<OVector<f64, D>> {
        let last_step = self.corrections.len().checked_sub(1)?;
        let after = ends.partition_point(|end| *end <= time);
        let step = after.saturating_sub(1).min(last_step);
        let corrections = self.corrections.get(step)?;
        let [from, to] = ends.get(step..step + 2)? else {
            return None;
        };
        let [before, after] = states.get(step..step + 2)? else {
            return None;
        };
        let [leaving, arriving] = self.rates.get(step..step + 2)? else {
            return None;
        };
        let length = to - from;
        let part = (time - from) / length;
        let rest = 1.0 - part;
        let across = after - before;
        let bend = leaving.zip_map(&across, |rate, across| length * rate - across);
        let turn = arriving.zip_zip_map(&bend, &across, |rate, bend, across| {
            across - length * rate - bend
        });
        let [first, second, third, fourth] = corrections;
        let mut sum = fourth.clone();
        for (term, factor) in [
            (third, part),
            (second, rest),
            (first, part),
            (&turn, rest),
            (&bend, part),
            (&across, rest),
            (before, part),
        ] {
            sum.zip_apply(term, |sum, term| *sum = *sum * factor + term);
        }
        Some(sum)
    }
}

/// Follows a run and makes the polynomial of each step.
pub(super) struct Extending<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    stages: [Stage<D>; STAGES],
    made: RefCell<Made<D>>,
}

/// A derivative that is written while the solver holds the system: a cell a number, as a borrow that is
/// checked at each evaluation costs more than the copy.
type Stage<D> = OVector<Cell<f64>, D>;

/// What [`Extending`] has made.
struct Made<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// When and where the present step began.
    from: (f64, OVector<f64, D>),
    /// Where the stages of the polynomial's own are taken, and the derivative there.
    inner: [(OVector<f64, D>, OVector<f64, D>); 3],
    extension: Extension<D>,
    spoiled: Option<Spoiled>,
}

impl<D: Dim> Extending<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// From the state at the start.
    pub(super) fn from(start: &OVector<f64, D>) -> Self {
        let stages = std::array::from_fn(|_| start.map(Cell::new));
        let made = Made {
            from: (0.0, start.clone()),
            inner: std::array::from_fn(|_| (start.clone(), start.clone())),
            extension: Extension {
                rates: Vec::new(),
                corrections: Vec::new(),
            },
            spoiled: None,
        };
        let made = RefCell::new(made);
        Self { stages, made }
    }

    /// The polynomials, or where the first of them is not finite.
    pub(super) fn finish(self) -> Result<Extension<D>, Spoiled> {
        let made = self.made.into_inner();
        match made.spoiled {
            Some(spoiled) => Err(spoiled),
            None => Ok(made.extension),
        }
    }

    /// Writes `rate` into the stage at `place`.
    #[inline]
    fn keep(&self, place: usize, rate: &OVector<f64, D>) {
        if let Some(stage) = self.stages.get(place) {
            let cells = stage.iter().zip(rate);
            cells.for_each(|(cell, rate)| cell.set(*rate));
        }
    }

    /// Adds what each stage weighs to `sum`.
    #[inline]
    fn add<'w>(&self, sum: &mut OVector<f64, D>, weights: impl Iterator<Item = (usize, &'w f64)>) {
        for (place, weight) in weights {
            if let Some(stage) = self.stages.get(place) {
                sum.zip_apply(stage, |sum, rate| *sum += weight * rate.get());
            }
        }
    }
}

impl<D: Dim> Recorder<OVector<f64, D>> for Extending<D>
where
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn stage(&self, stage: u8, rate: &OVector<f64, D>) {
        // k₁ is there already, and k₂ to k₅ are not needed.
        if (5..12).contains(&stage) {
            self.keep(usize::from(stage) - 4, rate);
        }
    }

    fn step<F>(
        &self,
        system: &F,
        elapsed: f64,
        state: &OVector<f64, D>,
        rate: &OVector<f64, D>,
    ) -> bool
    where
        F: System<f64, OVector<f64, D>>,
    {
        let Ok(mut made) = self.made.try_borrow_mut() else {
            return true;
        };
        let Made {
            from: (began, before),
            inner,
            extension,
            spoiled,
        } = &mut *made;
        if extension.rates.is_empty() {
            // One evaluation more a run: to look out for k₁ of the first step in each evaluation cost a twentieth of it.
            let mut first = rate.clone();
            system.system(*began, before, &mut first);
            self.keep(0, &first);
            extension.rates.push(first);
        }
        let length = elapsed - *began;
        self.keep(LAST, rate);
        for (place, ((part, weights), (inner, rate))) in
            (LAST + 1..).zip(INNER.iter().zip(inner.iter_mut()))
        {
            inner.fill(0.0);
            self.add(
                inner,
                weights.iter().map(|(place, weight)| (*place, weight)),
            );
            inner.zip_apply(before, |sum, y| *sum = y + length * *sum);
            system.system(*began + part * length, inner, rate);
            self.keep(place, rate);
        }
        let correction = |weights: &[f64; STAGES]| {
            let mut sum = rate.map(|_| 0.0);
            self.add(&mut sum, weights.iter().enumerate());
            sum *= length;
            sum
        };
        let [first, second, third, fourth] = &CORRECTIONS;
        let corrections = [
            correction(first),
            correction(second),
            correction(third),
            correction(fourth),
        ];
        // Whatever is not finite, a stage or a sum of large ones, leaves its trace here.
        let [first, others @ ..] = &corrections;
        let mut trace = first.clone();
        for other in others {
            trace.zip_apply(other, |sum, other| *sum += other);
        }
        if !all_finite(&trace) {
            let steps = extension.corrections.len();
            let times = INNER.map(|(part, _)| *began + part * length);
            let mut own = times.iter().zip(inner.iter());
            let bad = own.find(|(_, (_, rate))| !all_finite(rate));
            *spoiled = Some(match bad {
                Some((time, (place, _))) if all_finite(rate) => Spoiled {
                    steps,
                    elapsed: *time,
                    magnitude: magnitude(place),
                },
                _ => Spoiled {
                    steps: steps + 1,
                    elapsed,
                    magnitude: magnitude(state),
                },
            });
            return false;
        }
        extension.rates.push(rate.clone());
        extension.corrections.push(corrections);
        *began = elapsed;
        before.copy_from(state);
        self.keep(0, rate);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the stages are: 127/195 is the published 0.65128205….
    const NODES: [f64; STAGES] = [
        0.0,
        1.0 / 3.0,
        0.25,
        4.0 / 13.0,
        127.0 / 195.0,
        0.6,
        6.0 / 7.0,
        1.0,
        1.0,
        0.1,
        0.2,
        7.0 / 9.0,
    ];

    /// Σ aᵢⱼcⱼ^q = cᵢ^(q+1)/(q+1) for q up to 5: a stage lies on the solution of ẏ = t^q, but no longer for q = 6.
    #[test]
    fn own_stages_satisfy_their_order_conditions() {
        for (part, weights) in INNER {
            let defect = |q: i32| {
                let terms = weights
                    .iter()
                    .map(|(place, weight)| weight * NODES[*place].powi(q));
                terms.sum::<f64>() - part.powi(q + 1) / f64::from(q + 1)
            };
            for q in 0..6 {
                assert!(defect(q).abs() < 5e-15, "{part} {q}: {:e}", defect(q));
            }
            assert!(defect(6).abs() > 1e-6, "{part}");
        }
    }

    /// The cubic through both ends is right for ẏ = 1, t, t²: nothing is to be corrected; for t³ only by the first, a constant.
    #[test]
    fn corrections_leave_a_cubic_alone() {
        for (number, weights) in CORRECTIONS.iter().enumerate() {
            for q in 0..4 {
                let terms = weights.iter().zip(NODES).map(|(w, c)| w * c.powi(q));
                let sum = terms.sum::<f64>();
                // y = t⁴/4 less its cubic is θ²(1 − θ)²/4.
                let expected = if (number, q) == (0, 3) { 0.25 } else { 0.0 };
                assert!((sum - expected).abs() < 2e-13, "{number} {q}: {sum:e}");
            }
        }
    }
}
