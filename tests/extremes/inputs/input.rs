//! Input: numbers, counts and choices from bytes.

use heavyball::prelude::*;
use nalgebra::DVector;

/// Bytes that are read from front to back; beyond their end there are zeros.
pub struct Input<'b> {
    bytes: &'b [u8],
}

/// Numbers at which formulas break.
const SPECIAL: [f64; 24] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    2.0,
    0.5,
    1e-8,
    1e8,
    1e-16,
    1e16,
    1e-154,
    1e154,
    1e-160,
    1e160,
    1e-300,
    1e300,
    1e-308,
    1e308,
    5e-324,
    f64::MAX,
    -f64::MAX,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

impl<'b> Input<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else {
            return 0;
        };
        self.bytes = rest;
        *first
    }

    fn bits(&mut self) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|_| self.byte()))
    }

    /// One of `count` choices.
    pub fn choice(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count
    }

    pub fn flag(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    /// A number in [0, 1).
    pub fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Any bits of f64, a number at which formulas break, or one of moderate size.
    pub fn number(&mut self) -> f64 {
        match self.choice(8) {
            0 => f64::from_bits(self.bits()),
            1 | 2 => SPECIAL[self.choice(SPECIAL.len())],
            _ => {
                let sign = if self.flag() { 1.0 } else { -1.0 };
                sign * self.moderate()
            }
        }
    }

    /// A positive number between 1e-4 and 1e4.
    pub fn moderate(&mut self) -> f64 {
        10.0_f64.powf(8.0 * self.share() - 4.0)
    }

    /// Mostly a number that a parameter may have, small, huge or moderate; sometimes any.
    pub fn positive(&mut self) -> f64 {
        match self.choice(8) {
            0 => self.number(),
            1 => self.number().abs(),
            2 => 10.0_f64.powf(600.0 * self.share() - 300.0),
            _ => self.moderate(),
        }
    }

    /// Mostly a number in (−1, 1].
    pub fn beta(&mut self) -> f64 {
        match self.choice(8) {
            0 => self.number(),
            1 => 1.0 - 10.0_f64.powf(-16.0 * self.share()),
            2 => -self.share(),
            _ => self.share(),
        }
    }

    /// Any count, small or huge.
    pub fn count(&mut self) -> usize {
        match self.choice(4) {
            0 => self.bits() as usize,
            1 => usize::MAX,
            _ => usize::from(self.byte()),
        }
    }

    /// A small count.
    pub fn few(&mut self) -> usize {
        self.choice(9)
    }

    pub fn vector(&mut self, length: usize) -> DVector<f64> {
        DVector::from_fn(length, |_, _| self.component())
    }

    /// A component of a start: mostly moderate.
    pub fn component(&mut self) -> f64 {
        if self.choice(6) == 0 {
            return self.number();
        }
        4.0 * self.share() - 2.0
    }

    pub fn ball(&mut self) -> Result<HeavyBall, Error> {
        let drag = if self.choice(4) == 0 {
            0.0
        } else {
            self.positive()
        };
        HeavyBall::new(self.positive(), drag)
    }

    pub fn discretization(&mut self) -> Discretization {
        Discretization::ALL[self.choice(Discretization::ALL.len())]
    }

    pub fn gauge(&mut self) -> Gauge {
        let value = self.positive();
        [Gauge::Mass(value), Gauge::Step(value), Gauge::Drag(value)][self.choice(3)]
    }

    /// A text of any length.
    pub fn text(&mut self) -> String {
        let part = ["x", "λ, ∇f", "\n\t", "", "a longer piece of a label "][self.choice(5)];
        part.repeat([1, 0, 3, 400][self.choice(4)])
    }
}
