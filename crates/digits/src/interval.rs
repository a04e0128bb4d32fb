//! Interval: a mean over seeds with its 95 % confidence interval.

use std::fmt;

/// The mean of independent values and its 95 % confidence interval by Student's t: mean ± t·s/√n.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Half the width of the interval; NaN for a single value.
    pub half_width: f64,
}

/// t₀.₉₇₅ of 1 to 9 degrees of freedom (Student 1908, in any table).
const STUDENT: [f64; 9] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262,
];

impl Interval {
    /// Of one value or more; for more than ten the normal quantile, 1.96, takes the place of t.
    ///
    /// ```
    /// use heavyball_digits::Interval;
    /// let of_five = Interval::of(&[1.0, 2.0, 3.0, 4.0, 5.0]); // s² = 2.5
    /// assert_eq!(of_five.mean, 3.0);
    /// assert!((of_five.half_width - 2.776 * 0.5_f64.sqrt()).abs() < 1e-12);
    /// ```
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let half_width = if values.len() < 2 {
            f64::NAN
        } else {
            let t = STUDENT.get(values.len() - 2).copied().unwrap_or(1.96);
            t * (squares / (n - 1.0) / n).sqrt()
        };
        Self { mean, half_width }
    }

    /// Its lower end.
    pub fn low(&self) -> f64 {
        self.mean - self.half_width
    }

    /// Its upper end.
    pub fn high(&self) -> f64 {
        self.mean + self.half_width
    }
}

/// "mean ± half width", with the precision of the format.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(3);
        let Self { mean, half_width } = self;
        write!(f, "{mean:.digits$} ± {half_width:.digits$}")
    }
}
